//! Latents to pictures.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Conv2d, ConvConfig, GroupNorm};

use super::attention::{EPS, Middle};
use super::config::AutoencoderKlConfig;
use super::stage::Stage;
use crate::block::double;
use crate::model_error::{ModelError, go_on};

/// The decoder of an `AutoencoderKL`.
///
/// # Shapes
///
/// - input: (batch, latents, height, width)
/// - output: (batch, channels, scale x height, scale x width)
#[derive(Clone, Debug)]
pub(super) struct Decoder {
    enter: Conv2d,
    middle: Middle,
    stages: Vec<Stage>,
    norm: GroupNorm,
    leave: Conv2d,
}

impl Decoder {
    pub(super) fn load(weights: &Weights, config: &AutoencoderKlConfig) -> Result<Self, WeightsError> {
        let (channels, groups) = (&config.block_out_channels, config.norm_num_groups);
        let conv = |name: &str, depth, width| Conv2d::load(&weights.pp(name), depth, width, ConvConfig::SAME);
        let falling: Vec<usize> = channels.iter().rev().copied().collect();
        let stage = |at: usize| {
            let sides = (falling[at.saturating_sub(1)], falling[at]);
            let resize = (at + 1 < falling.len()).then_some(("upsamplers.0.conv", ConvConfig::SAME));
            Stage::load(&weights.pp("up_blocks").pp(at), sides, config.layers_per_block + 1, groups, resize)
        };
        Ok(Self {
            enter: conv("conv_in", config.latent_channels, config.deepest())?,
            middle: Middle::load(weights, config)?,
            stages: (0..channels.len()).map(stage).collect::<Result<_, _>>()?,
            norm: GroupNorm::load(&weights.pp("conv_norm_out"), channels[0], groups, EPS)?,
            leave: conv("conv_out", channels[0], config.out_channels)?,
        })
    }

    /// Polls `stop` before each block.
    pub(super) fn forward(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        let mut state = self.middle.forward(&self.enter.forward(latents)?, stop)?;
        for stage in &self.stages {
            state = stage.forward(state, stop)?;
            if let Some(resize) = &stage.resize {
                go_on(stop)?;
                state = resize.forward(&double(&state)?)?;
            }
        }
        Ok(self.leave.forward(&self.norm.forward_silu(&state)?)?)
    }
}
