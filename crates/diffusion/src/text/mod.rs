//! Descriptions as the denoiser wants them: words to tokens, tokens to vectors.

mod chunk;
mod clip_text;
mod prompt_encoder;
mod text_error;
mod tokenizer;

pub use clip_text::{ClipText, ClipTextConfig, ClipTextOutput};
pub use prompt_encoder::{EncodedPrompt, PromptEncoder};
pub use text_error::TextError;
pub use tokenizer::ClipTokenizer;
