//! Pictures to latents.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Conv2d, ConvConfig, GroupNorm};

use super::attention::{EPS, Middle};
use super::config::AutoencoderKlConfig;
use crate::block::ResnetBlock;
use crate::model_error::ModelError;

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
    stages: Vec<(Vec<ResnetBlock>, Option<Conv2d>)>,
    middle: Middle,
    norm: GroupNorm,
    leave: Conv2d,
}

impl Encoder {
    pub(super) fn load(weights: &Weights, config: &AutoencoderKlConfig) -> Result<Self, WeightsError> {
        let (channels, groups) = (&config.block_out_channels, config.norm_num_groups);
        let conv = |name: &str, depth, width| Conv2d::load(&weights.pp(name), depth, width, ConvConfig::SAME);
        let stages = (0..channels.len()).map(|at| load_stage(weights, config, at)).collect::<Result<_, _>>()?;
        Ok(Self {
            enter: conv("conv_in", config.in_channels, channels[0])?,
            stages,
            middle: Middle::load(weights, config)?,
            norm: GroupNorm::load(&weights.pp("conv_norm_out"), config.deepest(), groups, EPS)?,
            leave: conv("conv_out", config.deepest(), 2 * config.latent_channels)?,
        })
    }

    pub(super) fn forward(&self, picture: &Tensor) -> Result<Tensor, ModelError> {
        let mut state = self.enter.forward(picture)?;
        for (resnets, resize) in &self.stages {
            state = resnets.iter().try_fold(state, |state, resnet| resnet.forward(&state, None))?;
            if let Some(resize) = resize {
                state = resize.forward(&state.pad_with_zeros(2, 0, 1)?.pad_with_zeros(3, 0, 1)?)?;
            }
        }
        let state = self.middle.forward(&state, &Stop::never())?;
        Ok(self.leave.forward(&self.norm.forward_silu(&state)?)?)
    }
}

fn load_stage(
    weights: &Weights,
    config: &AutoencoderKlConfig,
    at: usize,
) -> Result<(Vec<ResnetBlock>, Option<Conv2d>), WeightsError> {
    let weights = weights.pp("down_blocks").pp(at);
    let channels = &config.block_out_channels;
    let (from, to) = (channels[at.saturating_sub(1)], channels[at]);
    let resnet = |layer: usize| {
        let sides = (if layer == 0 { from } else { to }, to);
        ResnetBlock::load(&weights.pp("resnets").pp(layer), sides, None, config.norm_num_groups, EPS)
    };
    let resnets = (0..config.layers_per_block).map(resnet).collect::<Result<_, _>>()?;
    let resize = weights.pp("downsamplers.0.conv");
    let resize = (at + 1 < channels.len()).then(|| Conv2d::load(&resize, to, to, HALF)).transpose()?;
    Ok((resnets, resize))
}
