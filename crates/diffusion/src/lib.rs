//! Text to picture: published few-step diffusion models, loaded from their own files.

pub mod sampler;
