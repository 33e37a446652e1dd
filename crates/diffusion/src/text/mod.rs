//! Descriptions as the denoiser wants them: words to tokens, tokens to vectors.

mod chunk;
mod clip_prompt;
mod clip_text;
mod entered;
mod gemma2;
mod glm;
mod language_model;
mod qwen3;
mod t5;
mod t5_prompt;
mod text_error;
mod tokenizer;
mod word_pieces;

pub use clip_prompt::ClipPrompt;
pub use clip_text::{ClipText, read_clip_config};
pub(crate) use entered::entered;
pub use gemma2::read_gemma2_config;
pub(crate) use glm::GGUF as GLM_GGUF;
pub use glm::{Glm, GlmConfig};
pub use language_model::LanguageModelConfig;
pub(crate) use qwen3::GGUF as QWEN3_GGUF;
pub use qwen3::{Qwen3, Qwen3Config};
pub use t5::{T5, T5Config};
pub use t5_prompt::T5Prompt;
pub use text_error::TextError;
pub use tokenizer::ClipTokenizer;
pub(crate) use tokenizer::Special;
pub use word_pieces::WordPieces;
