//! One stage: blocks of one kind.

use candle_core::{Result, Tensor};
use linocut_core::Stop;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Activation, ChannelNorm, Conv2d, ConvConfig};

use super::attention::AttentionBlock;
use super::config::{BlockKind, StageConfig};
use crate::model_error::{ModelError, go_on};

/// Added to the mean square by all norms.
pub(super) const EPS: f64 = 1e-5;

/// Two convolutions and a norm.
#[derive(Clone, Debug)]
struct ResidualBlock {
    first: Conv2d,
    second: Conv2d,
    norm: ChannelNorm,
}

impl ResidualBlock {
    fn load(weights: &Weights, channels: usize) -> std::result::Result<Self, WeightsError> {
        let conv = |name: &str, config| Conv2d::load(&weights.pp(name), channels, channels, config);
        Ok(Self {
            first: conv("conv1", ConvConfig::SAME)?,
            second: conv("conv2", ConvConfig { bias: false, ..ConvConfig::SAME })?,
            norm: ChannelNorm::load(&weights.pp("norm"), channels, EPS)?,
        })
    }

    fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let inner = Activation::Silu.forward(&self.first.forward(input)?)?;
        self.norm.forward(&self.second.forward(&inner)?)? + input
    }
}

/// Blocks of one kind.
#[derive(Clone, Debug)]
enum Blocks {
    Residual(Vec<ResidualBlock>),
    Attention(Vec<AttentionBlock>),
}

/// A stage without what is between stages.
#[derive(Clone, Debug)]
pub(super) struct Stage(Blocks);

impl Stage {
    /// Loads the blocks, whose names are numbers from `first` on.
    pub(super) fn load(
        weights: &Weights,
        first: usize,
        stage: &StageConfig,
    ) -> std::result::Result<Self, WeightsError> {
        let names = first..first + stage.layers;
        Ok(Self(match stage.kind {
            BlockKind::Residual => {
                let block = |at| ResidualBlock::load(&weights.pp(at), stage.channels);
                Blocks::Residual(names.map(block).collect::<std::result::Result<_, _>>()?)
            }
            BlockKind::Attention => {
                let block = |at| AttentionBlock::load(&weights.pp(at), stage);
                Blocks::Attention(names.map(block).collect::<std::result::Result<_, _>>()?)
            }
        }))
    }

    /// The state behind the stage, (batch, channels, height, width); polls `stop` before each block.
    pub(super) fn forward(&self, input: &Tensor, stop: &Stop) -> std::result::Result<Tensor, ModelError> {
        match &self.0 {
            Blocks::Residual(blocks) => blocks.iter().try_fold(input.clone(), |state, block| {
                go_on(stop)?;
                Ok(block.forward(&state)?)
            }),
            Blocks::Attention(blocks) => {
                let last = input.permute((0, 2, 3, 1))?.contiguous()?;
                let state = blocks.iter().try_fold(last, |state, block| {
                    go_on(stop)?;
                    Ok::<_, ModelError>(block.forward(&state)?)
                })?;
                Ok(state.permute((0, 3, 1, 2))?.contiguous()?)
            }
        }
    }
}
