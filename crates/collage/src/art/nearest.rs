//! Matching words to pictures by meaning: the label nearest to a word among word vectors.

use std::sync::OnceLock;

use linocut_words::{Vector, WordVectors};

use crate::art::archive::{Picture, pictures};
use crate::error::CollageError;

/// Least cosine of a word and a label that mean the same thing to a picture. Set on the pairs of
/// `fixtures/collage/pairs.csv`, of which at least nine in ten at this cosine are right; the test counts them.
const LEAST_COSINE: f32 = 0.66;

/// Letters at the start or end of two words that make them alike in spelling.
const ALIKE_LETTERS: usize = 4;

/// Letters of the shortest word that is looked up.
const LEAST_LETTERS: usize = 4;

/// The pictures whose label is nearest in meaning to a word, if near enough. Only labels of one word are compared.
pub(crate) fn nearest(word: &str) -> Result<&'static [usize], CollageError> {
    let words = WordVectors::bundled()?;
    let Some(vector) = words.vector(word).filter(|_| word.len() >= LEAST_LETTERS) else { return Ok(&[]) };
    let near = labels()?.iter().map(|label| (label, label.vector.cosine(&vector)));
    let best = near.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(label, cosine)| fits(word, label.text, *cosine));
    Ok(best.map_or(&[], |(label, _)| &label.pictures))
}

/// Whether a label at this cosine shows what a word names. Vectors of words that share letters lie near each other for that
/// alone (`footwear`, `foot`), unless the word ends with the label (`blackbird`, `bird`).
fn fits(word: &str, label: &str, cosine: f32) -> bool {
    cosine >= LEAST_COSINE && (word.ends_with(label) || !spelled_alike(word, label))
}

fn spelled_alike(a: &str, b: &str) -> bool {
    let start = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let end = a.chars().rev().zip(b.chars().rev()).take_while(|(a, b)| a == b).count();
    start.max(end) >= ALIKE_LETTERS || a.starts_with(b)
}

struct Label {
    text: &'static str,
    vector: Vector,
    pictures: Vec<usize>,
}

/// The labels of one word, each with its pictures.
fn labels() -> Result<&'static [Label], CollageError> {
    static LABELS: OnceLock<Vec<Label>> = OnceLock::new();
    if let Some(labels) = LABELS.get() {
        return Ok(labels);
    }
    let (words, pictures) = (WordVectors::bundled()?, pictures()?);
    let mut labels: Vec<Label> = Vec::new();
    for (number, picture) in pictures.iter().enumerate().filter(|(_, picture)| names_a_thing(picture)) {
        match labels.iter_mut().find(|label| label.text == picture.label) {
            Some(label) => label.pictures.push(number),
            None => {
                let vector = words.vector(&picture.label);
                labels.extend(vector.map(|vector| Label { text: &picture.label, vector, pictures: vec![number] }));
            }
        }
    }
    labels.iter_mut().for_each(|label| label.pictures.sort_by_key(|&number| (pictures[number].source, number)));
    Ok(LABELS.get_or_init(|| labels))
}

/// Faces are named by moods, which are no things.
fn names_a_thing(picture: &Picture) -> bool {
    picture.group != "smileys-emotion" && picture.label.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(word: &str) -> Option<&'static str> {
        nearest(word).unwrap().first().map(|&number| pictures().unwrap()[number].label.as_str())
    }

    #[test]
    fn nine_in_ten_of_the_kept_pairs_that_match_are_right() {
        let words = WordVectors::bundled().unwrap();
        let rows = include_str!("../../../../fixtures/collage/pairs.csv").lines().skip(1);
        let pairs: Vec<Vec<&str>> = rows.map(|row| row.split(',').collect()).collect();
        assert_eq!((pairs.len(), pairs.iter().filter(|pair| pair[2] == "yes").count()), (300, 150));
        let cosine = |pair: &[&str]| words.similarity(pair[0], pair[1]).unwrap();
        let matched = || pairs.iter().filter(|pair| fits(pair[0], pair[1], cosine(pair)));
        let right = matched().filter(|pair| pair[2] == "yes").count();
        assert!(right as f64 >= 0.9 * matched().count() as f64, "{right} of {}", matched().count());
        assert!(right >= 40, "{right} of 150 right pairs match");
    }

    #[test]
    fn a_word_without_a_picture_finds_one_that_means_the_same() {
        for (word, wanted) in [("canine", "dog"), ("primate", "monkey"), ("kayak", "canoe")] {
            assert_eq!(label(word), Some(wanted), "{word}");
        }
    }

    #[test]
    fn words_that_only_look_or_sound_alike_find_nothing() {
        for word in ["fondle", "guitarist", "serene", "qzx", "", "xyzzy"] {
            assert_eq!(label(word), None, "{word}");
        }
    }
}
