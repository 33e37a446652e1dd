//! How good a picture is, as a whole and by part.

use std::borrow::Cow;

/// A total and the parts that it was made of.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scores {
    /// What candidates are compared by; higher is better. Usually 0 to 1.
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
