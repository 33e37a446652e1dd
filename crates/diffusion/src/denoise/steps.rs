//! From noise to latents, by any denoiser.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::place::Resident;

use super::denoiser::{Basis, Denoiser, Stage};
use super::diffusion::{STAGE, Watch};
use super::encoded::{Encoded, Question};
use super::generate_error::GenerateError;
use super::noise_source::NoiseSource;
use super::options::DenoiseOptions;
use super::text_to_picture::{Order, TextToPicture};
use crate::model_error::ModelError;
use crate::prompt::WeightedText;
use crate::sampler::{Sampler, Schedule};
use crate::unet::DeepCache;

impl<D: Denoiser> TextToPicture for D {
    fn denoiser(&self) -> Option<&dyn Denoiser> {
        Some(self)
    }

    /// Every option has a meaning; what cannot be is found out when a schedule is made.
    fn check(&self, _: &DenoiseOptions) -> Result<(), ModelError> {
        Ok(())
    }

    fn encode(
        &self,
        prompt: &[WeightedText],
        negative: Option<&[WeightedText]>,
    ) -> Result<(Encoded, Option<Encoded>), ModelError> {
        Denoiser::encode(self, prompt, negative)
    }

    /// Noise, then the schedule's steps.
    fn sample(&self, order: Order<'_>, stop: &Stop, watch: Watch<'_>) -> Result<Tensor, GenerateError> {
        let Order { condition, noises, options } = order;
        let Basis { place, geometry, sampler } = self.basis();
        let shape = options.latents(*geometry)?;
        self.check_reuse(options.reuse)?;
        let sampler = options.sampler.as_ref().unwrap_or(sampler);
        let schedule = schedule(self, options, sampler, shape)?;
        let (steps, device) = (schedule.steps(), &place.device);
        let together = |noise: &dyn Fn(&dyn NoiseSource) -> candle_core::Result<Tensor>| {
            let noises = noises.iter().map(|source| noise(*source)).collect::<candle_core::Result<Vec<_>>>()?;
            Tensor::cat(&noises, 0)
        };
        let mut latents = (together(&|noise| noise.initial(&shape, device))? * schedule.initial_scale)?;
        let mut stepper = sampler.stepper(schedule)?;
        let (texts, mut deep) = (condition.texts(noises.len()), DeepCache::new(options.reuse));
        for step in 0..steps {
            let drawn =
                stepper.needs_noise().then(|| together(&|noise| noise.step(step, &shape, device))).transpose()?;
            let asked = condition.repeat(&stepper.scale_input(&latents)?)?;
            let timestep = stepper.timestep().unwrap_or(0.0);
            let (size, guidance) = (options.size, condition.guidance);
            let question = Question { latents: &asked, timestep, texts: &texts, size, guidance };
            let output = self.predict(&question, &mut deep, stop).map_err(GenerateError::behind(step, steps))?;
            latents = stepper.step(&condition.guide(&output)?, &latents, drawn.as_ref())?;
            watch(step, &latents);
            stop.report(STAGE, (step + 1) as f32 / (steps + 1) as f32);
        }
        Ok(latents)
    }

    fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        Denoiser::decode(self, latents, stop)
    }

    fn parts(&self) -> Vec<(Stage, &dyn Resident)> {
        Denoiser::parts(self)
    }

    fn is_told_guidance(&self) -> bool {
        Denoiser::is_told_guidance(self)
    }

    fn weighs(&self) -> bool {
        Denoiser::weighs(self)
    }
}

fn schedule(
    model: &impl Denoiser,
    options: &DenoiseOptions,
    sampler: &Sampler,
    shape: [usize; 4],
) -> Result<Schedule, GenerateError> {
    Ok(match &options.timesteps {
        Some(timesteps) => sampler.schedule_at(timesteps)?,
        None => model.schedule(sampler, options.steps, shape)?,
    })
}
