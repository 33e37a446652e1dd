//! Picture to latents.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::weights::Weights;
use linocut_nn::{Conv2d, ConvConfig};

use super::config::AutoencoderDcConfig;
use super::resample::{Shrink, mean};
use super::stage::Stage;
use crate::model_error::ModelError;

/// Stages from the picture to the latents.
#[derive(Clone, Debug)]
pub(super) struct Encoder {
    enter: Conv2d,
    stages: Vec<(Stage, Option<Shrink>)>,
    leave: Conv2d,
    /// Channels of latents, to which means are added beside the last convolution; none without a shortcut.
    shortcut: Option<usize>,
}

impl Encoder {
    pub(super) fn load(weights: &Weights, config: &AutoencoderDcConfig) -> Result<Self, ModelError> {
        let stages = config.encoder_stages().unwrap_or_default();
        let channels = &config.encoder_block_out_channels;
        let (first, deepest) = (channels.first().copied().unwrap_or(0), channels.last().copied().unwrap_or(0));
        let conv = |name: &str, depth, width| Conv2d::load(&weights.pp(name), depth, width, ConvConfig::SAME);
        let strides = config.downsample_block_type == "conv";
        let stage = |at: usize| {
            let weights = weights.pp("down_blocks").pp(at);
            let blocks = Stage::load(&weights, 0, &stages[at])?;
            let sizes = channels.get(at + 1).map(|deeper| (channels[at], *deeper));
            let behind = weights.pp(stages[at].layers);
            let shrink = sizes.map(|sizes| Shrink::load(&behind, sizes, strides)).transpose()?;
            Ok((blocks, shrink))
        };
        Ok(Self {
            enter: conv("conv_in", config.in_channels, first)?,
            stages: (0..stages.len()).map(stage).collect::<Result<_, ModelError>>()?,
            leave: conv("conv_out", deepest, config.latent_channels)?,
            shortcut: config.encoder_out_shortcut.then_some(config.latent_channels),
        })
    }

    /// The latents; polls `stop` before each block.
    pub(super) fn forward(&self, picture: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        let mut state = self.enter.forward(picture)?;
        for (stage, shrink) in &self.stages {
            state = stage.forward(&state, stop)?;
            if let Some(shrink) = shrink {
                state = shrink.forward(&state)?;
            }
        }
        let latents = self.leave.forward(&state)?;
        match self.shortcut {
            Some(width) => Ok((latents + mean(&state, width)?)?),
            None => Ok(latents),
        }
    }
}
