//! Gemma 2, the language model of PaliGemma 2 and the text encoder of Sana.

mod config;
mod gate;
mod layer;
mod model;
mod rotary;
mod sight;

pub use config::Gemma2Config;
pub use model::{Cache, Gemma2};
pub use sight::Sight;
