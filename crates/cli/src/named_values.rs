//! Named figures, for example the parts of a score, as an object of JSON in their own order.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

/// Figures with their names. What is no number is `null` in JSON.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct NamedValues(pub(crate) Vec<(Cow<'static, str>, f64)>);

impl Serialize for NamedValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}
