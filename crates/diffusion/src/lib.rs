//! Text to picture: published few-step diffusion models, loaded from their own files.

pub mod block;
pub mod entry;
pub mod lora;
mod model_error;
pub mod noise;
pub mod prompt;
pub mod sampler;
pub mod sdxl;
pub mod text;
pub mod unet;
pub mod vae;

pub use model_error::ModelError;
