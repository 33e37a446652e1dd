//! Reads the bundled archive of words and vectors.

use std::io::{Cursor, Read};

use thiserror::Error;
use zip::ZipArchive;

use crate::vector::DIMENSIONS;

/// Made by `assets/vectors/make/make.py`.
use linocut_word_vectors::ARCHIVE;

/// Maximum number of bytes read from an entry of the archive.
const MAX_ENTRY_BYTES: u64 = 16 << 20;

/// Words, most frequent first, and their quantised vectors.
#[derive(Debug)]
pub(crate) struct Table {
    /// In lower case, without repetitions.
    pub(crate) words: Vec<String>,
    /// One vector after the other: value x 127 over the largest value of the vector.
    pub(crate) values: Vec<i8>,
}

impl Table {
    /// Reads the bundled table.
    pub(crate) fn bundled() -> Result<Self, WordsError> {
        let words: Vec<String> = String::from_utf8(entry("words.txt")?)
            .map_err(|error| damaged("words.txt", error))?
            .lines()
            .map(str::to_owned)
            .collect();
        let planes = entry("vectors.i8")?;
        if planes.len() != words.len() * DIMENSIONS {
            return Err(WordsError::Length { expected: words.len() * DIMENSIONS, actual: planes.len() });
        }
        Ok(Self { values: by_word(&planes, words.len()), words })
    }
}

/// Licences and notices of the data from which the vectors were made.
///
/// # Errors
///
/// [`WordsError::Archive`] if the bundled archive is damaged.
pub fn license_texts() -> Result<String, WordsError> {
    String::from_utf8(entry("NOTICE")?).map_err(|error| damaged("NOTICE", error))
}

/// Reorders the numbers by word. The file has the first numbers of all words, then the second, and so on, because
/// similar numbers compress better side by side.
fn by_word(planes: &[u8], words: usize) -> Vec<i8> {
    let mut values = vec![0; planes.len()];
    for (dimension, plane) in planes.chunks_exact(words.max(1)).enumerate() {
        for (word, &value) in plane.iter().enumerate() {
            values[word * DIMENSIONS + dimension] = i8::from_le_bytes([value]);
        }
    }
    values
}

fn entry(name: &'static str) -> Result<Vec<u8>, WordsError> {
    let mut archive = ZipArchive::new(Cursor::new(ARCHIVE)).map_err(|error| damaged(name, error))?;
    let file = archive.by_name(name).map_err(|error| damaged(name, error))?;
    let mut bytes = Vec::new();
    file.take(MAX_ENTRY_BYTES).read_to_end(&mut bytes).map_err(|error| damaged(name, error))?;
    Ok(bytes)
}

fn damaged(entry: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> WordsError {
    WordsError::Archive { entry, source: source.into() }
}

/// Why the bundled vectors cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WordsError {
    /// An entry of the archive cannot be read.
    #[error("cannot read {entry} of the bundled word vectors")]
    Archive {
        /// Name of the entry.
        entry: &'static str,
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The number of values does not match the number of words.
    #[error("the word vectors have {actual} bytes, expected {expected}")]
    Length {
        /// Bytes expected for all words.
        expected: usize,
        /// Bytes in the archive.
        actual: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_small() {
        assert!(ARCHIVE.len() <= 3_000_000, "{} bytes", ARCHIVE.len());
    }

    #[test]
    fn every_word_is_there_once_with_a_vector() {
        let table = Table::bundled().unwrap();
        assert!((20_000..=30_000).contains(&table.words.len()), "{}", table.words.len());
        let mut sorted = table.words.clone();
        sorted.sort_unstable();
        assert!(sorted.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(table.values.chunks(DIMENSIONS).all(|vector| vector.iter().any(|value| value.unsigned_abs() == 127)));
    }

    #[test]
    fn planes_become_vectors() {
        let mut planes = vec![0; 2 * DIMENSIONS];
        planes[..4].copy_from_slice(&[1, 2, 255, 4]);
        let values = by_word(&planes, 2);
        assert_eq!((&values[..2], &values[DIMENSIONS..DIMENSIONS + 2]), (&[1, -1][..], &[2, 4][..]));
        assert!(by_word(&[], 0).is_empty());
    }

    #[test]
    fn licences_travel_with_the_vectors() {
        let text = license_texts().unwrap();
        assert!(text.contains("Apache License") && text.contains("SCOWL") && text.contains("WordNet"));
    }

    #[test]
    fn a_missing_entry_is_an_error() {
        assert!(matches!(entry("no such"), Err(WordsError::Archive { entry: "no such", .. })));
    }
}
