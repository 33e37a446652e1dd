//! Meanings of English words: bundled word vectors, similarity, and base forms.
//!
//! [`WordVectors`] has a [`Vector`] for each of some 26,000 words, from which follow the similarity of words, the nearest
//! words, and what a sentence is about. [`lemmas`] returns the base forms that a word may have, and [`is_plural`] says whether
//! it names several things.
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
