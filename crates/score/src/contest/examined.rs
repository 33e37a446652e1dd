//! What the judges found in one picture.

use std::borrow::Cow;

use linocut_core::Scores;

use super::parts::{Part, Parts};

/// The parts of one picture's score and what they were made of.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Examined {
    /// The parts that the recipe needs and that have a judge.
    pub parts: Parts,
    /// The probability of the right choice, or of yes, for each question in order; empty if none were asked.
    pub answers: Vec<f64>,
    /// The text that OCR read, if it was asked for.
    pub text: Option<String>,
    /// Name of the text part; only that of the contest's own OCR is `O`.
    pub text_name: &'static str,
}

impl Examined {
    /// Scores with this total and the known parts under their names.
    #[must_use]
    pub fn scores(&self, total: f64) -> Scores {
        Scores { total, parts: self.named_parts().map(|(name, value)| (Cow::Borrowed(name), value)).collect() }
    }

    /// The parts that are known under their names, in the order in which they are shown.
    pub fn named_parts(&self) -> impl Iterator<Item = (&'static str, f64)> + '_ {
        self.parts.known().map(|(part, value)| (if part == Part::Text { self.text_name } else { part.name() }, value))
    }
}
