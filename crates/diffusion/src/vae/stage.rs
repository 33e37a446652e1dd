//! One stage of encoder or decoder: residual blocks, then a change of size.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Conv2d, ConvConfig};

use super::attention::EPS;
use crate::block::ResnetBlock;
use crate::model_error::{ModelError, go_on};

/// Residual blocks, and the convolution of a change of size.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    resnets: Vec<ResnetBlock>,
    pub(super) resize: Option<Conv2d>,
}

impl Stage {
    /// Loads so many `resnets`, from one number of channels to another, and the convolution of this name and shape, if there is one.
    pub(super) fn load(
        weights: &Weights,
        (from, to): (usize, usize),
        layers: usize,
        groups: usize,
        resize: Option<(&str, ConvConfig)>,
    ) -> Result<Self, WeightsError> {
        let resnet = |layer: usize| {
            let sides = (if layer == 0 { from } else { to }, to);
            ResnetBlock::load(&weights.pp("resnets").pp(layer), sides, None, groups, EPS)
        };
        let resnets = (0..layers).map(resnet).collect::<Result<_, _>>()?;
        let resize = resize.map(|(name, shape)| Conv2d::load(&weights.pp(name), to, to, shape));
        Ok(Self { resnets, resize: resize.transpose()? })
    }

    /// The state behind the residual blocks; polls `stop` before each.
    pub(super) fn forward(&self, input: Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        self.resnets.iter().try_fold(input, |state, resnet| {
            go_on(stop)?;
            Ok(resnet.forward(&state, None)?)
        })
    }
}
