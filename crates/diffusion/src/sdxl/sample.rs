//! The steps from noise to latents.

use candle_core::{Device, Tensor};
use linocut_core::Stop;

use super::conditioning::Conditioning;
use super::generate_error::GenerateError;
use super::model::Sdxl;
use super::options::SdxlOptions;
use crate::noise::Noise;
use crate::unet::DeepCache;

/// Name of the stage in errors and reports.
pub(super) const STAGE: &str = "diffusion";

/// Where standard normal noise comes from.
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

/// Called behind each step with its number, from 0, and the latents (1, channels, height / 8, width / 8), for previews.
pub type Watch<'a> = &'a mut dyn FnMut(usize, &Tensor);

impl Sdxl {
    /// The latents of a picture: noise, then the schedule's steps. Each block polls `stop`, each step reports progress to it.
    ///
    /// # Errors
    ///
    /// [`GenerateError::Size`], [`GenerateError::Guidance`] and [`GenerateError::Model`] for options that cannot be,
    /// [`GenerateError::Stopped`] if `stop` asks for an end, [`GenerateError::Sampler`] for a schedule that cannot be made and for
    /// latents that are not numbers, with the step.
    pub fn sample(
        &self,
        conditioning: &Conditioning,
        options: &SdxlOptions,
        noise: &dyn NoiseSource,
        stop: &Stop,
        watch: Watch<'_>,
    ) -> Result<Tensor, GenerateError> {
        let scale = self.vae.config().scale();
        options.check(u32::try_from(scale).unwrap_or(u32::MAX))?;
        let sampler = options.sampler.as_ref().unwrap_or(&self.sampler);
        let schedule = options.schedule(sampler)?;
        let steps = schedule.steps();
        let (width, height) = (options.size.0 as usize / scale, options.size.1 as usize / scale);
        let shape = [1, self.unet.config().in_channels, height, width];
        let mut latents = (noise.initial(&shape, &self.device)? * schedule.initial_scale)?;
        let mut stepper = sampler.stepper(schedule)?;
        let mut unet = DeepCache::new(&self.unet, options.reuse)?;
        for step in 0..steps {
            let drawn = stepper.needs_noise().then(|| noise.step(step, &shape, &self.device)).transpose()?;
            let scaled = conditioning.repeat(&stepper.scale_input(&latents)?, self.compute)?;
            let input = conditioning.input(&scaled, stepper.timestep().unwrap_or(0.0));
            let output = unet.forward(&input, stop).map_err(GenerateError::behind(step, steps))?;
            latents = stepper.step(&conditioning.guide(&output)?, &latents, drawn.as_ref())?;
            watch(step, &latents);
            stop.report(STAGE, (step + 1) as f32 / (steps + 1) as f32);
        }
        Ok(latents)
    }
}
