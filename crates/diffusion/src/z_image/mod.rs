//! Z-Image-Turbo: a language model reads the description, one transformer sees its words and the picture as one row of tokens.
//!
//! candle-transformers has it too, with all weights in one float type; here they stay in 16 bits on a CPU, and no matrix of all pairs
//! of tokens is made.

mod block;
mod config;
mod model;
mod places;
mod transformer;

pub use config::ZImageConfig;
pub use model::ZImage;
pub(crate) use model::schedule;
pub use transformer::ZImageTransformer;
