//! Stable Diffusion 3.5: three text encoders, and a transformer in which picture and text attend to each other.
//!
//! candle-transformers has the transformer too, under the names of the single-file release; here it reads the folders of diffusers,
//! keeps weights in 16 bits on a CPU and attends without a matrix of all pairs of tokens.

mod block;
mod config;
mod model;
mod transformer;

pub use config::TransformerConfig;
pub use model::{StableDiffusion3, Text};
pub use transformer::Transformer;
