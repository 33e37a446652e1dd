//! What English words mean, as far as a picture needs it.
//!
//! [`lemmas`] gives the base forms that a word may have, and [`is_plural`] says whether it names several.

mod lemma;

pub use lemma::{is_plural, lemmas};
