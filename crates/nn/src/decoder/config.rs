//! Shape of a decoder.

use super::rotary_scaling::RotaryScaling;
use crate::activation::Activation;
use crate::attention::Scaling;
use crate::norm::Gain;
use crate::rotary::{Pairs, frequencies};

/// What the layers of a decoder are made of.
#[derive(Clone, PartialEq, Debug)]
pub struct DecoderConfig {
    /// Length of a token's vector.
    pub hidden: usize,
    /// Layers that are loaded; a text encoder may leave out the last ones.
    pub layers: usize,
    /// Heads of queries, at least 1.
    pub heads: usize,
    /// Heads of keys and values; divides `heads`.
    pub groups: usize,
    /// Length of a head's vectors, even.
    pub head: usize,
    /// Length of the vectors inside the MLP.
    pub inner: usize,
    /// Activation of the MLP's gate.
    pub activation: Activation,
    /// What the norms multiply by.
    pub gain: Gain,
    /// Added to the mean square by the norms.
    pub eps: f64,
    /// Whether attention and MLP also have a norm behind them, as in Gemma 2.
    pub norms_behind: bool,
    /// Whether queries and keys are normed per head, as in Qwen 3.
    pub head_norms: bool,
    /// Whether queries, keys and values have a bias, as in Qwen 2.
    pub bias: bool,
    /// What happens to scores.
    pub scaling: Scaling,
    /// Base of the rotary embedding's wavelengths.
    pub rotary_base: f64,
    /// Numbers of a head's vector that turn with the position, the first ones, even; `head` for all, as in most models.
    pub turned: usize,
    /// Which of these turn together.
    pub pairs: Pairs,
    /// Whether the gate of the MLP and what it opens lie in one tensor, `mlp.gate_up_proj`, as in GLM.
    pub fused_gate: bool,
    /// How they are stretched for a longer context, as in Llama 3, if they are.
    pub rotary_scaling: Option<RotaryScaling>,
    /// How far back, in tokens, every second layer sees, beginning with the first; none for no limit.
    pub window: Option<usize>,
}

impl DecoderConfig {
    /// Angles per position of the pairs of numbers of a head that turn.
    pub(super) fn speeds(&self) -> Vec<f32> {
        let speeds = frequencies(self.turned, self.rotary_base).into_iter();
        speeds.map(|speed| self.rotary_scaling.map_or(speed, |scaling| scaling.slowed(speed)) as f32).collect()
    }

    /// What cannot be, if anything: the field, what it may be, and what it is.
    #[must_use]
    pub fn fault(&self) -> Option<(&'static str, &'static str, usize)> {
        if self.heads == 0 || self.groups == 0 || !self.heads.is_multiple_of(self.groups) {
            return Some(("num_key_value_heads", "a divisor of `num_attention_heads`", self.groups));
        }
        if self.head == 0 || !self.head.is_multiple_of(2) {
            return Some(("head_dim", "an even number", self.head));
        }
        if self.turned == 0 || !self.turned.is_multiple_of(2) || self.turned > self.head {
            return Some(("turned", "an even number up to `head_dim`", self.turned));
        }
        None
    }
}
