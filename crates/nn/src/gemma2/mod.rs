//! Gemma 2, the language model of PaliGemma 2 and the text encoder of Sana.

mod config;
mod model;

pub use config::Gemma2Config;
pub use model::Gemma2;
