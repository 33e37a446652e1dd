//! Where random numbers come from.

use candle_core::{Device, Tensor};

use crate::noise::Noise;

/// Where the standard normal noise of one picture comes from, or the numbers by which its tokens are chosen.
pub trait NoiseSource {
    /// The noise that becomes the first latents.
    ///
    /// # Errors
    ///
    /// When there is none.
    fn initial(&self, shape: &[usize], device: &Device) -> candle_core::Result<Tensor>;

    /// The noise that step `step` adds; steps count from 0.
    ///
    /// # Errors
    ///
    /// When there is none.
    fn step(&self, step: usize, shape: &[usize], device: &Device) -> candle_core::Result<Tensor>;

    /// The number between 0 and 1, all as likely, by which the token of step `step` is chosen.
    ///
    /// # Errors
    ///
    /// When there is none. Default: there is none.
    fn share(&self, step: usize) -> candle_core::Result<f64> {
        candle_core::bail!("this source of noise has no number for token {step}")
    }
}

impl NoiseSource for Noise {
    fn initial(&self, shape: &[usize], device: &Device) -> candle_core::Result<Tensor> {
        Self::initial(self, shape, device)
    }

    fn step(&self, step: usize, shape: &[usize], device: &Device) -> candle_core::Result<Tensor> {
        Self::step(self, step, shape, device)
    }

    fn share(&self, step: usize) -> candle_core::Result<f64> {
        Ok(Self::share(self, step))
    }
}
