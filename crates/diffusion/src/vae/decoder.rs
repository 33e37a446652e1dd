//! Latents to pictures.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Conv2d, ConvConfig, GroupNorm};

use super::attention::{EPS, Middle};
use super::config::AutoencoderKlConfig;
use crate::block::{ResnetBlock, double};
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
    stages: Vec<(Vec<ResnetBlock>, Option<Conv2d>)>,
    norm: GroupNorm,
    leave: Conv2d,
}

impl Decoder {
    pub(super) fn load(weights: &Weights, config: &AutoencoderKlConfig) -> Result<Self, WeightsError> {
        let (channels, groups) = (&config.block_out_channels, config.norm_num_groups);
        let conv = |name: &str, depth, width| Conv2d::load(&weights.pp(name), depth, width, ConvConfig::SAME);
        let stages = (0..channels.len()).map(|at| load_stage(weights, config, at)).collect::<Result<_, _>>()?;
        Ok(Self {
            enter: conv("conv_in", config.latent_channels, config.deepest())?,
            middle: Middle::load(weights, config)?,
            stages,
            norm: GroupNorm::load(&weights.pp("conv_norm_out"), channels[0], groups, EPS)?,
            leave: conv("conv_out", channels[0], config.out_channels)?,
        })
    }

    /// Polls `stop` before each block.
    pub(super) fn forward(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        let mut state = self.middle.forward(&self.enter.forward(latents)?, stop)?;
        for (resnets, resize) in &self.stages {
            for resnet in resnets {
                go_on(stop)?;
                state = resnet.forward(&state, None)?;
            }
            if let Some(resize) = resize {
                go_on(stop)?;
                state = resize.forward(&double(&state)?)?;
            }
        }
        Ok(self.leave.forward(&self.norm.forward_silu(&state)?)?)
    }
}

fn load_stage(
    weights: &Weights,
    config: &AutoencoderKlConfig,
    at: usize,
) -> Result<(Vec<ResnetBlock>, Option<Conv2d>), WeightsError> {
    let weights = weights.pp("up_blocks").pp(at);
    let channels: Vec<usize> = config.block_out_channels.iter().rev().copied().collect();
    let (from, to) = (channels[at.saturating_sub(1)], channels[at]);
    let resnet = |layer: usize| {
        let sides = (if layer == 0 { from } else { to }, to);
        ResnetBlock::load(&weights.pp("resnets").pp(layer), sides, None, config.norm_num_groups, EPS)
    };
    let resnets = (0..=config.layers_per_block).map(resnet).collect::<Result<_, _>>()?;
    let resize = weights.pp("upsamplers.0.conv");
    let resize = (at + 1 < channels.len()).then(|| Conv2d::load(&resize, to, to, ConvConfig::SAME)).transpose()?;
    Ok((resnets, resize))
}
