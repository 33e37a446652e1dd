//! Pictures to latents.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Conv2d, ConvConfig, GroupNorm};

use super::attention::{EPS, Middle};
use super::config::AutoencoderKlConfig;
use super::stage::Stage;
use crate::model_error::{ModelError, go_on};

/// The convolution that halves a picture, to which a row and a column are added below and on the right.
const HALF: ConvConfig = ConvConfig { padding: 0, ..ConvConfig::HALF };

/// The encoder of an `AutoencoderKL`.
///
/// # Shapes
///
/// - input: (batch, channels, height, width)
/// - output: (batch, 2 latents, height / scale, width / scale)
#[derive(Clone, Debug)]
pub(super) struct Encoder {
    enter: Conv2d,
    stages: Vec<Stage>,
    middle: Middle,
    norm: GroupNorm,
    leave: Conv2d,
}

impl Encoder {
    pub(super) fn load(weights: &Weights, config: &AutoencoderKlConfig) -> Result<Self, WeightsError> {
        let (channels, groups) = (&config.block_out_channels, config.norm_num_groups);
        let conv = |name: &str, depth, width| Conv2d::load(&weights.pp(name), depth, width, ConvConfig::SAME);
        let stage = |at: usize| {
            let sides = (channels[at.saturating_sub(1)], channels[at]);
            let resize = (at + 1 < channels.len()).then_some(("downsamplers.0.conv", HALF));
            Stage::load(&weights.pp("down_blocks").pp(at), sides, config.layers_per_block, groups, resize)
        };
        Ok(Self {
            enter: conv("conv_in", config.in_channels, channels[0])?,
            stages: (0..channels.len()).map(stage).collect::<Result<_, _>>()?,
            middle: Middle::load(weights, config)?,
            norm: GroupNorm::load(&weights.pp("conv_norm_out"), config.deepest(), groups, EPS)?,
            leave: conv("conv_out", config.deepest(), 2 * config.latent_channels)?,
        })
    }

    /// Polls `stop` before each block.
    pub(super) fn forward(&self, picture: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        let mut state = self.enter.forward(picture)?;
        for stage in &self.stages {
            state = stage.forward(state, stop)?;
            if let Some(resize) = &stage.resize {
                go_on(stop)?;
                state = resize.forward(&state.pad_with_zeros(2, 0, 1)?.pad_with_zeros(3, 0, 1)?)?;
            }
        }
        let state = self.middle.forward(&state, stop)?;
        Ok(self.leave.forward(&self.norm.forward_silu(&state)?)?)
    }
}
