//! Shape of a Gemma 2.

use serde::Deserialize;

use crate::decoder::DecoderConfig;
use crate::{Activation, Gain, Pairs, Scaling};

/// Shape of a Gemma 2, as in the published `config.json` (of PaliGemma 2: its `text_config`).
///
/// What a file leaves out takes the value that transformers 4.49 takes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default)]
pub struct Gemma2Config {
    /// Length of a token's vector.
    ///
    /// Default: 2304.
    pub hidden_size: usize,
    /// Number of layers.
    ///
    /// Default: 26.
    pub num_hidden_layers: usize,
    /// Number of query heads.
    ///
    /// Default: 8.
    pub num_attention_heads: usize,
    /// Number of key and value heads; divides the number of query heads.
    ///
    /// Default: 4.
    pub num_key_value_heads: usize,
    /// Length of a head's vectors, even.
    ///
    /// Default: 256.
    pub head_dim: usize,
    /// Length of the vectors inside the MLP.
    ///
    /// Default: 9216.
    pub intermediate_size: usize,
    /// Number of tokens.
    ///
    /// Default: 256000.
    pub vocab_size: usize,
    /// Scores are divided by the square root of this.
    ///
    /// Default: 256.
    pub query_pre_attn_scalar: f64,
    /// Scores stay below this in magnitude.
    ///
    /// Default: 50.
    pub attn_logit_softcapping: f64,
    /// Logits stay below this in magnitude.
    ///
    /// Default: 30.
    pub final_logit_softcapping: f64,
    /// How far back, in tokens, every second layer sees, beginning with the first.
    ///
    /// Default: 4096.
    pub sliding_window: usize,
    /// Added to the mean square by the norms.
    ///
    /// Default: 1e-6.
    pub rms_norm_eps: f64,
    /// Base of the rotary embedding's wavelengths.
    ///
    /// Default: 10000.
    pub rope_theta: f64,
}

impl Default for Gemma2Config {
    fn default() -> Self {
        Self {
            hidden_size: 2304,
            num_hidden_layers: 26,
            num_attention_heads: 8,
            num_key_value_heads: 4,
            head_dim: 256,
            intermediate_size: 9216,
            vocab_size: 256_000,
            query_pre_attn_scalar: 256.0,
            attn_logit_softcapping: 50.0,
            final_logit_softcapping: 30.0,
            sliding_window: 4096,
            rms_norm_eps: 1e-6,
            rope_theta: 10_000.0,
        }
    }
}

impl Gemma2Config {
    /// What the layers are made of.
    #[must_use]
    pub fn decoder(&self) -> DecoderConfig {
        DecoderConfig {
            hidden: self.hidden_size,
            layers: self.num_hidden_layers,
            heads: self.num_attention_heads,
            groups: self.num_key_value_heads,
            head: self.head_dim,
            inner: self.intermediate_size,
            activation: Activation::GeluTanh,
            gain: Gain::OnePlusWeight,
            eps: self.rms_norm_eps,
            norms_behind: true,
            head_norms: false,
            bias: false,
            scaling: Scaling {
                soft_cap: Some(self.attn_logit_softcapping),
                ..Scaling::by(1.0 / self.query_pre_attn_scalar.sqrt())
            },
            rotary_base: self.rope_theta,
            turned: self.head_dim,
            pairs: Pairs::Halves,
            fused_gate: false,
            rotary_scaling: None,
            window: Some(self.sliding_window),
        }
    }
}
