//! The text tower of CLIP.

use candle_core::{DType, Tensor};
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Embedding, Encoder, LayerNorm, Linear};

use super::config::ClipTextConfig;
use crate::neural::wide;

/// The number that stands for "the largest token of the text" in old configurations.
const LARGEST: u32 = 2;

/// The text tower of CLIP with its projection.
#[derive(Clone, Debug)]
pub struct ClipText {
    tokens: Embedding,
    positions: Tensor,
    encoder: Encoder,
    norm: LayerNorm,
    projection: Linear,
    end: u32,
}

impl ClipText {
    /// Loads `text_model` and `text_projection`; `projection` is the length of the result.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, config: &ClipTextConfig, projection: usize) -> Result<Self, WeightsError> {
        let (model, hidden) = (weights.pp("text_model"), config.hidden_size);
        let embeddings = model.pp("embeddings");
        let positions = embeddings.pp("position_embedding");
        Ok(Self {
            tokens: Embedding::load(&embeddings.pp("token_embedding"), config.vocab_size, hidden)?,
            positions: positions.get_computed("weight", &[config.max_position_embeddings, hidden])?,
            encoder: Encoder::load(&model.pp("encoder"), &config.encoder())?,
            norm: LayerNorm::load(&model.pp("final_layer_norm"), hidden, config.layer_norm_eps)?,
            projection: Linear::load(&weights.pp("text_projection"), hidden, projection, false)?,
            end: config.eos_token_id,
        })
    }

    /// Embeds texts.
    ///
    /// # Shapes
    ///
    /// - `ids`: (texts, tokens) of `u32` or `i64`
    /// - result: (texts, projection), in f32, not normalised
    ///
    /// # Errors
    ///
    /// When a text has more tokens than there are positions, or an unknown token.
    pub fn forward(&self, ids: &Tensor) -> candle_core::Result<Tensor> {
        let (texts, count) = ids.dims2()?;
        let tokens = self.tokens.forward(ids)?.to_dtype(self.positions.dtype())?;
        let tokens = tokens.broadcast_add(&self.positions.narrow(0, 0, count)?)?;
        let state = self.norm.forward(&self.encoder.forward(&tokens)?)?;
        let rows = ids.to_dtype(DType::U32)?.to_vec2::<u32>()?;
        let ends = rows.iter().enumerate().map(|(text, ids)| (text * count + self.end_of(ids)) as u32);
        let ends = Tensor::from_vec(ends.collect::<Vec<_>>(), texts, ids.device())?;
        wide(&self.projection.forward(&state.flatten(0, 1)?.index_select(&ends, 0)?)?)
    }

    /// Where a text ends: the first end token, or else the first of the largest tokens.
    fn end_of(&self, ids: &[u32]) -> usize {
        let end = if self.end == LARGEST { ids.iter().copied().max() } else { Some(self.end) };
        ids.iter().position(|id| Some(*id) == end).unwrap_or(0)
    }
}
