//! Latents to picture.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::weights::Weights;
use linocut_nn::{ChannelNorm, Conv2d, ConvConfig};

use super::config::AutoencoderDcConfig;
use super::resample::{Grow, repeat};
use super::stage::{EPS, Stage};
use crate::model_error::ModelError;

/// Stages from the latents to the picture.
#[derive(Clone, Debug)]
pub(super) struct Decoder {
    enter: Conv2d,
    /// Channels that the latents are repeated to beside the first convolution; none without a shortcut.
    shortcut: Option<usize>,
    /// The deepest first.
    stages: Vec<(Option<Grow>, Stage)>,
    norm: ChannelNorm,
    leave: Conv2d,
}

impl Decoder {
    pub(super) fn load(weights: &Weights, config: &AutoencoderDcConfig) -> Result<Self, ModelError> {
        let stages = config.decoder_stages().unwrap_or_default();
        let channels = &config.decoder_block_out_channels;
        let (first, deepest) = (channels.first().copied().unwrap_or(0), channels.last().copied().unwrap_or(0));
        let conv = |name: &str, depth, width| Conv2d::load(&weights.pp(name), depth, width, ConvConfig::SAME);
        let repeats = config.upsample_block_type == "interpolate";
        let stage = |at: usize| {
            let weights = weights.pp("up_blocks").pp(at);
            let sizes = channels.get(at + 1).map(|deeper| (*deeper, channels[at]));
            let grow = sizes.map(|sizes| Grow::load(&weights.pp("0"), sizes, repeats)).transpose()?;
            let blocks = Stage::load(&weights, usize::from(grow.is_some()), &stages[at])?;
            Ok((grow, blocks))
        };
        Ok(Self {
            enter: conv("conv_in", config.latent_channels, deepest)?,
            shortcut: config.decoder_in_shortcut.then_some(deepest),
            stages: (0..stages.len()).rev().map(stage).collect::<Result<_, ModelError>>()?,
            norm: ChannelNorm::load(&weights.pp("norm_out"), first, EPS)?,
            leave: conv("conv_out", first, config.in_channels)?,
        })
    }

    /// The picture; polls `stop` before each block.
    pub(super) fn forward(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        let mut state = self.enter.forward(latents)?;
        if let Some(width) = self.shortcut {
            state = (state + repeat(latents, width)?)?;
        }
        for (grow, stage) in &self.stages {
            if let Some(grow) = grow {
                state = grow.forward(&state)?;
            }
            state = stage.forward(&state, stop)?;
        }
        Ok(self.leave.forward(&self.norm.forward(&state)?.relu()?)?)
    }
}
