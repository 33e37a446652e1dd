//! CLIP's text encoder, with or without projection.

use std::path::Path;

use candle_core::{DType, Tensor};
use linocut_nn::weights::Weights;
use linocut_nn::{Activation, Embedding, Encoder, EncoderConfig, LayerNorm, Linear};
use serde::Deserialize;

use crate::model_error::{ModelError, read_config};

/// The end token of configurations that were written before it was right; the end is then the largest number.
const LEGACY_END: u32 = 2;

/// What `text_encoder/config.json` says. Fields keep their published names.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct ClipTextConfig {
    /// Length of a token's vector.
    pub hidden_size: usize,
    /// Length of the vectors inside the MLP.
    pub intermediate_size: usize,
    /// Layers, at least 1.
    pub num_hidden_layers: usize,
    /// Attention heads; a divisor of `hidden_size`.
    pub num_attention_heads: usize,
    /// Most tokens, at least 3.
    pub max_position_embeddings: usize,
    /// Tokens in the vocabulary.
    pub vocab_size: usize,
    /// Added to the variance by the norms.
    pub layer_norm_eps: f64,
    /// Activation of the MLP.
    pub hidden_act: Activation,
    /// The token that ends a text.
    pub eos_token_id: u32,
    /// Length of the pooled vector, if it is projected.
    pub projection_dim: usize,
}

impl ClipTextConfig {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`], [`ModelError::Config`], and [`ModelError::Unsupported`] for numbers that cannot be.
    pub fn read(file: &Path) -> Result<Self, ModelError> {
        let config: Self = read_config(file)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ModelError> {
        let heads = self.num_attention_heads;
        let unsupported = |field, expected, actual: usize| {
            Err(ModelError::Unsupported { field, expected, actual: actual.to_string() })
        };
        if heads == 0 || !self.hidden_size.is_multiple_of(heads) {
            return unsupported("num_attention_heads", "a divisor of `hidden_size`", heads);
        }
        if self.num_hidden_layers == 0 {
            return unsupported("num_hidden_layers", "at least 1", 0);
        }
        if self.max_position_embeddings < 3 {
            return unsupported("max_position_embeddings", "at least 3", self.max_position_embeddings);
        }
        Ok(())
    }
}

/// What the encoder gives.
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
    positions: Embedding,
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
    /// [`ModelError::Unsupported`] for numbers that cannot be, [`ModelError::Weights`] if a tensor is missing or has another
    /// shape.
    pub fn load(weights: &Weights, config: &ClipTextConfig) -> Result<Self, ModelError> {
        config.check()?;
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
        let table = |name: &str, count| Embedding::load(&model.pp("embeddings").pp(name), count, hidden);
        let is_projected = weights.contains("text_projection.weight");
        let projection = weights.pp("text_projection");
        let projection = is_projected.then(|| Linear::load(&projection, hidden, config.projection_dim, false));
        Ok(Self {
            tokens: table("token_embedding", config.vocab_size)?,
            positions: table("position_embedding", config.max_position_embeddings)?,
            encoder: Encoder::load(&model.pp("encoder"), &encoder)?,
            norm: LayerNorm::load(&model.pp("final_layer_norm"), hidden, config.layer_norm_eps)?,
            projection: projection.transpose()?,
            config: config.clone(),
        })
    }

    /// Encodes rows of tokens, all of one length.
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for no rows, rows of different length, or of more than `max_position_embeddings`;
    /// [`ModelError::Tensor`] for a token outside of the vocabulary.
    pub fn forward(&self, rows: &[Vec<u32>]) -> Result<ClipTextOutput, ModelError> {
        let length = rows.first().map_or(0, Vec::len);
        let most = self.config.max_position_embeddings;
        if length == 0 || length > most || rows.iter().any(|row| row.len() != length) {
            let actual = rows.iter().map(Vec::len).collect();
            let expected = format!("rows of one length, 1 to {most}");
            return Err(ModelError::ShapeMismatch { tensor: "tokens", expected, actual });
        }
        let device = self.tokens.table().device();
        let ids = Tensor::from_vec(rows.concat(), (rows.len(), length), device)?;
        let places = Tensor::arange(0, length as u32, device)?;
        let entered = self.tokens.forward(&ids)?.broadcast_add(&self.positions.forward(&places)?)?;
        let entered = if device.is_cpu() { entered.to_dtype(DType::F32)? } else { entered };
        let mut states = self.encoder.states(&entered)?;
        let last = self.norm.forward(&states.pop().unwrap_or(entered))?;
        let pooled = self.pool(&last, rows)?;
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
        match &self.projection {
            Some(projection) => projection.forward(&pooled),
            None => Ok(pooled),
        }
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
