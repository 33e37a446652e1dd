//! One block: attention and MLP, each between two norms, the whole scaled and gated by the time.

use candle_core::{Result, Tensor};
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Activation, Gain, GatedMlp, Linear, Mask, RmsNorm, Rotary, Scaling, attend};

use super::config::ZImageConfig;
use crate::block::modulation::parts;

/// Added to the mean square by the norms of queries and keys.
const EPS: f64 = 1e-5;
/// Names of the MLP's layers.
const MLP: [&str; 3] = ["feed_forward.w1", "feed_forward.w3", "feed_forward.w2"];
/// Longest vector of the time.
pub(super) const TIME: usize = 256;

/// A block of the transformer.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Before and behind the attention, before and behind the MLP.
    norms: [RmsNorm; 4],
    /// Queries, keys, values, output.
    attention: [Linear; 4],
    /// Of queries and keys.
    head_norms: [RmsNorm; 2],
    mlp: GatedMlp,
    /// None in blocks over words.
    time: Option<Linear>,
    heads: usize,
    size: usize,
}

impl Block {
    pub(super) fn load(
        weights: &Weights,
        config: &ZImageConfig,
        is_timed: bool,
    ) -> std::result::Result<Self, WeightsError> {
        let (dim, inner) = (config.dim, config.dim * 8 / 3);
        let norm = |name: &str| RmsNorm::load(&weights.pp(name), dim, config.norm_eps, Gain::Weight);
        let head_norm = |name: &str| RmsNorm::load(&weights.pp(name), config.head(), EPS, Gain::Weight);
        let linear = |name: &str, depth, width| Linear::load(&weights.pp(name), depth, width, false);
        let time = || Linear::load(&weights.pp("adaLN_modulation.0"), dim.min(TIME), 4 * dim, true);
        Ok(Self {
            norms: [norm("attention_norm1")?, norm("attention_norm2")?, norm("ffn_norm1")?, norm("ffn_norm2")?],
            attention: [
                linear("attention.to_q", dim, dim)?,
                linear("attention.to_k", dim, dim)?,
                linear("attention.to_v", dim, dim)?,
                linear("attention.to_out.0", dim, dim)?,
            ],
            head_norms: [head_norm("attention.norm_q")?, head_norm("attention.norm_k")?],
            mlp: GatedMlp::load(weights, MLP, (dim, inner), Activation::Silu)?,
            time: is_timed.then(time).transpose()?,
            heads: config.n_heads,
            size: config.head(),
        })
    }

    /// The state behind the block.
    ///
    /// # Shapes
    ///
    /// - input and output: (1, tokens, length)
    /// - `time`: (1, length of the time's vector)
    pub(super) fn forward(&self, input: &Tensor, rotary: &Rotary, time: &Tensor) -> Result<Tensor> {
        let by_time = match &self.time {
            Some(layer) => parts(&layer.forward(time)?, 4)?,
            None => Vec::new(),
        };
        let [before, behind, before_mlp, behind_mlp] = &self.norms;
        let seen = self.attend(&scaled(&before.forward(input)?, by_time.first())?, rotary)?;
        let state = (gated(&behind.forward(&seen)?, by_time.get(1))? + input)?;
        let thought = self.mlp.forward(&scaled(&before_mlp.forward(&state)?, by_time.get(2))?)?;
        gated(&behind_mlp.forward(&thought)?, by_time.get(3))? + state
    }

    fn attend(&self, input: &Tensor, rotary: &Rotary) -> Result<Tensor> {
        let [queries, keys, values, output] = &self.attention;
        let split = |layer: &Linear| layer.forward(input)?.reshape((1, (), self.heads, self.size));
        let queries = rotary.forward(&self.head_norms[0].forward(&split(queries)?)?)?;
        let keys = rotary.forward(&self.head_norms[1].forward(&split(keys)?)?)?;
        let seen = attend(&queries, &keys, &split(values)?, &Mask::None, Scaling::of_head(self.size))?;
        output.forward(&seen)
    }
}

fn scaled(normal: &Tensor, scale: Option<&Tensor>) -> Result<Tensor> {
    scale.map_or_else(|| Ok(normal.clone()), |scale| normal.broadcast_mul(&(scale + 1.0)?))
}

fn gated(output: &Tensor, gate: Option<&Tensor>) -> Result<Tensor> {
    gate.map_or_else(|| Ok(output.clone()), |gate| output.broadcast_mul(&gate.tanh()?))
}
