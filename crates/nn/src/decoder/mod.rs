//! The decoder of language models, configured by data: Llama, Gemma 2, GLM 4, Qwen 3 and their relatives.

mod cache;
mod config;
mod layer;
mod model;
mod rotary_scaling;
mod sight;

pub use cache::Cache;
pub use config::DecoderConfig;
pub use model::Decoder;
pub use rotary_scaling::RotaryScaling;
pub use sight::Sight;
