//! Qwen 3 as a text encoder: states before its last layer.

use candle_core::Tensor;
use linocut_nn::decoder::{Decoder, DecoderConfig, Sight};
use linocut_nn::weights::Weights;
use linocut_nn::{Activation, Embedding, Gain, Scaling};
use serde::Deserialize;

use super::entered::entered;
use crate::location::Location;
use crate::model_error::{ModelError, faultless, read_config, require};

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

/// What the `config.json` of Qwen 3 says. Fields keep their published names.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Qwen3Config {
    /// Tokens in the vocabulary.
    pub vocab_size: usize,
    /// Length of a token's vector.
    pub hidden_size: usize,
    /// Length of the vectors inside the MLP.
    pub intermediate_size: usize,
    /// Layers, at least 2; the last is not needed.
    pub num_hidden_layers: usize,
    /// Heads of queries, at least 1.
    pub num_attention_heads: usize,
    /// Heads of keys and values; a divisor of `num_attention_heads`.
    pub num_key_value_heads: usize,
    /// Length of a head's vectors, even.
    pub head_dim: usize,
    /// Added to the mean square by the norms.
    pub rms_norm_eps: f64,
    /// Base of the frequencies of positions.
    pub rope_theta: f64,
    /// Activation of the MLP; `silu`.
    pub hidden_act: Activation,
}

impl Qwen3Config {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`], [`ModelError::Config`], and [`ModelError::Unsupported`] for numbers that cannot be.
    pub fn read(file: impl Into<Location>) -> Result<Self, ModelError> {
        let config: Self = read_config(&file.into())?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ModelError> {
        require(self.num_hidden_layers > 1, "num_hidden_layers", "at least 2", &self.num_hidden_layers)?;
        faultless(self.decoder().fault())
    }

    /// What the layers are made of, without the last one.
    fn decoder(&self) -> DecoderConfig {
        DecoderConfig {
            hidden: self.hidden_size,
            layers: self.num_hidden_layers.saturating_sub(1),
            heads: self.num_attention_heads,
            groups: self.num_key_value_heads,
            head: self.head_dim,
            inner: self.intermediate_size,
            activation: self.hidden_act,
            gain: Gain::Weight,
            eps: self.rms_norm_eps,
            norms_behind: false,
            head_norms: true,
            bias: false,
            scaling: Scaling::of_head(self.head_dim),
            rotary_base: self.rope_theta,
            rotary_scaling: None,
            window: None,
        }
    }
}

/// Qwen 3 without its last layer.
#[derive(Clone, Debug)]
pub struct Qwen3 {
    tokens: Embedding,
    decoder: Decoder,
}

impl Qwen3 {
    /// Loads `model` without its last layer and what follows.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] for numbers that cannot be, [`ModelError::Weights`] if a tensor is missing or has another
    /// shape, or if more is left over than the last layer, the norm behind it and the head.
    pub fn load(weights: &Weights, config: &Qwen3Config) -> Result<Self, ModelError> {
        config.check()?;
        let model = weights.pp("model");
        let loaded = Self {
            tokens: Embedding::load(&model.pp("embed_tokens"), config.vocab_size, config.hidden_size)?,
            decoder: Decoder::load(&model, &config.decoder(), 0)?,
        };
        let last = config.num_hidden_layers - 1;
        let [published, gguf] = [format!("model.layers.{last}."), format!("blk.{last}.")];
        weights.finish(&[&published, &gguf, "model.norm.", "output_norm.", "lm_head.", "output."])?;
        Ok(loaded)
    }

    /// The states of one row of tokens before the last layer, not normed: (1, tokens, length).
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for no token, [`ModelError::Tensor`] for a token outside of the vocabulary.
    pub fn forward(&self, tokens: &[u32]) -> Result<Tensor, ModelError> {
        Ok(self.decoder.forward(&entered(&self.tokens, tokens)?, &Sight::default())?)
    }
}
