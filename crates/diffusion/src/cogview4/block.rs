//! One block: words and patches share its layers, but each are shifted, scaled and gated by numbers of their own.

use candle_core::{Result, Tensor};
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Linear, Rotary, normalised};

use super::config::CogView4Config;
use crate::block::joint::{GatedFeedForward, HeadNorm, Heads, HeadsConfig, PICTURE};
use crate::block::modulation::{modulated, parts, within_range};

/// Added to the variance by every norm.
pub(super) const EPS: f64 = 1e-5;
/// Parts of the time's vector: shift, scale and gate of attention and of MLP, each for patches and then for words.
const PARTS: usize = 12;
/// Places of these among the parts of one layer.
const SHIFT: usize = 0;
const SCALE: usize = 2;
const GATE: usize = 4;
/// The first part of each layer.
const ATTENTION: usize = 0;
const MLP: usize = 6;

/// A block of the transformer.
#[derive(Clone, Debug)]
pub(super) struct Block {
    time: Linear,
    heads: Heads,
    mlp: GatedFeedForward,
}

impl Block {
    pub(super) fn load(weights: &Weights, config: &CogView4Config) -> std::result::Result<Self, WeightsError> {
        let (hidden, norm) = (config.hidden(), HeadNorm::Plain(EPS));
        let (heads, size) = (config.num_attention_heads, config.attention_head_dim);
        let shape = HeadsConfig { heads, size, norm, has_output: true };
        Ok(Self {
            time: Linear::load(&weights.pp("norm1.linear"), config.time_embed_dim, PARTS * hidden, true)?,
            heads: Heads::load(&weights.pp("attn1"), PICTURE, shape)?,
            mlp: GatedFeedForward::load(&weights.pp("ff"), hidden)?,
        })
    }

    /// The row of words and patches behind the block.
    ///
    /// # Shapes
    ///
    /// - `row` and result: (batch, words and patches, hidden), `words` of them first
    /// - `time`: (batch, length of the time's vector), activated
    pub(super) fn forward(&self, row: &Tensor, words: usize, rotary: &Rotary, time: &Tensor) -> Result<Tensor> {
        let by_time = parts(&self.time.forward(time)?, PARTS)?;
        let normal = |row: &Tensor, layer: usize| {
            let modulate = |part: &Tensor, stream: usize| {
                modulated(part, &by_time[layer + SHIFT + stream], &by_time[layer + SCALE + stream])
            };
            of_each(&normalised(row, EPS)?, words, modulate)
        };
        let gated = |output: &Tensor, layer: usize| {
            of_each(output, words, |part, stream| part.broadcast_mul(&by_time[layer + GATE + stream]))
        };
        let seen = self.heads.attend(&normal(row, ATTENTION)?, Some(rotary))?;
        let row = (row + gated(&seen, ATTENTION)?)?;
        let thought = self.mlp.mlp(&normal(&row, MLP)?)?;
        within_range((&row + gated(&thought, MLP)?)?)
    }
}

/// What a function makes of the words and of the patches of a row, given which of the two they are, as one row.
fn of_each(row: &Tensor, words: usize, function: impl Fn(&Tensor, usize) -> Result<Tensor>) -> Result<Tensor> {
    let (text, picture) = (row.narrow(1, 0, words)?, row.narrow(1, words, row.dim(1)? - words)?);
    Tensor::cat(&[function(&text, 1)?, function(&picture, 0)?], 1)
}
