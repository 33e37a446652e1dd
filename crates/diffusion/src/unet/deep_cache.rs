//! Deep features kept from one step for the next ones.

use candle_core::Tensor;
use linocut_core::Stop;

use super::model::{UNet, UNetInput};
use crate::model_error::{ModelError, require};

/// How often the deep layers are computed. Deep features change slowly from step to step, so that some steps can do with those of
/// an earlier one; a picture then differs a little from the one that it would have been.
///
/// # Source
///
/// Ma, Fang, Wang: `DeepCache`, CVPR 2024 (arXiv 2312.00858), uniform intervals. `shallow` is one more than its branch; its package
/// takes interval 3 and branch 0 for SDXL.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reuse {
    /// Every so many steps the whole network is computed, at least 1, which is every step. Default: 1.
    pub interval: usize,
    /// Layers at the end of the way up that every step computes, from 1 to their number, which is 9 in SDXL; as many on the way
    /// down are needed for them. Default: 1.
    pub shallow: usize,
}

impl Default for Reuse {
    fn default() -> Self {
        Self { interval: 1, shallow: 1 }
    }
}

/// What the deep layers gave at some step.
#[derive(Clone, Debug)]
pub struct DeepFeatures {
    /// The state that goes into the first of the shallow layers on the way up.
    pub(super) state: Tensor,
    /// Number of these layers.
    pub(super) shallow: usize,
}

/// What a UNet keeps over the steps of one run.
#[derive(Clone, Debug)]
pub struct DeepCache {
    reuse: Reuse,
    /// Steps since the whole network was computed, and what is left of that.
    kept: Option<(usize, DeepFeatures)>,
}

impl DeepCache {
    /// The beginning of a run.
    #[must_use]
    pub fn new(reuse: Reuse) -> Self {
        Self { reuse, kept: None }
    }

    /// The prediction of the network's next step.
    ///
    /// # Errors
    ///
    /// As [`UNet::forward_until`] and [`UNet::check_reuse`]. Latents of another size than at the step before are an error as well.
    pub fn forward(&mut self, unet: &UNet, input: &UNetInput<'_>, stop: &Stop) -> Result<Tensor, ModelError> {
        if self.reuse.interval == 1 {
            return unet.forward_until(input, stop);
        }
        if let Some((age, deep)) = &mut self.kept
            && *age < self.reuse.interval
        {
            *age += 1;
            return unet.forward_shallow(input, deep, stop);
        }
        unet.check_reuse(self.reuse)?;
        let (prediction, deep) = unet.forward_keeping(input, self.reuse.shallow, stop)?;
        self.kept = Some((1, deep));
        Ok(prediction)
    }
}

impl UNet {
    /// Whether features can be used again so.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] for an interval of 0, or for a number of shallow layers that the network does not have.
    pub fn check_reuse(&self, reuse: Reuse) -> Result<(), ModelError> {
        require(reuse.interval > 0, "interval", "at least 1", &reuse.interval)?;
        self.check_shallow(reuse.shallow)
    }
}
