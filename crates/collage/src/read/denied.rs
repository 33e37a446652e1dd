//! Words of a description that are denied: they name nothing that is drawn.

use linocut_core::{Denial, Spoken, denials};
use linocut_words::lemmas;

use super::lexicon::{is_stop, meanings};
use super::meaning::Weather;
use super::reading::{Absent, Noun, Reading, label};
use crate::art::index;
use crate::error::CollageError;
use crate::words::Word;

/// Parts of things that are drawn as a whole, so that they cannot be left out.
const PARTS: &str = "leaf foliage window door roof chimney sail mast wheel petal thorn hair beard moustache tail horn wing feather \
                     collar handle lid stem branch flag spot eye nose mouth ear arm leg foot button pocket sleeve hood cuff belt \
                     lace strap fringe tassel zipper";

/// Stands for a word that is not read.
const NOTHING: &str = "\0";

/// The words that deny or are denied, by their places.
#[derive(Debug)]
pub(crate) struct Denied(Vec<Option<Denial>>);

impl Denied {
    /// Finds the denials of a description.
    pub(crate) fn of(words: &[Word]) -> Self {
        let spoken: Vec<Spoken<'_>> =
            words.iter().map(|word| Spoken { text: &word.text, after_pause: word.after_pause }).collect();
        Self(denials(&spoken))
    }

    /// The words with nothing, and a pause, in place of those that deny or are denied.
    pub(crate) fn left_out(&self, words: &[Word]) -> Vec<Word> {
        let mut left: Vec<Word> = words.to_vec();
        for (at, _) in self.0.iter().enumerate().filter(|(_, denial)| denial.is_some()) {
            left[at] = Word { text: NOTHING.to_owned(), emoji: false, after_pause: true, ..left[at].clone() };
            if let Some(next) = left.get_mut(at + 1) {
                next.after_pause = true;
            }
        }
        left
    }

    /// Tells the reading which words are heeded by drawing nothing: all but parts of things that are drawn as a whole.
    pub(crate) fn heed(&self, reading: &mut Reading) -> Result<(), CollageError> {
        let mut heeded = Vec::new();
        for (at, denial) in self.0.iter().enumerate() {
            let is_heeded = match denial {
                Some(Denial::Cue) => true,
                Some(Denial::Denied) => !is_part_of_whole(reading, at),
                None => is_lacking(reading, at)?,
            };
            heeded.extend(is_heeded.then_some(at));
        }
        let lacks = |name: &str| {
            let denied = |at: &usize| {
                self.0[*at] == Some(Denial::Denied)
                    && lemmas(&reading.words[*at].text).iter().any(|lemma| lemma == name)
            };
            let less = format!("{name}less");
            heeded.iter().any(denied) || reading.words.iter().any(|word| word.text == less)
        };
        reading.absent = Absent {
            clouds: lacks("cloud"),
            sun: lacks("sun"),
            moon: lacks("moon"),
            stars: lacks("star"),
            flowers: lacks("flower"),
        };
        if reading.absent.clouds {
            reading.weather.get_or_insert(Weather::Clear);
        }
        self.bare(reading, &mut heeded)?;
        reading.heeded = heeded;
        Ok(())
    }
}

impl Denied {
    /// `a tree without leaves`, `a leafless tree`: there is a picture of that.
    fn bare(&self, reading: &mut Reading, heeded: &mut Vec<usize>) -> Result<(), CollageError> {
        let leaves =
            |at: usize| lemmas(&reading.words[at].text).iter().any(|lemma| lemma == "leaf" || lemma == "foliage");
        let denied = (0..self.0.len()).filter(|&at| self.0[at] == Some(Denial::Denied) && leaves(at));
        let said =
            (0..reading.words.len()).filter(|&at| ["leafless", "bare"].contains(&reading.words[at].text.as_str()));
        let places: Vec<usize> = denied.chain(said).collect();
        let Some(bare) = index::find(&["leafless", "tree"])? else { return Ok(()) };
        for phrase in &mut reading.phrases {
            if !places.is_empty() && label(phrase).split(' ').any(|word| word == "tree") {
                phrase.noun = Noun::Art(bare);
                phrase.words.extend(&places);
                heeded.extend(&places);
            }
        }
        Ok(())
    }
}

fn is_part(word: &str) -> bool {
    lemmas(word).iter().any(|lemma| PARTS.split_whitespace().any(|part| part == lemma))
}

/// Whether a word names a part of the thing that was named last before it.
fn is_part_of_whole(reading: &Reading, at: usize) -> bool {
    let mut before = reading.phrases.iter().filter(|phrase| phrase.words.iter().all(|word| *word < at));
    let is_whole = before.next_back().is_some_and(|phrase| matches!(phrase.noun, Noun::Art(_) | Noun::Garment(_)));
    is_whole && is_part(&reading.words[at].text)
}

/// `treeless`: the word says that something is not there that could be, and is no part of what is.
fn is_lacking(reading: &Reading, at: usize) -> Result<bool, CollageError> {
    let Some(stem) = reading.words[at].text.strip_suffix("less").filter(|stem| stem.len() > 2) else {
        return Ok(false);
    };
    if is_part(stem) || is_stop(stem) {
        return Ok(false);
    }
    Ok(!meanings(stem).is_empty() || index::find(&[stem])?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::parser::read;

    fn labels(text: &str) -> Vec<&'static str> {
        read(text).unwrap().phrases.iter().map(label).collect()
    }

    fn heeded(text: &str) -> Vec<String> {
        let reading = read(text).unwrap();
        reading.heeded.iter().map(|at| reading.words[*at].typed.clone()).collect()
    }

    #[test]
    fn what_is_denied_is_in_no_phrase() {
        for text in ["a field, no trees", "a meadow without a tree or a dog", "a beach with no boats and no people"] {
            assert_eq!(labels(text).iter().filter(|label| !label.is_empty()).count(), 0, "{text}: {:?}", labels(text));
        }
        assert_eq!(labels("a dog, not a cat, in a house"), ["dog", "house"]);
    }

    #[test]
    fn parts_of_wholes_are_not_heeded() {
        assert_eq!(heeded("a field without trees"), ["without", "trees"]);
        assert_eq!(heeded("a house without windows"), ["without"]);
        assert_eq!(heeded("a tree without leaves"), ["without", "leaves"]);
        assert_eq!(heeded("a treeless plain"), ["treeless"]);
        assert_eq!(heeded("a leafless tree"), ["leafless"]);
        assert_eq!(heeded("a priceless vase"), [""; 0]);
    }

    #[test]
    fn no_clouds_is_a_clear_sky() {
        assert_eq!(read("a hill under a sky free of clouds").unwrap().weather, Some(Weather::Clear));
        assert!(read("a hill under a cloudless sky").unwrap().absent.clouds);
        assert!(!read("a clear sky").unwrap().absent.clouds);
        assert_eq!(read("a hill under clouds").unwrap().weather, Some(Weather::Cloudy));
    }

    #[test]
    fn suns_moons_and_stars_can_be_denied() {
        let absent = |text: &str| read(text).unwrap().absent;
        assert!(absent("a night sky with no stars").stars && absent("a moonless night").moon);
        assert!(absent("a beach without the sun").sun && absent("a meadow") == Absent::default());
    }

    #[test]
    fn trees_without_leaves_are_bare() {
        for text in ["a tree without leaves", "a leafless tree", "a bare tree on a hill"] {
            assert!(labels(text).contains(&"leafless tree"), "{text}: {:?}", labels(text));
        }
    }
}
