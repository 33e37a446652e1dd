//! What a model is made of.

use linocut_nn::Location;
use linocut_nn::decoder::DecoderConfig;
use linocut_nn::{Activation, Gain, Pairs, Scaling};
use serde::Deserialize;

use super::layout::Layout;
use crate::model_error::{ModelError, faultless, require};

/// Groups of every group norm of the decoder.
pub(super) const GROUPS: usize = 32;
/// Longest side of a picture, in pixels.
const LONGEST: usize = 4096;

/// The language model, as `language_config` says. Fields keep their published names; what is not said has the value that transformers
/// gives it.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(default)]
pub struct LlamaConfig {
    /// `llama`.
    pub model_type: String,
    /// Tokens in the vocabulary.
    pub vocab_size: usize,
    /// Length of a token's vector.
    pub hidden_size: usize,
    /// Length of the vectors inside the MLP.
    pub intermediate_size: usize,
    /// Layers, at least 1.
    pub num_hidden_layers: usize,
    /// Heads of queries, at least 1.
    pub num_attention_heads: usize,
    /// Heads of keys and values, a divisor of `num_attention_heads`. Default: as many.
    pub num_key_value_heads: Option<usize>,
    /// Length of a head's vectors, even. Default: an equal share of a token's vector.
    pub head_dim: Option<usize>,
    /// Tokens that a row may have.
    pub max_position_embeddings: usize,
    /// Added to the mean square by the norms.
    pub rms_norm_eps: f64,
    /// Base of the frequencies of positions.
    pub rope_theta: f64,
    /// Other frequencies; none.
    pub rope_scaling: Option<serde_json::Value>,
    /// The same and the base, as newer versions say them. Default: not said.
    pub rope_parameters: Option<RopeParameters>,
    /// Activation of the MLP.
    pub hidden_act: Activation,
    /// Whether the attention's layers have biases; not.
    pub attention_bias: bool,
    /// Whether the MLP's layers have biases; not.
    pub mlp_bias: bool,
}

impl Default for LlamaConfig {
    fn default() -> Self {
        Self {
            model_type: "llama".to_owned(),
            vocab_size: 32_000,
            hidden_size: 4096,
            intermediate_size: 11_008,
            num_hidden_layers: 32,
            num_attention_heads: 32,
            num_key_value_heads: None,
            head_dim: None,
            max_position_embeddings: 2048,
            rms_norm_eps: 1e-6,
            rope_theta: 1e4,
            rope_scaling: None,
            rope_parameters: None,
            hidden_act: Activation::Silu,
            attention_bias: false,
            mlp_bias: false,
        }
    }
}

/// How positions are turned, in configurations of newer versions.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct RopeParameters {
    /// `default`.
    pub rope_type: String,
    /// Base of the frequencies of positions.
    pub rope_theta: f64,
}

/// The decoder of tokens to pixels.
#[derive(Clone, PartialEq, Debug)]
pub struct PictureConfig {
    /// Tokens that a picture may be made of: the length of the codebook.
    pub codes: usize,
    /// Length of a code.
    pub code: usize,
    /// Channels that codes are widened to.
    pub latents: usize,
    /// Channels of the stage of pixels.
    pub channels: usize,
    /// What these are multiplied by in each stage, from the pixels to the tokens.
    pub multipliers: Vec<usize>,
    /// Residual blocks of a stage, less one.
    pub blocks: usize,
    /// Tokens along a side of the picture.
    pub grid: usize,
}

/// Janus-Pro.
#[derive(Clone, PartialEq, Debug)]
pub struct JanusConfig {
    /// The language model.
    pub language: LlamaConfig,
    /// Length of the vectors inside the head that scores a picture's tokens.
    pub head: usize,
    /// The decoder.
    pub picture: PictureConfig,
    /// How the tensors are called.
    pub layout: Layout,
}

impl JanusConfig {
    /// Reads a `config.json`.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`], [`ModelError::Config`], and [`ModelError::Unsupported`] for what the published models do not use.
    pub fn read(file: impl Into<Location>) -> Result<Self, ModelError> {
        let config = Layout::read(&file.into())?;
        config.check()?;
        Ok(config)
    }

    /// Checks the numbers.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] names the first field that cannot be.
    pub fn check(&self) -> Result<(), ModelError> {
        self.language.check()?;
        self.picture.check()?;
        let (tokens, most) = (self.picture.tokens(), self.language.max_position_embeddings);
        require(tokens < most, "max_position_embeddings", "more than a picture has tokens", &most)
    }
}

impl LlamaConfig {
    fn check(&self) -> Result<(), ModelError> {
        require(self.model_type == "llama", "model_type", "`llama`", &self.model_type)?;
        require(self.num_hidden_layers > 0, "num_hidden_layers", "at least 1", &self.num_hidden_layers)?;
        require(self.rope_scaling.is_none(), "rope_scaling", "null", &self.rope_scaling)?;
        let is_plain = self.rope_parameters.as_ref().is_none_or(|rope| rope.rope_type == "default");
        require(is_plain, "rope_type", "`default`", &self.rope_parameters)?;
        require(!self.attention_bias, "attention_bias", "false", &self.attention_bias)?;
        require(!self.mlp_bias, "mlp_bias", "false", &self.mlp_bias)?;
        faultless(self.decoder().fault())
    }

    /// What the layers are made of.
    pub(super) fn decoder(&self) -> DecoderConfig {
        let (heads, hidden) = (self.num_attention_heads, self.hidden_size);
        let head = self.head_dim.unwrap_or(hidden.checked_div(heads).unwrap_or(0));
        DecoderConfig {
            hidden,
            layers: self.num_hidden_layers,
            heads,
            groups: self.num_key_value_heads.unwrap_or(heads),
            head,
            turned: head,
            pairs: Pairs::Halves,
            fused_gate: false,
            rotary_scaling: None,
            inner: self.intermediate_size,
            activation: self.hidden_act,
            gain: Gain::Weight,
            eps: self.rms_norm_eps,
            norms_behind: false,
            head_norms: false,
            bias: false,
            scaling: Scaling::of_head(head),
            rotary_base: self.rope_parameters.as_ref().map_or(self.rope_theta, |rope| rope.rope_theta),
            window: None,
        }
    }
}

impl PictureConfig {
    fn check(&self) -> Result<(), ModelError> {
        let channels: Vec<usize> = self.multipliers.iter().map(|by| self.channels.saturating_mul(*by)).collect();
        let is_grouped = !channels.is_empty() && channels.iter().all(|count| *count > 0 && count % GROUPS == 0);
        require(is_grouped, "ch_mult", "multiples of 32 channels in each stage", &channels)?;
        require(self.codes > 0, "image_token_size", "at least 1", &self.codes)?;
        require(self.code > 0, "n_embed", "at least 1", &self.code)?;
        let side = self.grid.saturating_mul(self.scale());
        require((1..=LONGEST).contains(&side), "grid", "tokens of a picture of at most 4096 px", &self.grid)
    }

    /// Pixels along the side of a token.
    #[must_use]
    pub fn scale(&self) -> usize {
        1 << (self.multipliers.len().clamp(1, 16) - 1)
    }

    /// Pixels along the side of a picture.
    #[must_use]
    pub fn side(&self) -> u32 {
        u32::try_from(self.grid * self.scale()).unwrap_or(u32::MAX)
    }

    /// Tokens of a picture.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.grid.saturating_mul(self.grid)
    }
}
