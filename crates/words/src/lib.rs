//! Meaning of English words: bundled word vectors (embeddings) for similarity, and base forms (lemmas).
//!
//! - [`WordVectors`] has a [`Vector`] for each of some 26,000 words. It compares words, finds their nearest neighbours, and
//!   averages the words of a sentence.
//! - [`lemmas`] lists the possible base forms of a word, and [`is_plural`] says whether it is a plural.
//!
//! The vectors are read from data in the crate (2.8 MB); no file and no download is needed.
//!
//! ```
//! use linocut_words::WordVectors;
//!
//! let words = WordVectors::bundled()?;
//! let sentence = words.sentence("a lighthouse overlooking the ocean".split(' ')).ok_or("no word is known")?;
//! let beacon = words.vector("beacon").ok_or("not known")?;
//! let trousers = words.vector("trousers").ok_or("not known")?;
//! assert!(sentence.cosine(&beacon) > sentence.cosine(&trousers));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod lemma;
mod table;
mod vector;
mod word_vectors;

pub use lemma::{is_plural, lemmas};
pub use table::{WordsError, license_texts};
pub use vector::{DIMENSIONS, Vector};
pub use word_vectors::WordVectors;
