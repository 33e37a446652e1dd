//! Vectors of 26,000 English words, distilled from the sentence encoder all-MiniLM-L6-v2, as one ZIP archive.
//!
//! Data only; `linocut-words` reads it. `README.md` is its card: use, limits, sources, evaluation, licences and how it is built.

/// ZIP archive, 2.8 MB: `words.txt` (one word per line, the most frequent first), `vectors.i8` (112 planes of one byte per word,
/// each word's values scaled so that its largest is 127) and `NOTICE` (licences).
pub static ARCHIVE: &[u8] = include_bytes!("../data/words.zip");
