//! Qwen 3 as a text encoder: states before its last layer.

use std::path::Path;

use candle_core::Tensor;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Activation, Embedding, Gain, Linear, Mask, RmsNorm, Scaling, attend};
use serde::Deserialize;

use super::entered::entered;
use crate::block::rotary::{Pairs, Rotary, frequencies};
use crate::model_error::{ModelError, read_config};

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
    pub fn read(file: &Path) -> Result<Self, ModelError> {
        let config: Self = read_config(file)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ModelError> {
        let (heads, groups) = (self.num_attention_heads, self.num_key_value_heads);
        let unsupported = |field, expected, actual: usize| {
            Err(ModelError::Unsupported { field, expected, actual: actual.to_string() })
        };
        if heads == 0 || groups == 0 || !heads.is_multiple_of(groups) {
            return unsupported("num_key_value_heads", "a divisor of `num_attention_heads`", groups);
        }
        if self.num_hidden_layers < 2 {
            return unsupported("num_hidden_layers", "at least 2", self.num_hidden_layers);
        }
        if self.head_dim == 0 || !self.head_dim.is_multiple_of(2) {
            return unsupported("head_dim", "an even number", self.head_dim);
        }
        Ok(())
    }
}

/// Qwen 3 without its last layer.
#[derive(Clone, Debug)]
pub struct Qwen3 {
    tokens: Embedding,
    layers: Vec<Layer>,
    config: Qwen3Config,
}

#[derive(Clone, Debug)]
struct Layer {
    norms: [RmsNorm; 2],
    /// Queries, keys, values, output.
    attention: [Linear; 4],
    /// Of queries and keys.
    head_norms: [RmsNorm; 2],
    gate: Linear,
    widen: Linear,
    narrow: Linear,
}

impl Qwen3 {
    /// Loads `model` without its last layer and what follows.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] for numbers that cannot be, [`ModelError::Weights`] if a tensor is missing or has another
    /// shape.
    pub fn load(weights: &Weights, config: &Qwen3Config) -> Result<Self, ModelError> {
        config.check()?;
        let model = weights.pp("model");
        let layers = (0..config.num_hidden_layers - 1).map(|at| Layer::load(&model.pp("layers").pp(at), config));
        Ok(Self {
            tokens: Embedding::load(&model.pp("embed_tokens"), config.vocab_size, config.hidden_size)?,
            layers: layers.collect::<Result<_, _>>()?,
            config: config.clone(),
        })
    }

    /// Checks that nothing is left over but the last layer, the norm behind it and the head.
    ///
    /// # Errors
    ///
    /// [`WeightsError::Unused`] names other tensors.
    pub fn finish(&self, weights: &Weights) -> Result<(), WeightsError> {
        let last = format!("model.layers.{}.", self.config.num_hidden_layers - 1);
        weights.finish(&[&last, "model.norm.", "lm_head."])
    }

    /// The states of one row of tokens before the last layer, not normed: (1, tokens, length).
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for no token, [`ModelError::Tensor`] for a token outside of the vocabulary.
    pub fn forward(&self, tokens: &[u32]) -> Result<Tensor, ModelError> {
        let mut state = entered(&self.tokens, tokens)?;
        let device = state.device().clone();
        let speeds = frequencies(self.config.head_dim, self.config.rope_theta);
        let angles = |place: usize| speeds.iter().map(|speed| place as f64 * speed).collect();
        let angles: Vec<Vec<f64>> = (0..tokens.len()).map(angles).collect();
        let rotary = Rotary::of_angles(&angles, Pairs::Halves, &device)?;
        for layer in &self.layers {
            state = layer.forward(&state, &rotary, &self.config)?;
        }
        Ok(state)
    }
}

impl Layer {
    fn load(weights: &Weights, config: &Qwen3Config) -> Result<Self, WeightsError> {
        let (hidden, inner, size, eps) =
            (config.hidden_size, config.intermediate_size, config.head_dim, config.rms_norm_eps);
        let (wide, narrow) = (config.num_attention_heads * size, config.num_key_value_heads * size);
        let norm = |name: &str, length| RmsNorm::load(&weights.pp(name), length, eps, Gain::Weight);
        let linear = |name: &str, depth, width| Linear::load(&weights.pp(name), depth, width, false);
        Ok(Self {
            norms: [norm("input_layernorm", hidden)?, norm("post_attention_layernorm", hidden)?],
            attention: [
                linear("self_attn.q_proj", hidden, wide)?,
                linear("self_attn.k_proj", hidden, narrow)?,
                linear("self_attn.v_proj", hidden, narrow)?,
                linear("self_attn.o_proj", wide, hidden)?,
            ],
            head_norms: [norm("self_attn.q_norm", size)?, norm("self_attn.k_norm", size)?],
            gate: linear("mlp.gate_proj", hidden, inner)?,
            widen: linear("mlp.up_proj", hidden, inner)?,
            narrow: linear("mlp.down_proj", inner, hidden)?,
        })
    }

    fn forward(&self, input: &Tensor, rotary: &Rotary, config: &Qwen3Config) -> candle_core::Result<Tensor> {
        let [queries, keys, values, output] = &self.attention;
        let (heads, groups, size) = (config.num_attention_heads, config.num_key_value_heads, config.head_dim);
        let normal = self.norms[0].forward(input)?;
        let split = |layer: &Linear, heads| layer.forward(&normal)?.reshape((1, (), heads, size));
        let queries = rotary.forward(&self.head_norms[0].forward(&split(queries, heads)?)?)?;
        let keys = rotary.forward(&self.head_norms[1].forward(&split(keys, groups)?)?)?;
        let seen = attend(&queries, &keys, &split(values, groups)?, &Mask::Causal, Scaling::of_head(size))?;
        let state = (output.forward(&seen)? + input)?;
        let normal = self.norms[1].forward(&state)?;
        let gate = self.gate.forward_activated(&normal, config.hidden_act)?;
        self.narrow.forward(&(gate * self.widen.forward(&normal)?)?)? + state
    }
}
