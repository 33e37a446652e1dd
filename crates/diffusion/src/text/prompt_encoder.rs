//! Both text encoders of the SDXL family together.

use candle_core::Tensor;

use super::chunk::{Chunk, ChunkLayout};
use super::clip_text::{ClipText, ClipTextOutput};
use super::text_error::TextError;
use super::tokenizer::ClipTokenizer;
use crate::model_error::ModelError;
use crate::prompt::WeightedText;

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
    /// Encodes a description as it is written.
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`] beyond 600 tokens.
    pub fn encode(&self, text: &str) -> Result<EncodedPrompt, ModelError> {
        self.encode_weighted(&[WeightedText::plain(text)])
    }

    /// Encodes a description and what the picture should not show, both in as many chunks.
    ///
    /// # Errors
    ///
    /// As [`PromptEncoder::encode`].
    pub fn encode_pair(&self, text: &str, negative: &str) -> Result<[EncodedPrompt; 2], ModelError> {
        self.encode_weighted_pair(&[WeightedText::plain(text)], &[WeightedText::plain(negative)])
    }

    /// Encodes the pieces of a description one after the other: the states at a piece's tokens are multiplied by its weight, all
    /// others and the pooled vector stay as they are. Pieces of weight 1 give what the description gives.
    ///
    /// # Errors
    ///
    /// As [`PromptEncoder::encode`].
    ///
    /// # Source
    ///
    /// AUTOMATIC1111's stable-diffusion-webui 1.8, emphasis mode "No norm", which it advises for SDXL. Its older mode then scales
    /// all states by the ratio of their means before and after, which grows without bound when the mean comes near 0.
    pub fn encode_weighted(&self, pieces: &[WeightedText]) -> Result<EncodedPrompt, ModelError> {
        self.encode_rows(pieces, self.rows(pieces)?)
    }

    /// As [`PromptEncoder::encode_weighted`], a description and what the picture should not show, both in as many chunks.
    ///
    /// # Errors
    ///
    /// As [`PromptEncoder::encode`].
    pub fn encode_weighted_pair(
        &self,
        pieces: &[WeightedText],
        negative: &[WeightedText],
    ) -> Result<[EncodedPrompt; 2], ModelError> {
        let rows = self.rows(pieces)?.max(self.rows(negative)?);
        Ok([self.encode_rows(pieces, rows)?, self.encode_rows(negative, rows)?])
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
        let chunks = self.chunks(at, &[WeightedText::plain(text)], rows)?;
        Ok(chunks.into_iter().map(|chunk| chunk.tokens).collect())
    }

    /// Chunks that a description needs.
    fn rows(&self, pieces: &[WeightedText]) -> Result<usize, TextError> {
        Ok(self.chunks(0, pieces, 1)?.len().max(self.chunks(1, pieces, 1)?.len()))
    }

    fn chunks(&self, at: usize, pieces: &[WeightedText], rows: usize) -> Result<Vec<Chunk>, TextError> {
        let tokenizer = &self.tokenizers[at];
        let length = self.encoders[at].config().max_position_embeddings;
        let (begin, end, padding) = (tokenizer.begin(), tokenizer.end(), tokenizer.pad());
        let layout = ChunkLayout { begin, end, padding, length };
        let limit = CHUNKS * layout.room();
        let mut tokens = Vec::new();
        for piece in pieces {
            let found = tokenizer.encode(&piece.text, limit)?;
            tokens.extend(found.into_iter().map(|token| (token, piece.weight)));
            if tokens.len() > limit {
                return Err(TextError::TooLong { actual: tokens.len(), limit });
            }
        }
        Ok(layout.chunks(&tokens, rows))
    }

    fn encode_rows(&self, pieces: &[WeightedText], rows: usize) -> Result<EncodedPrompt, ModelError> {
        let (first, second) = (self.encode_by(0, pieces, rows)?, self.encode_by(1, pieces, rows)?);
        let side_by_side = Tensor::cat(&[&first.penultimate, &second.penultimate], 2)?;
        let states = side_by_side.flatten(0, 1)?.unsqueeze(0)?;
        Ok(EncodedPrompt { states, pooled: second.pooled.narrow(0, 0, 1)? })
    }

    /// What the encoder `at` gives, its penultimate states weighted.
    fn encode_by(&self, at: usize, pieces: &[WeightedText], rows: usize) -> Result<ClipTextOutput, ModelError> {
        let chunks = self.chunks(at, pieces, rows)?;
        let (tokens, weights): (Vec<_>, Vec<_>) = chunks.into_iter().map(|chunk| (chunk.tokens, chunk.weights)).unzip();
        let output = self.encoders[at].forward(&tokens)?;
        Ok(ClipTextOutput { penultimate: weigh(&output.penultimate, &weights)?, ..output })
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
