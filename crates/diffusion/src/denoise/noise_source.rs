//! Where noise comes from.

use candle_core::{Device, Tensor};

use crate::noise::Noise;

/// Where the standard normal noise of one picture comes from.
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
}

impl NoiseSource for Noise {
    fn initial(&self, shape: &[usize], device: &Device) -> candle_core::Result<Tensor> {
        Self::initial(self, shape, device)
    }

    fn step(&self, step: usize, shape: &[usize], device: &Device) -> candle_core::Result<Tensor> {
        Self::step(self, step, shape, device)
    }
}
