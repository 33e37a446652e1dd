//! What a model is asked for: templates, their rotation among candidates, weights in the text.

mod rotation;
mod style;
mod weight;

pub use rotation::Rotation;
pub use style::{Style, StyleError, Styled, styles};
pub(crate) use weight::plain_text;
pub use weight::{WeightedText, parse_weights};
