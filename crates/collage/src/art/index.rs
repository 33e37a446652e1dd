//! Matching words to pictures of the archive by label, synonym and keyword.

use std::collections::HashMap;
use std::sync::OnceLock;

use linocut_words::{WordVectors, lemmas};

use crate::art::archive::{Picture, pictures};
use crate::art::nearest;
use crate::art::set::ArtSet;
use crate::dice::Dice;
use crate::error::CollageError;
use crate::words::tokenise;

/// Hand-made pairs of a word or phrase and the label of the picture that shows it best.
const SYNONYMS: &str = include_str!("../../data/synonyms.txt");

/// Words that are keywords of pictures but describe rather than name.
const DESCRIBING: &str = "old new bright giant smiling happy sad angry hot cold fast slow love beautiful pretty cute cool \
    serene calm quiet abandoned broken free good bad best open closed young adult fresh sweet wild soft hard dry wet \
    empty full round flat long short high low up down left right back front magic fun funny party holiday winter summer \
    spring autumn fall work home world time color nature weather food drink animal plant building place travel tool \
    object face body hand person people human game sport music sound light dark black white red blue green yellow \
    purple pink brown gray gold silver big small large little crack strong sleeping sleep playing running \
    walking standing sitting flying side jump run ride fly swim walk sing dance read write eat sail handle leg eye light art shape thorn top part edge corner \
    cork stopper crack sauce wave patch fluffy cut half out angle elegant futuristic vintage modern ancient quaint seated tropical fishing";

/// What a match by a label's last word, by another of its words, or by keyword is worth.
const HEAD: i32 = 60;
const INNER: i32 = 40;
const KEYWORD: i32 = 30;

/// Least cosine of a keyword and its picture's label; keywords such as `up` and `sweet` say little of what a picture shows.
const TELLING: f32 = 0.3;

/// Worth from which a match comes before one by meaning: the last word of a label of at most four.
const SURE: i32 = HEAD - 12;

/// The picture for a run of words (an emoji is one word), if any: its index in the archive.
pub(crate) fn find(run: &[&str]) -> Result<Option<usize>, CollageError> {
    Ok(fitting(run)?.first().copied())
}

/// The picture for a run of words that a seed picks among all that fit equally well. A seed prefers one set of pictures, so
/// that those of a drawing go together and those of several differ.
pub(crate) fn pick(run: &[&str], seed: u64) -> Result<Option<usize>, CollageError> {
    let (fitting, pictures) = (fitting(run)?, pictures()?);
    let favourite = Dice::new(seed, 6).pick(FAVOURITES);
    let own: Vec<usize> = fitting.iter().copied().filter(|&number| pictures[number].source == favourite).collect();
    let among = if own.is_empty() { fitting } else { own.as_slice() };
    let picked = Dice::new(seed, 7).whole(0, among.len().saturating_sub(1));
    Ok(among.get(picked).copied())
}

/// Sets that a seed may prefer, as often as they are listed.
const FAVOURITES: [ArtSet; 3] = [ArtSet::Noto, ArtSet::Fluent, ArtSet::OpenClipart];

/// The pictures that fit a run of words best, the usual one first: those with this label or a synonym of it, else with this
/// keyword given by hand, else those whose label ends with the word, else those with a label of nearly its meaning, else the
/// best by other words of their labels and by keywords.
fn fitting(run: &[&str]) -> Result<&'static [usize], CollageError> {
    let index = index()?;
    let phrase = run.join(" ");
    let forms = phrase_forms(&phrase);
    if run.len() == 1 && forms.iter().any(|form| describes(form)) {
        return Ok(&[]);
    }
    let sure = [&index.labels, &index.named].into_iter().find_map(|map| first(map, &forms));
    let verb = ["ing", "ed", "ly"].iter().any(|ending| phrase.ends_with(ending));
    if sure.is_some() || run.len() > 1 || verb {
        return Ok(sure.unwrap_or_default());
    }
    let loose = forms.iter().find_map(|form| index.loose.get(form.as_str()));
    if let Some((_, pictures)) = loose.filter(|(worth, _)| *worth >= SURE) {
        return Ok(pictures);
    }
    let near = nearest::nearest(&phrase)?;
    Ok(if near.is_empty() { loose.map_or(&[], |(_, pictures)| pictures) } else { near })
}

/// Whether a word is the label or a keyword of a picture; meaning does not count.
pub(crate) fn is_named(word: &str) -> Result<bool, CollageError> {
    let index = index()?;
    let known = |form: &String| {
        index.labels.contains_key(form) || index.named.contains_key(form) || index.loose.contains_key(form)
    };
    Ok(!describes(word) && lemmas(word).iter().any(known))
}

fn first(map: &'static HashMap<String, Vec<usize>>, forms: &[String]) -> Option<&'static [usize]> {
    forms.iter().find_map(|form| map.get(form.as_str())).map(Vec::as_slice)
}

fn describes(word: &str) -> bool {
    DESCRIBING.split_whitespace().any(|other| other == word)
}

/// The phrase with its last word in each base form.
fn phrase_forms(phrase: &str) -> Vec<String> {
    let (rest, last) = phrase.rsplit_once(' ').map_or(("", phrase), |(rest, last)| (rest, last));
    let lead = if rest.is_empty() { String::new() } else { format!("{rest} ") };
    lemmas(last).into_iter().map(|lemma| format!("{lead}{lemma}")).collect()
}

#[derive(Default)]
struct Index {
    /// Label, code or synonym -> pictures.
    labels: HashMap<String, Vec<usize>>,
    /// Keyword given by hand -> pictures.
    named: HashMap<String, Vec<usize>>,
    /// Word -> best worth and its pictures.
    loose: HashMap<String, (i32, Vec<usize>)>,
}

fn index() -> Result<&'static Index, CollageError> {
    static INDEX: OnceLock<Index> = OnceLock::new();
    match INDEX.get() {
        Some(index) => Ok(index),
        None => {
            let built = Index::new(pictures()?, WordVectors::bundled()?);
            Ok(INDEX.get_or_init(|| built))
        }
    }
}

