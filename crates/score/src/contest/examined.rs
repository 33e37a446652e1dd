//! What the judges found in one picture.

use std::borrow::Cow;

use linocut_core::Scores;

use super::parts::{Part, Parts};

/// The parts of one picture's score and what they were made of.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Examined {
    /// The parts that the recipe needs and that there is a judge for.
    pub parts: Parts,
    /// The probability of the right choice, or of yes, for each question in turn; empty where none were put.
    pub answers: Vec<f64>,
    /// The text that was read, if it was looked for.
    pub text: Option<String>,
    /// What the part of the text is called; `O` stands for the contest's own reader.
    pub text_name: &'static str,
}

impl Examined {
    /// The parts under their names, with this total.
    #[must_use]
    pub fn scores(&self, total: f64) -> Scores {
        Scores { total, parts: self.named_parts().map(|(name, value)| (Cow::Borrowed(name), value)).collect() }
    }

    /// The parts that are known under their names, in the order in which they are shown.
    pub fn named_parts(&self) -> impl Iterator<Item = (&'static str, f64)> + '_ {
        self.parts.known().map(|(part, value)| (if part == Part::Text { self.text_name } else { part.name() }, value))
    }
}
