//! CLIP's text encoder, with or without projection.

use candle_core::{DType, Tensor};
use serde::Deserialize;

use crate::weights::{Weights, WeightsError};
use crate::{Activation, Embedding, Encoder, EncoderConfig, LayerNorm, Linear};

/// The end token of configurations that were written before it was right; the end is then the largest number.
const LEGACY_END: u32 = 2;

/// Shape of a text encoder, as `config.json` has it. What a file leaves out takes the value that transformers takes: that of ViT-B/32.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(default)]
pub struct ClipTextConfig {
    /// Number of tokens. Default: 49,408.
    pub vocab_size: usize,
    /// Length of a token's vector. Default: 512.
    pub hidden_size: usize,
    /// Length of the vectors inside the MLPs. Default: 2,048.
    pub intermediate_size: usize,
    /// Layers, at least 1. Default: 12.
    pub num_hidden_layers: usize,
    /// Attention heads; a divisor of `hidden_size`. Default: 8.
    pub num_attention_heads: usize,
    /// Most tokens of a text, at least 3. Default: 77.
    pub max_position_embeddings: usize,
    /// Activation of the MLPs. Default: quick gelu.
    pub hidden_act: Activation,
    /// Added to variances. Default: 1e-5.
    pub layer_norm_eps: f64,
    /// The token that ends a text; 2 means that it is the largest in the text. Default: 49,407.
    pub eos_token_id: u32,
    /// Length of the pooled vector, if it is projected. Default: 512.
    pub projection_dim: usize,
}

impl Default for ClipTextConfig {
    fn default() -> Self {
        Self {
            vocab_size: 49_408,
            hidden_size: 512,
            intermediate_size: 2048,
            num_hidden_layers: 12,
            num_attention_heads: 8,
            max_position_embeddings: 77,
            hidden_act: Activation::QuickGelu,
            layer_norm_eps: 1e-5,
            eos_token_id: 49_407,
            projection_dim: 512,
        }
    }
}

impl ClipTextConfig {
    /// What cannot be, if anything: the field, what it may be, and what it is.
    #[must_use]
    pub fn fault(&self) -> Option<(&'static str, &'static str, usize)> {
        let heads = self.num_attention_heads;
        if heads == 0 || !self.hidden_size.is_multiple_of(heads) {
            return Some(("num_attention_heads", "a divisor of `hidden_size`", heads));
        }
        if self.num_hidden_layers == 0 {
            return Some(("num_hidden_layers", "at least 1", 0));
        }
        let most = self.max_position_embeddings;
        (most < 3).then_some(("max_position_embeddings", "at least 3", most))
    }
}

/// What the encoder gives, on a CPU in f32.
#[derive(Clone, Debug)]
pub struct ClipTextOutput {
    /// States before the last layer, not normed: (batch, tokens, hidden).
    pub penultimate: Tensor,
    /// States behind the last layer, normed: (batch, tokens, hidden).
    pub last: Tensor,
    /// The last state at the end of each text, projected if the encoder has a projection: (batch, hidden or projection).
    pub pooled: Tensor,
}

/// CLIP's text encoder.
#[derive(Clone, Debug)]
pub struct ClipText {
    tokens: Embedding,
    /// (positions, hidden), in the type that is computed in.
    positions: Tensor,
    encoder: Encoder,
    norm: LayerNorm,
    projection: Option<Linear>,
    config: ClipTextConfig,
}

impl ClipText {
    /// Loads `text_model` and, if the file has it, `text_projection`.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, config: &ClipTextConfig) -> Result<Self, WeightsError> {
        let (hidden, model) = (config.hidden_size, weights.pp("text_model"));
        let encoder = EncoderConfig {
            hidden,
            layers: config.num_hidden_layers,
            heads: config.num_attention_heads,
            mlp: config.intermediate_size,
            activation: config.hidden_act,
            eps: config.layer_norm_eps,
            causal: true,
        };
        let (embeddings, projection) = (model.pp("embeddings"), weights.pp("text_projection"));
        let is_projected = projection.contains("weight");
        let positions = embeddings.pp("position_embedding");
        let projection = is_projected.then(|| Linear::load(&projection, hidden, config.projection_dim, false));
        Ok(Self {
            tokens: Embedding::load(&embeddings.pp("token_embedding"), config.vocab_size, hidden)?,
            positions: positions.get_computed("weight", &[config.max_position_embeddings, hidden])?,
            encoder: Encoder::load(&model.pp("encoder"), &encoder)?,
            norm: LayerNorm::load(&model.pp("final_layer_norm"), hidden, config.layer_norm_eps)?,
            projection: projection.transpose()?,
            config: config.clone(),
        })
    }

    /// Encodes texts.
    ///
    /// # Shapes
    ///
    /// - `ids`: (texts, tokens) of `u32` or `i64`
    ///
    /// # Errors
    ///
    /// When a text has no token, more tokens than there are positions, or an unknown one.
    pub fn forward(&self, ids: &Tensor) -> candle_core::Result<ClipTextOutput> {
        let (_, count) = ids.dims2()?;
        let tokens = self.tokens.forward(ids)?.to_dtype(self.positions.dtype())?;
        let entered = tokens.broadcast_add(&self.positions.narrow(0, 0, count)?)?;
        let mut states = self.encoder.states(&entered)?;
        let last = self.norm.forward(&states.pop().unwrap_or(entered))?;
        let pooled = self.pool(&last, &ids.to_dtype(DType::U32)?.to_vec2::<u32>()?)?;
        let penultimate = states.pop().unwrap_or_else(|| last.clone());
        Ok(ClipTextOutput { penultimate, last, pooled })
    }

    /// The configuration that the encoder was loaded with.
    pub fn config(&self) -> &ClipTextConfig {
        &self.config
    }

    fn pool(&self, last: &Tensor, rows: &[Vec<u32>]) -> candle_core::Result<Tensor> {
        let at_end = |(at, row): (usize, &Vec<u32>)| last.get(at)?.get(end_of(row, self.config.eos_token_id));
        let ends = rows.iter().enumerate().map(at_end).collect::<candle_core::Result<Vec<_>>>()?;
        let pooled = Tensor::stack(&ends, 0)?;
        self.projection.as_ref().map_or(Ok(pooled.clone()), |projection| projection.forward(&pooled))
    }
}

/// Where a text ends: at the first end token, 0 without one; with the legacy number at the first largest token.
fn end_of(row: &[u32], end: u32) -> usize {
    let end = if end == LEGACY_END { row.iter().copied().max().unwrap_or(0) } else { end };
    row.iter().position(|token| *token == end).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_the_largest_token_in_legacy_configurations() {
        assert_eq!(end_of(&[8, 3, 9, 9, 0], 2), 2);
        assert_eq!(end_of(&[8, 3, 2, 9, 0], 9), 3);
        assert_eq!(end_of(&[8, 3], 9), 0);
    }
}