impl Index {
    fn new(pictures: &[Picture], words: &WordVectors) -> Self {
        let mut index = Self::default();
        let mut order: Vec<usize> = (0..pictures.len()).collect();
        order.sort_by_key(|&number| (pictures[number].source, number));
        for number in order {
            index.add(number, &pictures[number], words);
        }
        index.add_synonyms();
        index
    }

    fn add(&mut self, number: usize, picture: &Picture, words: &WordVectors) {
        self.labels.entry(normal(&picture.label)).or_default().push(number);
        if matches!(picture.source, ArtSet::Flat | ArtSet::OpenClipart | ArtSet::Drawn) {
            for keyword in &picture.keywords {
                self.named.entry(normal(keyword)).or_default().push(number);
            }
            return self.offer(head(&normal(&picture.label)), HEAD, number);
        }
        if !picture.code.is_empty() {
            self.labels.entry(picture.code.clone()).or_default().push(number);
        }
        self.add_loose(number, picture, words);
    }

    fn add_synonyms(&mut self) {
        for line in SYNONYMS.lines().filter(|line| !line.starts_with('#')) {
            if let Some((words, label)) = line.split_once(" = ")
                && let Some(pictures) = self.labels.get(&normal(label)).cloned()
            {
                for word in words.split(", ").filter(|word| *word != label) {
                    self.labels.entry(word.to_owned()).or_default().extend(&pictures);
                }
            }
        }
    }

    fn add_loose(&mut self, number: usize, picture: &Picture, vectors: &WordVectors) {
        let label = normal(&picture.label);
        let words: Vec<&str> = label.split(' ').collect();
        // Faces, gestures and roles have keywords for moods and doings, which are no things.
        let about_people = ["smileys-emotion", "people-body"].contains(&picture.group.as_str());
        for (place, word) in words.iter().enumerate() {
            if picture.group == "smileys-emotion" && place + 1 < words.len() {
                continue;
            }
            let worth = if place + 1 == words.len() { HEAD } else { INNER };
            self.offer(word, worth - 3 * words.len() as i32 - if about_people { 30 } else { 0 }, number);
        }
        if !about_people {
            let few = picture.keywords.len().min(15) as i32;
            let about = vectors.sentence(words);
            let telling = |word: &&String| match (vectors.vector(word), about) {
                (Some(vector), Some(about)) => vector.cosine(&about) >= TELLING,
                _ => true,
            };
            picture.keywords.iter().filter(telling).for_each(|word| self.offer(word, KEYWORD - few, number));
        }
    }

    fn offer(&mut self, word: &str, worth: i32, number: usize) {
        if word.len() > 2 {
            let best = self.loose.entry(word.to_owned()).or_insert((worth, Vec::new()));
            if worth > best.0 {
                *best = (worth, Vec::new());
            }
            if worth == best.0 && !best.1.contains(&number) {
                best.1.push(number);
            }
        }
    }
}

/// The noun that a label is about: the last word before a preposition.
fn head(label: &str) -> &str {
    const PREPOSITIONS: [&str; 5] = [" with ", " in ", " of ", " on ", " and "];
    let end = PREPOSITIONS.iter().filter_map(|word| label.find(word)).min().unwrap_or(label.len());
    label[..end].rsplit(' ').next().unwrap_or_default()
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
        assert_eq!(label(&["terrier"]), Some("dog"));
        assert_eq!(label(&["macaw"]), Some("parrot"));
        assert_eq!(label(&["1f418"]), Some("elephant"));
    }

    #[test]
    fn several_pictures_that_fit_come_from_several_sets() {
        let sets = |run: &[&str]| {
            let picked: std::collections::BTreeSet<ArtSet> =
                (0..20).map(|seed| pictures().unwrap()[pick(run, seed).unwrap().unwrap()].source).collect();
            picked.len()
        };
        assert_eq!((sets(&["cat"]), sets(&["lighthouse"])), (3, 2));
        assert_eq!(pick(&["lion"], 5).unwrap(), pick(&["lion"], 5).unwrap());
    }

    #[test]
    fn keywords_that_say_little_of_a_picture_do_not_count() {
        for word in ["sweet", "up", "fancy", "late"] {
            assert_eq!(label(&[word]), None, "{word}");
        }
        assert_eq!(label(&["cogwheel"]), Some("gear"));
    }

    #[test]
    fn hand_given_keywords_come_before_meaning() {
        assert_eq!(label(&["golden", "retriever"]), Some("labrador"));
        assert_eq!(label(&["steam", "train"]), Some("toy train"));
        assert_eq!(label(&["primate"]), Some("monkey"));
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
            assert!(label.is_some_and(|label| index.labels.contains_key(&label)), "{line}");
        }
    }
}
