//! What a model is asked for: templates, weights in the text, texts longer than a text encoder reads.

mod chunk;
mod style;
mod weight;

pub use chunk::{Chunk, ChunkLayout};
pub use style::{Style, StyleError, Styled, styles};
pub use weight::{WeightedText, parse_weights};
