//! Both text encoders of the SDXL family together.

use candle_core::Tensor;

use super::chunks::{chunks, room, rows_for};
use super::clip_text::ClipText;
use super::text_error::TextError;
use super::tokenizer::ClipTokenizer;
use crate::model_error::ModelError;

/// Most chunks that a description is cut into.
const CHUNKS: usize = 8;

/// What a description becomes.
#[derive(Clone, Debug)]
pub struct EncodedPrompt {
    /// States of both encoders side by side: (1, 77 x chunks, length).
    pub states: Tensor,
    /// The second encoder's pooled vector of the first chunk: (1, length).
    pub pooled: Tensor,
}

impl EncodedPrompt {
    /// Zeros, which stand for an empty description in models that were taught so.
    ///
    /// # Errors
    ///
    /// When memory cannot be had.
    pub fn zeros_like(&self) -> candle_core::Result<Self> {
        Ok(Self { states: self.states.zeros_like()?, pooled: self.pooled.zeros_like()? })
    }
}

/// Two encoders with their tokenizers. A description longer than 75 tokens goes through in chunks, at most eight.
#[derive(Clone, Debug)]
pub struct PromptEncoder {
    /// Tokenizers of the first and second encoder.
    pub tokenizers: [ClipTokenizer; 2],
    /// The encoders; the second has a projection.
    pub encoders: [ClipText; 2],
}

impl PromptEncoder {
    /// Encodes a description.
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`] beyond 600 tokens.
    pub fn encode(&self, text: &str) -> Result<EncodedPrompt, ModelError> {
        self.encode_rows(text, self.rows(text)?)
    }

    /// Encodes a description and what the picture should not show, both in as many chunks.
    ///
    /// # Errors
    ///
    /// As [`PromptEncoder::encode`].
    pub fn encode_pair(&self, text: &str, negative: &str) -> Result<[EncodedPrompt; 2], ModelError> {
        let rows = self.rows(text)?.max(self.rows(negative)?);
        Ok([self.encode_rows(text, rows)?, self.encode_rows(negative, rows)?])
    }

    /// Tokens of a description for the encoder `at`, in rows, at least `rows` of them.
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`] beyond 600 tokens.
    ///
    /// # Panics
    ///
    /// If `at` is neither 0 nor 1.
    pub fn tokenize(&self, at: usize, text: &str, rows: usize) -> Result<Vec<Vec<u32>>, TextError> {
        let (tokenizer, length) = (&self.tokenizers[at], self.encoders[at].config().max_position_embeddings);
        let tokens = tokenizer.encode(text, CHUNKS * room(length))?;
        Ok(chunks(&tokens, rows.max(rows_for(tokens.len(), length)), length, tokenizer))
    }

    /// Chunks that a description needs.
    fn rows(&self, text: &str) -> Result<usize, TextError> {
        Ok(self.tokenize(0, text, 1)?.len().max(self.tokenize(1, text, 1)?.len()))
    }

    fn encode_rows(&self, text: &str, rows: usize) -> Result<EncodedPrompt, ModelError> {
        let first = self.encoders[0].forward(&self.tokenize(0, text, rows)?)?;
        let second = self.encoders[1].forward(&self.tokenize(1, text, rows)?)?;
        let side_by_side = Tensor::cat(&[&first.penultimate, &second.penultimate], 2)?;
        let states = side_by_side.flatten(0, 1)?.unsqueeze(0)?;
        Ok(EncodedPrompt { states, pooled: second.pooled.narrow(0, 0, 1)? })
    }
}
