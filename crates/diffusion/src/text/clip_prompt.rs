//! One of CLIP's text encoders with its tokenizer.

use candle_core::Tensor;
use linocut_nn::ClipTextOutput;
use linocut_nn::place::Part;

use super::chunk::{Chunk, ChunkLayout};
use super::clip_text::ClipText;
use super::text_error::TextError;
use super::tokenizer::ClipTokenizer;
use crate::model_error::ModelError;
use crate::prompt::WeightedText;

/// Most chunks that a text is cut into.
const CHUNKS: usize = 8;

/// A text encoder with its tokenizer. A text longer than 75 tokens goes through in chunks, at most eight.
#[derive(Clone, Debug)]
pub struct ClipPrompt {
    /// Text to tokens.
    pub tokenizer: ClipTokenizer,
    /// Tokens to states.
    pub encoder: Part<ClipText, ModelError>,
    /// Tokens of a chunk.
    pub length: usize,
}

impl ClipPrompt {
    /// Chunks that a text needs.
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`] beyond 600 tokens.
    pub fn rows(&self, pieces: &[WeightedText]) -> Result<usize, TextError> {
        Ok(self.chunks(pieces, 1)?.len())
    }

    /// Tokens of a text in rows of 77, at least `rows` of them.
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`] beyond 600 tokens.
    pub fn tokenize(&self, text: &str, rows: usize) -> Result<Vec<Vec<u32>>, TextError> {
        let chunks = self.chunks(&[WeightedText::plain(text)], rows)?;
        Ok(chunks.into_iter().map(|chunk| chunk.tokens).collect())
    }

    /// The states of the pieces of a text, one after the other, a row of the batch for each of at least `rows` chunks. States at a
    /// piece's tokens are multiplied by its weight, all others and the pooled vector stay as they are: pieces of weight 1 give what the
    /// text gives.
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`] beyond 600 tokens.
    ///
    /// # Source
    ///
    /// AUTOMATIC1111's stable-diffusion-webui 1.8, emphasis mode "No norm", which it advises for SDXL. Its older mode then scales
    /// all states by the ratio of their means before and after, which grows without bound when the mean comes near 0.
    pub fn encode(&self, pieces: &[WeightedText], rows: usize) -> Result<ClipTextOutput, ModelError> {
        let chunks = self.chunks(pieces, rows)?;
        let (tokens, weights): (Vec<_>, Vec<_>) = chunks.into_iter().map(|chunk| (chunk.tokens, chunk.weights)).unzip();
        let output = self.encoder.get()?.forward(&tokens)?;
        let (penultimate, last) = (weigh(&output.penultimate, &weights)?, weigh(&output.last, &weights)?);
        Ok(ClipTextOutput { penultimate, last, ..output })
    }

    /// As [`ClipPrompt::encode`] for the first chunk of a text only: the rest is not looked at.
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`] beyond 600 tokens.
    pub fn encode_first(&self, text: &str) -> Result<ClipTextOutput, ModelError> {
        let mut tokens = self.tokenize(text, 1)?;
        tokens.truncate(1);
        self.encoder.get()?.forward(&tokens)
    }

    fn chunks(&self, pieces: &[WeightedText], rows: usize) -> Result<Vec<Chunk>, TextError> {
        let (begin, end, padding) = (self.tokenizer.begin(), self.tokenizer.end(), self.tokenizer.pad());
        let layout = ChunkLayout { begin, end, padding, length: self.length };
        let limit = CHUNKS * layout.room();
        let mut tokens = Vec::new();
        for piece in pieces {
            let found = self.tokenizer.encode(&piece.text, limit)?;
            tokens.extend(found.into_iter().map(|token| (token, piece.weight)));
            if tokens.len() > limit {
                return Err(TextError::TooLong { actual: tokens.len(), limit });
            }
        }
        Ok(layout.chunks(&tokens, rows))
    }
}

/// States (rows, tokens, length), each multiplied by its token's weight.
fn weigh(states: &Tensor, weights: &[Vec<f32>]) -> candle_core::Result<Tensor> {
    if weights.iter().flatten().all(|weight| *weight == 1.0) {
        return Ok(states.clone());
    }
    let (rows, tokens, _) = states.dims3()?;
    let weights = Tensor::from_vec(weights.concat(), (rows, tokens, 1), states.device())?;
    states.broadcast_mul(&weights.to_dtype(states.dtype())?)
}
