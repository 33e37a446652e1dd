//! Looks up word vectors: similarity, neighbours, and the meaning of a sentence.

use std::sync::OnceLock;

use crate::lemma::lemmas;
use crate::table::{Table, WordsError};
use crate::vector::{DIMENSIONS, Vector};

/// Frequency at which a word has half its weight in a sentence. Source: smooth inverse frequency (Arora, Liang, Ma
/// 2017), who take 1e-3 to 1e-4.
const HALF_FREQUENCY: f64 = 1e-3;

/// Sum of 1 / rank over the ranks of English words in use, so that `1 / (rank * this)` is a frequency by Zipf's law.
const ZIPF_SUM: f64 = 11.0;

/// Word vectors of some 26,000 English words, for similarity of meaning.
///
/// ```
/// use linocut_words::WordVectors;
///
/// let words = WordVectors::bundled()?;
/// assert!(words.similarity("lighthouse", "beacon") > words.similarity("lighthouse", "trousers"));
/// assert_eq!(words.similarity("lighthouse", "xyzzy"), None);
/// # Ok::<(), linocut_words::WordsError>(())
/// ```
///
/// # Source
///
/// Distilled from the sentence encoder all-MiniLM-L6-v2: its embeddings of the word and of the word's most frequent
/// sense in `WordNet`, reduced and quantised (`assets/vectors`). Words are looked up in lower case, and if that fails
/// by their [`lemmas`].
#[derive(Debug)]
pub struct WordVectors {
    table: Table,
    /// Indices of the words in alphabetical order.
    alphabetical: Vec<u32>,
}

