//! Prompts: a description with a seed, and questions about the picture.

use crate::denial::{Spoken, denials};

/// Most words of a description that are considered.
const MAX_WORDS: usize = 200;

/// English words that name nothing to be seen.
const STOP_WORDS: [&str; 52] = [
    "a", "above", "across", "against", "along", "among", "an", "and", "around", "as", "at", "before", "behind",
    "below", "beneath", "beside", "between", "beyond", "by", "down", "for", "from", "in", "inside", "into", "is", "it",
    "its", "near", "next", "of", "off", "on", "onto", "or", "out", "over", "past", "that", "the", "their", "this",
    "through", "to", "toward", "towards", "under", "up", "upon", "which", "with", "within",
];

/// A description and the seed of the picture made from it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Prompt {
    /// The description as typed; any text, even an empty one.
    pub text: String,
    /// Seed of everything random about this picture.
    pub seed: u64,
}

impl Prompt {
    /// A description with a seed.
    #[must_use]
    pub fn new(text: impl Into<String>, seed: u64) -> Self {
        Self { text: text.into(), seed }
    }

    /// The words of the description that can be seen in a picture: lower case, in order, each once, without articles,
    /// prepositions and the like. Punctuation and symbols separate words; at most 200 words are considered.
    #[must_use]
    pub fn content_words(&self) -> Vec<String> {
        distinct(self.spoken().into_iter().map(|(word, _)| word))
    }

    /// Those of the [`Prompt::content_words`] that the description wants: without what it denies, and without the words that
    /// deny ([`denials`]).
    #[must_use]
    pub fn wanted_words(&self) -> Vec<String> {
        let spoken = self.spoken();
        let words: Vec<Spoken<'_>> =
            spoken.iter().map(|(text, after_pause)| Spoken { text, after_pause: *after_pause }).collect();
        let wanted = denials(&words).into_iter().map(|denial| denial.is_none()).collect::<Vec<_>>();
        distinct(spoken.into_iter().zip(wanted).filter(|(_, wanted)| *wanted).map(|((word, _), _)| word))
    }

    /// All words in lower case, each with whether a pause stands before it; at most 200.
    fn spoken(&self) -> Vec<(String, bool)> {
        let mut words = Vec::new();
        let mut after_pause = false;
        for piece in self.text.split_inclusive(|c: char| !(c.is_alphanumeric() || c == '\'')) {
            let word = piece.trim_end_matches(|c: char| !(c.is_alphanumeric() || c == '\'')).trim_matches('\'');
            if !word.is_empty() {
                words.push((word.to_lowercase(), std::mem::take(&mut after_pause)));
            }
            if words.len() == MAX_WORDS {
                break;
            }
            after_pause |= piece.ends_with([',', ';', ':', '.', '!', '?', '(', ')', '\n']);
        }
        words
    }

    /// The same description with another seed.
    #[must_use]
    pub fn with_seed(&self, seed: u64) -> Self {
        Self { text: self.text.clone(), seed }
    }
}

/// The words in order, each once, without those that name nothing.
fn distinct(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in all {
        if !STOP_WORDS.contains(&word.as_str()) && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// A multiple-choice question about a picture.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Question {
    /// The question.
    pub text: String,
    /// The choices, in the order in which they are listed.
    pub choices: Vec<String>,
    /// Index of the right choice in `choices`.
    pub answer: usize,
}

/// Derives a seed for item `index` from another seed, mixed so well that neighbours have nothing in common. Item 0 is the seed
/// itself.
///
/// # Source
///
/// The finaliser of `SplitMix64` (Steele, Lea, Flood 2014).
#[must_use]
pub const fn derive_seed(seed: u64, index: u64) -> u64 {
    if index == 0 {
        return seed;
    }
    let mut z = seed.wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_words_leave_out_what_cannot_be_seen() {
        let words = Prompt::new("A lighthouse, overlooking the snow-covered sea; a LIGHTHOUSE!", 0).content_words();
        assert_eq!(words, ["lighthouse", "overlooking", "snow", "covered", "sea"]);
        assert!(Prompt::new(" -- the <>", 0).content_words().is_empty());
    }

    #[test]
    fn what_is_denied_is_not_wanted() {
        let wanted = |text: &str| Prompt::new(text, 0).wanted_words();
        assert_eq!(wanted("An empty street, with no cars or people; at night"), ["empty", "street", "night"]);
        assert_eq!(wanted("a red cat (not a dog)"), ["red", "cat"]);
        assert_eq!(wanted("a lighthouse"), ["lighthouse"]);
    }

    #[test]
    fn stop_words_are_sorted_and_distinct() {
        assert!(STOP_WORDS.is_sorted() && STOP_WORDS.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn the_first_derived_seed_is_the_seed() {
        assert_eq!(derive_seed(42, 0), 42);
    }

    #[test]
    fn neighbours_get_different_seeds() {
        let mut seeds: Vec<u64> = (0..10).flat_map(|s| (0..100).map(move |i| derive_seed(s, i))).collect();
        seeds.sort_unstable();
        seeds.dedup();
        assert_eq!(seeds.len(), 1000);
    }
}
