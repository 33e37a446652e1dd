//! Matching words to the pictures of the archive.

use std::collections::HashMap;
use std::sync::OnceLock;

use linocut_words::lemmas;

use crate::archive::{Picture, pictures};
use crate::error::CollageError;
use crate::words::tokenise;

/// Hand-made pairs of a word or phrase and the label of the picture that shows it best.
const SYNONYMS: &str = include_str!("../data/synonyms.txt");

/// Words that are keywords of pictures but describe rather than name.
const DESCRIBING: &str = "old new bright giant smiling happy sad angry hot cold fast slow love beautiful pretty cute cool \
    serene calm quiet abandoned broken free good bad best open closed young adult fresh sweet wild soft hard dry wet \
    empty full round flat long short high low up down left right back front magic fun funny party holiday winter summer \
    spring autumn fall work home world time color nature weather food drink animal plant building place travel tool \
    object face body hand person people human game sport music sound light dark black white red blue green yellow \
    purple pink brown gray gold silver big small large little crack strong sleeping sleep playing running \
    walking standing sitting flying branch side jump run ride fly swim walk sing dance read write eat sail handle leg eye light art shape thorn top part edge corner \
    cork stopper crack sauce wave patch fluffy elegant futuristic vintage modern ancient quaint seated";

/// What a match by label, by the label's last word, by another of its words, or by keyword is worth.
const EXACT: i32 = 100;
const HEAD: i32 = 60;
const INNER: i32 = 40;
const KEYWORD: i32 = 30;

/// The picture for a run of words (an emoji is one word), if any: its index in the archive.
pub(crate) fn find(run: &[&str]) -> Result<Option<usize>, CollageError> {
    let index = index()?;
    let phrase = run.join(" ");
    let forms = phrase_forms(&phrase);
    let describes = |form: &String| DESCRIBING.split_whitespace().any(|word| word == form);
    if run.len() == 1 && forms.iter().any(describes) {
        return Ok(None);
    }
    let exact = forms.iter().find_map(|form| index.exact.get(form.as_str())).copied();
    let verb = ["ing", "ed", "ly"].iter().any(|ending| phrase.ends_with(ending));
    if exact.is_some() || run.len() > 1 || verb {
        return Ok(exact);
    }
    Ok(forms.iter().find_map(|form| index.loose.get(form.as_str())).map(|(_, picture)| *picture))
}

/// The phrase with its last word in each base form.
fn phrase_forms(phrase: &str) -> Vec<String> {
    let (rest, last) = phrase.rsplit_once(' ').map_or(("", phrase), |(rest, last)| (rest, last));
    let lead = if rest.is_empty() { String::new() } else { format!("{rest} ") };
    lemmas(last).into_iter().map(|lemma| format!("{lead}{lemma}")).collect()
}

struct Index {
    /// Label, code or synonym -> picture.
    exact: HashMap<String, usize>,
    /// Word -> best worth and its picture.
    loose: HashMap<String, (i32, usize)>,
}

fn index() -> Result<&'static Index, CollageError> {
    static INDEX: OnceLock<Index> = OnceLock::new();
    match INDEX.get() {
        Some(index) => Ok(index),
        None => {
            let built = Index::new(pictures()?);
            Ok(INDEX.get_or_init(|| built))
        }
    }
}

impl Index {
    fn new(pictures: &[Picture]) -> Self {
        let mut index = Self { exact: HashMap::new(), loose: HashMap::new() };
        for (number, picture) in pictures.iter().enumerate() {
            index.exact.insert(normal(&picture.label), number);
            index.exact.insert(picture.code.clone(), number);
            index.add_loose(number, picture);
        }
        index.exact.remove("");
        for line in SYNONYMS.lines().filter(|line| !line.starts_with('#')) {
            if let Some((words, label)) = line.split_once(" = ")
                && let Some(&number) = index.exact.get(&normal(label))
            {
                index.exact.extend(words.split(", ").map(|word| (word.to_owned(), number)));
            }
        }
        index
    }

    fn add_loose(&mut self, number: usize, picture: &Picture) {
        let label = normal(&picture.label);
        let words: Vec<&str> = label.split(' ').collect();
        // Faces, gestures and roles have keywords for moods and doings, which are no things.
        let about_people = ["smileys-emotion", "people-body"].contains(&picture.group.as_str());
        for (place, word) in words.iter().enumerate() {
            let worth = if place + 1 == words.len() { HEAD } else { INNER };
            self.offer(word, worth - 3 * words.len() as i32 - if about_people { 30 } else { 0 }, number);
        }
        if !about_people {
            let few = picture.keywords.len().min(15) as i32;
            picture.keywords.iter().for_each(|word| self.offer(word, KEYWORD - few, number));
        }
    }

    fn offer(&mut self, word: &str, worth: i32, number: usize) {
        if word.len() > 2 {
            let best = self.loose.entry(word.to_owned()).or_insert((worth.min(EXACT), number));
            if worth > best.0 {
                *best = (worth, number);
            }
        }
    }
}

/// The words of a label, joined by spaces.
fn normal(label: &str) -> String {
    tokenise(label).into_iter().map(|word| word.text).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(run: &[&str]) -> Option<&'static str> {
        find(run).unwrap().map(|number| pictures().unwrap()[number].label.as_str())
    }

    #[test]
    fn labels_come_first_and_plurals_match() {
        assert_eq!(label(&["lighthouse"]), Some("lighthouse"));
        assert_eq!(label(&["polar", "bear"]), Some("polar bear"));
        assert_eq!(label(&["palm", "trees"]), Some("palm tree"));
        assert_eq!(label(&["robots"]), Some("robot"));
    }

    #[test]
    fn synonyms_and_emoji_name_pictures() {
        assert_eq!(label(&["retriever"]), Some("dog"));
        assert_eq!(label(&["macaw"]), Some("parrot"));
        assert_eq!(label(&["1f418"]), Some("elephant"));
    }

    #[test]
    fn describing_words_and_noise_name_nothing() {
        for word in ["serene", "fluffy", "qzx", "", "smiling", "abandoned"] {
            assert_eq!(label(&[word]), None, "{word}");
        }
    }

    #[test]
    fn every_synonym_has_a_picture() {
        let index = index().unwrap();
        for line in SYNONYMS.lines().filter(|line| !line.starts_with('#')) {
            let label = line.split_once(" = ").map(|(_, label)| normal(label));
            assert!(label.is_some_and(|label| index.exact.contains_key(&label)), "{line}");
        }
    }
}
