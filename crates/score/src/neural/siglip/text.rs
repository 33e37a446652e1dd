//! The text tower of SigLIP.

use candle_core::Tensor;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Embedding, Encoder, LayerNorm, Linear};

use super::config::SiglipTextConfig;
use crate::neural::wide;

/// The text tower of SigLIP. Every token sees every other, padding included.
#[derive(Clone, Debug)]
pub struct SiglipText {
    tokens: Embedding,
    positions: Tensor,
    encoder: Encoder,
    norm: LayerNorm,
    head: Linear,
}

impl SiglipText {
    /// Loads the tensors of `text_model`, to which `weights` point.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, config: &SiglipTextConfig) -> Result<Self, WeightsError> {
        let (hidden, embeddings) = (config.hidden_size, weights.pp("embeddings"));
        let positions = embeddings.pp("position_embedding");
        let projection = config.projection_size.unwrap_or(hidden);
        Ok(Self {
            tokens: Embedding::load(&embeddings.pp("token_embedding"), config.vocab_size, hidden)?,
            positions: positions.get_computed("weight", &[config.max_position_embeddings, hidden])?,
            encoder: Encoder::load(&weights.pp("encoder"), &config.encoder())?,
            norm: LayerNorm::load(&weights.pp("final_layer_norm"), hidden, config.layer_norm_eps)?,
            head: Linear::load(&weights.pp("head"), hidden, projection, true)?,
        })
    }

    /// Embeds texts by their last token.
    ///
    /// # Shapes
    ///
    /// - `ids`: (texts, tokens) of `u32` or `i64`, padded to the number of positions
    /// - result: (texts, projection), in f32, not normalised
    ///
    /// # Errors
    ///
    /// When a text has no token, more tokens than there are positions, or an unknown one.
    pub fn forward(&self, ids: &Tensor) -> candle_core::Result<Tensor> {
        let (_, count) = ids.dims2()?;
        if count == 0 {
            candle_core::bail!("a text without tokens has no last one");
        }
        let tokens = self.tokens.forward(ids)?.to_dtype(self.positions.dtype())?;
        let tokens = tokens.broadcast_add(&self.positions.narrow(0, 0, count)?)?;
        let state = self.norm.forward(&self.encoder.forward(&tokens)?)?;
        wide(&self.head.forward(&state.narrow(1, count - 1, 1)?.squeeze(1)?.contiguous()?)?)
    }
}
