//! Transformer blocks over the pixels of a picture.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{GroupNorm, Linear};

use super::transformer_block::TransformerBlock;
use crate::model_error::{ModelError, go_on};

/// Added to the variance by the norm before the first block.
const EPS: f64 = 1e-6;

/// `x + proj_out(blocks(proj_in(norm(x))))` with each pixel a token.
///
/// # Shapes
///
/// - input and output: (batch, channels, height, width)
/// - context: (batch, words, context)
#[derive(Clone, Debug)]
pub struct SpatialTransformer {
    norm: GroupNorm,
    enter: Linear,
    blocks: Vec<TransformerBlock>,
    leave: Linear,
}

impl SpatialTransformer {
    /// Loads `norm`, `proj_in`, `depth` `transformer_blocks` and `proj_out`, the projections linear or as convolutions of one pixel;
    /// `heads` and `groups` divide `channels`. `wide` is [`Scaling::wide`](linocut_nn::Scaling::wide).
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(
        weights: &Weights,
        channels: usize,
        heads: usize,
        depth: usize,
        context: usize,
        groups: usize,
        wide: bool,
    ) -> Result<Self, WeightsError> {
        let blocks = weights.pp("transformer_blocks");
        let block = |at| TransformerBlock::load(&blocks.pp(at), channels, heads, context, wide);
        Ok(Self {
            norm: GroupNorm::load(&weights.pp("norm"), channels, groups, EPS)?,
            enter: load_projection(&weights.pp("proj_in"), channels)?,
            blocks: (0..depth).map(block).collect::<Result<_, _>>()?,
            leave: load_projection(&weights.pp("proj_out"), channels)?,
        })
    }

    /// Applies the blocks; polls `stop` before each.
    ///
    /// # Errors
    ///
    /// [`ModelError::Tensor`] when a shape does not fit, [`ModelError::Stopped`] if `stop` asks for an end.
    pub fn forward(&self, input: &Tensor, context: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        let tokens = self.norm.forward(input)?.flatten_from(2)?.transpose(1, 2)?.contiguous()?;
        let mut state = self.enter.forward(&tokens)?;
        for block in &self.blocks {
            go_on(stop)?;
            state = block.forward(&state, context)?;
        }
        Ok((self.leave.forward(&state)?.transpose(1, 2)?.reshape(input.shape())? + input)?)
    }
}

/// A linear layer, or a convolution of one pixel, which is the same with two more dimensions in the file.
fn load_projection(weights: &Weights, channels: usize) -> Result<Linear, WeightsError> {
    match weights.shape("weight") {
        Some(shape) if shape == [channels, channels, 1, 1] => Linear::load_point(weights, channels, channels, true),
        _ => Linear::load(weights, channels, channels, true),
    }
}
