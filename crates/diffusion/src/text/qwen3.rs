//! Qwen 3 as a text encoder: states before its last layer.

use candle_core::Tensor;
use linocut_nn::Location;
use linocut_nn::decoder::DecoderConfig;
use linocut_nn::weights::Weights;
use serde::Deserialize;

use super::language_model::{LanguageModel, LanguageModelConfig};
use crate::model_error::{ModelError, read_config};

/// Names in GGUF files for those of the published ones.
pub(crate) const GGUF: [(&str, &str); 13] = [
    ("model.layers.", "blk."),
    ("self_attn.q_proj.", "attn_q."),
    ("self_attn.k_proj.", "attn_k."),
    ("self_attn.v_proj.", "attn_v."),
    ("self_attn.o_proj.", "attn_output."),
    ("self_attn.q_norm.", "attn_q_norm."),
    ("self_attn.k_norm.", "attn_k_norm."),
    ("input_layernorm.", "attn_norm."),
    ("post_attention_layernorm.", "ffn_norm."),
    ("mlp.gate_proj.", "ffn_gate."),
    ("mlp.up_proj.", "ffn_up."),
    ("mlp.down_proj.", "ffn_down."),
    ("model.embed_tokens.", "token_embd."),
];

/// What the `config.json` of Qwen 3 says.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Qwen3Config(pub LanguageModelConfig);

impl Qwen3Config {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`], [`ModelError::Config`], and [`ModelError::Unsupported`] for numbers that cannot be.
    pub fn read(file: impl Into<Location>) -> Result<Self, ModelError> {
        let config: Self = read_config(&file.into())?;
        config.0.check(&config.decoder())?;
        Ok(config)
    }

    fn decoder(&self) -> DecoderConfig {
        DecoderConfig { head_norms: true, ..self.0.decoder() }
    }
}

/// Qwen 3 without its last layer.
#[derive(Clone, Debug)]
pub struct Qwen3(LanguageModel);

impl Qwen3 {
    /// Loads `model` without its last layer and what follows.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] for numbers that cannot be, [`ModelError::Weights`] if a tensor is missing or has another
    /// shape, or if more is left over than the last layer, the norm behind it and the head.
    pub fn load(weights: &Weights, config: &Qwen3Config) -> Result<Self, ModelError> {
        Ok(Self(LanguageModel::load(weights, "model.", &config.0, &config.decoder())?))
    }

    /// The states of one row of tokens before the last layer, not normed: (1, tokens, length).
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for no token, [`ModelError::Tensor`] for a token outside of the vocabulary.
    pub fn forward(&self, tokens: &[u32]) -> Result<Tensor, ModelError> {
        self.0.forward(tokens)
    }
}
