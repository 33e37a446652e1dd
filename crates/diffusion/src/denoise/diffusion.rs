//! From a description to a picture, by any model.

use std::collections::BTreeMap;

use candle_core::Tensor;
use image::RgbImage;
use linocut_core::{Generate, Prompt, StageError, Stop};

use super::condition::Condition;
use super::denoiser::Denoiser;
use super::options::DenoiseOptions;
use crate::model_error::{ModelError, go_on};
use crate::noise::Noise;
use crate::sdxl::{GenerateError, NoiseSource, Watch, to_image};

/// Name of the stage in errors and reports.
const STAGE: &str = "diffusion";

/// A model that draws.
#[derive(Clone, Debug)]
pub struct Diffusion<M> {
    /// How pictures are made by [`Generate`].
    pub options: DenoiseOptions,
    /// The model.
    pub model: M,
}

impl<M: Denoiser> Diffusion<M> {
    /// One picture of a description, by the options.
    ///
    /// # Errors
    ///
    /// [`GenerateError`] says which option, step or input cannot be.
    pub fn generate(&self, prompt: &Prompt, stop: &Stop) -> Result<RgbImage, GenerateError> {
        self.draw(&self.ask(&prompt.text, stop)?, prompt.seed, stop)
    }

    /// Encodes a description, and with guidance what the picture should not show.
    ///
    /// # Errors
    ///
    /// [`ModelError::Text`] for a description that is too long.
    pub fn condition(&self, text: &str) -> Result<Condition<M::Text>, ModelError> {
        if !self.options.is_guided() {
            return Ok(Condition { text: self.model.encode(&[text])?, guidance: None });
        }
        let text = self.model.encode(&[&self.options.negative, text])?;
        Ok(Condition { text, guidance: Some(self.options.guidance) })
    }

    fn ask(&self, text: &str, stop: &Stop) -> Result<Condition<M::Text>, GenerateError> {
        go_on(stop).map_err(GenerateError::behind(0, self.options.steps))?;
        Ok(self.condition(text)?)
    }

    /// One picture of an encoded description and a seed.
    ///
    /// # Errors
    ///
    /// As [`Diffusion::sample`] and [`Denoiser::decode`].
    pub fn draw(&self, condition: &Condition<M::Text>, seed: u64, stop: &Stop) -> Result<RgbImage, GenerateError> {
        let latents = self.sample(condition, &Noise::new(seed), stop, &mut |_, _| {})?;
        let steps = self.options.steps;
        let picture = to_image(&self.decode(&latents, stop).map_err(GenerateError::behind(steps, steps))?)?;
        stop.report(STAGE, 1.0);
        Ok(picture)
    }

    /// The picture of latents, (1, 3, height, width), 0 to 1.
    ///
    /// # Errors
    ///
    /// As [`Denoiser::decode`].
    pub fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        Ok(self.model.decode(latents, stop)?.affine(0.5, 0.5)?.clamp(0.0, 1.0)?)
    }

    /// The latents of a picture: noise, then the schedule's steps. Each block polls `stop`, each step reports progress to it.
    ///
    /// # Errors
    ///
    /// [`GenerateError::Size`] and [`GenerateError::Guidance`] for options that cannot be, [`GenerateError::Stopped`] if `stop`
    /// asks for an end, [`GenerateError::Sampler`] for a schedule that cannot be made and for latents that are not numbers, with
    /// the step.
    pub fn sample(
        &self,
        condition: &Condition<M::Text>,
        noise: &dyn NoiseSource,
        stop: &Stop,
        watch: Watch<'_>,
    ) -> Result<Tensor, GenerateError> {
        let shape = self.options.latents(self.model.geometry())?;
        let sampler = self.options.sampler.as_ref().unwrap_or_else(|| self.model.sampler());
        let schedule = self.model.schedule(sampler, self.options.steps)?;
        let (steps, device) = (schedule.steps(), self.model.device());
        let mut latents = (noise.initial(&shape, device)? * schedule.initial_scale)?;
        let mut stepper = sampler.stepper(schedule)?;
        for step in 0..steps {
            let drawn = stepper.needs_noise().then(|| noise.step(step, &shape, device)).transpose()?;
            let input = condition.repeat(&stepper.scale_input(&latents)?)?;
            let output = self.model.predict(&input, stepper.timestep().unwrap_or(0.0), &condition.text, stop);
            let output = output.map_err(GenerateError::behind(step, steps))?;
            latents = stepper.step(&condition.guide(&output)?, &latents, drawn.as_ref())?;
            watch(step, &latents);
            stop.report(STAGE, (step + 1) as f32 / (steps + 1) as f32);
        }
        Ok(latents)
    }
}

impl<M: Denoiser> Generate for Diffusion<M> {
    fn generate(&self, prompt: &Prompt, stop: &Stop) -> Result<RgbImage, StageError> {
        Self::generate(self, prompt, stop).map_err(|error| StageError::new(STAGE, error))
    }

    /// Each description is encoded once.
    fn generate_batch(&self, prompts: &[Prompt], stop: &Stop) -> Vec<Result<RgbImage, StageError>> {
        let mut encoded: BTreeMap<&str, Condition<M::Text>> = BTreeMap::new();
        let mut one = |text, seed| -> Result<RgbImage, GenerateError> {
            let condition = match encoded.get(text) {
                Some(condition) => condition.clone(),
                None => self.ask(text, stop)?,
            };
            encoded.insert(text, condition.clone());
            self.draw(&condition, seed, stop)
        };
        let drawn = prompts.iter().map(|prompt| one(prompt.text.as_ref(), prompt.seed));
        drawn.map(|picture| picture.map_err(|error| StageError::new(STAGE, error))).collect()
    }
}