impl WordVectors {
    /// The bundled vectors, read at the first call.
    ///
    /// # Errors
    ///
    /// [`WordsError`] if the bundled data is damaged.
    pub fn bundled() -> Result<&'static Self, WordsError> {
        static BUNDLED: OnceLock<WordVectors> = OnceLock::new();
        if let Some(words) = BUNDLED.get() {
            return Ok(words);
        }
        let table = Table::bundled()?;
        Ok(BUNDLED.get_or_init(|| Self::of(table)))
    }

    fn of(table: Table) -> Self {
        let mut alphabetical: Vec<u32> = (0..table.words.len() as u32).collect();
        alphabetical.sort_unstable_by_key(|&index| &table.words[index as usize]);
        Self { table, alphabetical }
    }

    /// The words that have a vector, in lower case, most frequent first.
    pub fn words(&self) -> impl ExactSizeIterator<Item = &str> {
        self.table.words.iter().map(String::as_str)
    }

    /// Number of words that are more frequent than this one; `None` if neither the word nor a base form of it is known.
    #[must_use]
    pub fn rank(&self, word: &str) -> Option<usize> {
        let word = word.to_lowercase();
        self.exactly(&word).or_else(|| lemmas(&word).iter().skip(1).find_map(|lemma| self.exactly(lemma)))
    }

    /// The vector of a word; `None` if neither the word nor a base form of it is known.
    #[must_use]
    pub fn vector(&self, word: &str) -> Option<Vector> {
        self.rank(word).map(|rank| self.at(rank))
    }

    /// Similarity of two words in meaning, -1 to 1; `None` if one of them is not known.
    #[must_use]
    pub fn similarity(&self, a: &str, b: &str) -> Option<f32> {
        Some(self.vector(a)?.cosine(&self.vector(b)?))
    }

    /// Meaning of several words together: the direction of their mean vector, in which frequent words count less
    /// ([`WordVectors::weight`]); `None` if no word is known.
    pub fn sentence<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Option<Vector> {
        let ranks: Vec<usize> = words.into_iter().filter_map(|word| self.rank(word)).collect();
        let mut sum = [0.0; DIMENSIONS];
        for &rank in &ranks {
            let weight = self.weight(rank);
            sum.iter_mut().zip(self.at(rank).values()).for_each(|(sum, value)| *sum += weight * value);
        }
        (!ranks.is_empty()).then(|| Vector::towards(sum))
    }

    /// Weight of the word with this rank in a sentence, 0 to 1: `a / (a + p)` with `a` = 0.001 and the frequency `p`
    /// from the rank by Zipf's law.
    #[must_use]
    pub fn weight(&self, rank: usize) -> f32 {
        let frequency = 1.0 / ((rank as f64 + 1.0) * ZIPF_SUM);
        (HALF_FREQUENCY / (HALF_FREQUENCY + frequency)) as f32
    }

    /// The `count` words nearest in meaning with their cosines, nearest first; among equally near ones the more
    /// frequent first.
    #[must_use]
    pub fn neighbours(&self, of: &Vector, count: usize) -> Vec<(&str, f32)> {
        let cosine = |rank: usize| (rank, self.at(rank).cosine(of));
        let mut all: Vec<(usize, f32)> = (0..self.table.words.len()).map(cosine).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all.into_iter().take(count).map(|(rank, cosine)| (self.table.words[rank].as_str(), cosine)).collect()
    }

    fn exactly(&self, word: &str) -> Option<usize> {
        let found = self.alphabetical.binary_search_by(|&index| self.table.words[index as usize].as_str().cmp(word));
        found.ok().map(|position| self.alphabetical[position] as usize)
    }

    fn at(&self, rank: usize) -> Vector {
        let start = rank * DIMENSIONS;
        let mut values = [0.0; DIMENSIONS];
        values.iter_mut().zip(&self.table.values[start..]).for_each(|(value, &stored)| *value = f32::from(stored));
        Vector::towards(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> &'static WordVectors {
        WordVectors::bundled().unwrap()
    }

    #[test]
    fn words_of_like_meaning_are_nearer_than_others() {
        for (word, near, far) in [
            ("lighthouse", "beacon", "trousers"),
            ("trousers", "pants", "ocean"),
            ("ocean", "sea", "cube"),
            ("crimson", "red", "wooden"),
            ("kitten", "cat", "car"),
            ("peak", "mountain", "shirt"),
            ("dusk", "sunset", "hexagon"),
            ("corduroy", "fabric", "river"),
        ] {
            let (near, far) = (words().similarity(word, near).unwrap(), words().similarity(word, far).unwrap());
            assert!(near > far + 0.2, "{word}: {near} {far}");
        }
    }

    #[test]
    fn neighbours_begin_with_the_word_and_stay_in_its_field() {
        for (word, expected) in [("car", "automobile"), ("forest", "woodland"), ("purple", "pink"), ("violin", "cello")]
        {
            let found = words().neighbours(&words().vector(word).unwrap(), 12);
            assert_eq!((found.len(), found[0].0), (12, word));
            assert!(found.iter().any(|(near, _)| *near == expected), "{word}: {found:?}");
            assert!(found.windows(2).all(|pair| pair[0].1 >= pair[1].1));
        }
    }

    #[test]
    fn forms_of_a_word_share_its_vector() {
        assert_eq!(words().vector("lighthouses"), words().vector("lighthouse"));
        assert_eq!(words().vector("Ocean"), words().vector("ocean"));
    }

    #[test]
    fn words_that_are_not_known_have_no_vector() {
        for word in ["", " ", "xyzzy", "紫の森", "🦊", "\u{0}", "naïveté-ish", &"a".repeat(100_000)] {
            assert_eq!(words().vector(word), None, "{word}");
        }
        assert_eq!(words().sentence(["xyzzy", ""]), None);
        assert_eq!(words().sentence([]), None);
    }

    #[test]
    fn rare_words_decide_what_a_sentence_means() {
        let sentence = words().sentence("the lighthouse of the".split(' ')).unwrap();
        assert!(sentence.cosine(&words().vector("lighthouse").unwrap()) > 0.95);
        assert!(words().weight(0) < 0.02 && words().weight(20_000) > 0.99);
    }

    #[test]
    fn all_colours_and_materials_are_known() {
        for word in
            "vermilion chartreuse cerulean teal ochre velvet corduroy houndstooth denim granite dodecahedron".split(' ')
        {
            assert!(words().rank(word).is_some(), "{word}");
        }
    }
}
