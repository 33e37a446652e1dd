//! Language models as text encoders: states before their last layer.

use candle_core::Tensor;
use linocut_nn::decoder::{Decoder, DecoderConfig, Sight};
use linocut_nn::weights::Weights;
use linocut_nn::{Activation, Embedding, Gain, Pairs, Scaling};
use serde::Deserialize;

use super::entered::entered;
use crate::model_error::{ModelError, faultless, require};

/// What the `config.json` of a language model says, whatever its kind. Fields keep their published names.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct LanguageModelConfig {
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

impl LanguageModelConfig {
    /// What the layers are made of, without the last one, and without what only some kinds have.
    pub(super) fn decoder(&self) -> DecoderConfig {
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
            head_norms: false,
            bias: false,
            scaling: Scaling::of_head(self.head_dim),
            rotary_base: self.rope_theta,
            turned: self.head_dim,
            pairs: Pairs::Halves,
            fused_gate: false,
            rotary_scaling: None,
            window: None,
        }
    }

    /// Checks the numbers of a model with these layers.
    pub(super) fn check(&self, decoder: &DecoderConfig) -> Result<(), ModelError> {
        require(self.num_hidden_layers > 1, "num_hidden_layers", "at least 2", &self.num_hidden_layers)?;
        faultless(decoder.fault())
    }
}

/// A language model without its last layer and what follows.
#[derive(Clone, Debug)]
pub(super) struct LanguageModel {
    tokens: Embedding,
    decoder: Decoder,
}

impl LanguageModel {
    /// Loads `embed_tokens` and `layers` whose names begin with `start`; an error if more is left over than the last layer, the norm behind
    /// it and the head, under their published names or those of GGUF files.
    pub(super) fn load(
        weights: &Weights,
        start: &str,
        config: &LanguageModelConfig,
        decoder: &DecoderConfig,
    ) -> Result<Self, ModelError> {
        config.check(decoder)?;
        let model = start.strip_suffix('.').map_or_else(|| weights.clone(), |start| weights.pp(start));
        let loaded = Self {
            tokens: Embedding::load(&model.pp("embed_tokens"), config.vocab_size, config.hidden_size)?,
            decoder: Decoder::load(&model, decoder, 0)?,
        };
        let last = config.num_hidden_layers - 1;
        let [layer, norm] = [format!("{start}layers.{last}."), format!("{start}norm.")];
        let gguf = format!("blk.{last}.");
        weights.finish(&[&layer, &gguf, &norm, "output_norm.", "lm_head.", "output."])?;
        Ok(loaded)
    }

    /// The states of one row of tokens, not normed: (1, tokens, length).
    pub(super) fn forward(&self, tokens: &[u32]) -> Result<Tensor, ModelError> {
        Ok(self.decoder.forward(&entered(&self.tokens, tokens)?, &Sight::default())?)
    }
}
