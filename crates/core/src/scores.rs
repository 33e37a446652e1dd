//! Scores: how good a picture is, in total and by part.

use std::borrow::Cow;

/// A total score and its parts.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scores {
    /// The score by which candidates are compared; higher is better. Usually 0 to 1.
    pub total: f64,
    /// Named parts, in the order in which they should be shown.
    pub parts: Vec<(Cow<'static, str>, f64)>,
}

impl Scores {
    /// Scores with one part, which is the total.
    #[must_use]
    pub fn single(name: impl Into<Cow<'static, str>>, value: f64) -> Self {
        Self { total: value, parts: vec![(name.into(), value)] }
    }

    /// The part of this name.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<f64> {
        self.parts.iter().find(|(part, _)| part == name).map(|(_, value)| *value)
    }
}
