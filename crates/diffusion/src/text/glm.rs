//! GLM 4 as a text encoder: states before its last layer.

use candle_core::Tensor;
use linocut_nn::Location;
use linocut_nn::Pairs;
use linocut_nn::decoder::DecoderConfig;
use linocut_nn::weights::Weights;
use serde::Deserialize;

use super::language_model::{LanguageModel, LanguageModelConfig};
use crate::model_error::{ModelError, read_config, require};

/// Names in GGUF files for those of the published ones.
pub(crate) const GGUF: [(&str, &str); 10] = [
    ("layers.", "blk."),
    ("self_attn.q_proj.", "attn_q."),
    ("self_attn.k_proj.", "attn_k."),
    ("self_attn.v_proj.", "attn_v."),
    ("self_attn.o_proj.", "attn_output."),
    ("input_layernorm.", "attn_norm."),
    ("post_attention_layernorm.", "ffn_norm."),
    ("mlp.gate_up_proj.", "ffn_up."),
    ("mlp.down_proj.", "ffn_down."),
    ("embed_tokens.", "token_embd."),
];

/// What the `config.json` of GLM 4 says. Fields keep their published names.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct GlmConfig {
    /// What it says as any other.
    #[serde(flatten)]
    pub shape: LanguageModelConfig,
    /// Kind of the model; `glm`. Later ones have other layers. Default: that.
    #[serde(default = "glm")]
    pub model_type: String,
    /// Share of a head's vector that turns with the position. Default: 0.5.
    #[serde(default = "half")]
    pub partial_rotary_factor: f64,
    /// Whether queries, keys and values have a bias. Default: true.
    #[serde(default = "yes")]
    pub attention_bias: bool,
}

fn glm() -> String {
    "glm".to_owned()
}

fn half() -> f64 {
    0.5
}

fn yes() -> bool {
    true
}

impl GlmConfig {
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
        let (turned, share) = (self.turned(), &self.partial_rotary_factor);
        let is_even = turned > 0 && turned.is_multiple_of(2) && turned <= self.shape.head_dim;
        require(self.model_type == "glm", "model_type", "glm", &self.model_type)?;
        require(is_even, "partial_rotary_factor", "a share of `head_dim` that is an even number", share)?;
        self.shape.check(&self.decoder())
    }

    /// Numbers of a head's vector that turn.
    fn turned(&self) -> usize {
        (self.shape.head_dim as f64 * self.partial_rotary_factor) as usize
    }

    fn decoder(&self) -> DecoderConfig {
        DecoderConfig {
            bias: self.attention_bias,
            turned: self.turned(),
            pairs: Pairs::Neighbours,
            fused_gate: true,
            ..self.shape.decoder()
        }
    }
}

/// GLM 4 without its last layer.
#[derive(Clone, Debug)]
pub struct Glm(LanguageModel);

impl Glm {
    /// Loads the model without its last layer and what follows.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] for numbers that cannot be, [`ModelError::Weights`] if a tensor is missing or has another
    /// shape, or if more is left over than the last layer, the norm behind it and the head.
    pub fn load(weights: &Weights, config: &GlmConfig) -> Result<Self, ModelError> {
        config.check()?;
        Ok(Self(LanguageModel::load(weights, "", &config.shape, &config.decoder())?))
    }

    /// The states of one row of tokens before the last layer, not normed: (1, tokens, length). Every token sees all before it, padding too.
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for no token, [`ModelError::Tensor`] for a token outside of the vocabulary.
    pub fn forward(&self, tokens: &[u32]) -> Result<Tensor, ModelError> {
        self.0.forward(tokens)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> GlmConfig {
        serde_json::from_str(
            r#"{"vocab_size": 8, "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 3, "num_attention_heads": 2,
                "num_key_value_heads": 1, "head_dim": 12, "rms_norm_eps": 1e-6, "rope_theta": 10000, "hidden_act": "silu"}"#,
        )
        .unwrap()
    }

    #[test]
    fn what_is_left_out_is_as_published() {
        let decoder = config().decoder();
        assert_eq!((decoder.layers, decoder.turned, decoder.bias), (2, 6, true));
    }

    #[test]
    fn other_kinds_and_shares_are_refused_by_name() {
        let refused = |config: GlmConfig| config.check().unwrap_err().to_string();
        let other = GlmConfig { model_type: "glm4".to_owned(), ..config() };
        assert!(refused(other).starts_with("`model_type` is \"glm4\""));
        for share in [0.0, 0.25, 1.2, -1.0, f64::NAN] {
            let error = refused(GlmConfig { partial_rotary_factor: share, ..config() });
            assert!(error.starts_with("`partial_rotary_factor` is "), "{share} {error}");
        }
        let mut one = config();
        one.shape.num_hidden_layers = 1;
        assert!(refused(one).starts_with("`num_hidden_layers` is 1"));
    }
}
