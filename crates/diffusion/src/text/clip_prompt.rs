//! One of CLIP's text encoders with its tokenizer.

use super::chunk::ChunkLayout;
use super::clip_text::{ClipText, ClipTextOutput};
use super::text_error::TextError;
use super::tokenizer::ClipTokenizer;
use crate::model_error::ModelError;

/// Most chunks that a description is cut into.
const CHUNKS: usize = 8;

/// A text encoder with its tokenizer. A description longer than 75 tokens goes through in chunks, at most eight.
#[derive(Clone, Debug)]
pub struct ClipPrompt {
    /// Text to tokens.
    pub tokenizer: ClipTokenizer,
    /// Tokens to states.
    pub encoder: ClipText,
}

impl ClipPrompt {
    /// Tokens of a description in rows of 77, at least `rows` of them.
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`] beyond 600 tokens.
    pub fn tokenize(&self, text: &str, rows: usize) -> Result<Vec<Vec<u32>>, TextError> {
        let (begin, end, padding) = (self.tokenizer.begin(), self.tokenizer.end(), self.tokenizer.pad());
        let length = self.encoder.config().max_position_embeddings;
        let layout = ChunkLayout { begin, end, padding, length };
        let tokens = self.tokenizer.encode(text, CHUNKS * layout.room())?;
        let tokens: Vec<(u32, f32)> = tokens.into_iter().map(|token| (token, 1.0)).collect();
        Ok(layout.chunks(&tokens, rows).into_iter().map(|chunk| chunk.tokens).collect())
    }

    /// The states of a description, a row of the batch for each of at least `rows` chunks.
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`] beyond 600 tokens.
    pub fn encode(&self, text: &str, rows: usize) -> Result<ClipTextOutput, ModelError> {
        self.encoder.forward(&self.tokenize(text, rows)?)
    }
}
