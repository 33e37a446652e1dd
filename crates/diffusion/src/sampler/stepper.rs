//! Walking along a schedule.

use candle_core::{DType, Tensor};

use crate::sampler::alpha::AlphaTable;
use crate::sampler::prediction::{Level, Mix};
use crate::sampler::{Method, Prediction, Sampler, SamplerError, Schedule, consistency, ddim, dpm, euler, flow};

/// The weights of one step: the next latents are the sum of these tensors.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Move {
    /// Of the latents.
    pub(super) latents: f64,
    /// Of the model's output.
    pub(super) output: f64,
    /// Of the clean latents that it predicts.
    pub(super) denoised: f64,
    /// Of the clean latents predicted one step before.
    pub(super) previous: f64,
    /// Of the noise that it predicts.
    pub(super) epsilon: f64,
    /// Of fresh standard normal noise.
    pub(super) noise: f64,
    /// Whether the latents are those from before the last step.
    pub(super) from_anchor: bool,
}

/// A run along a schedule. Give it the model's output (after guidance) step by step; latents are f32 of any shape and device.
#[derive(Clone, Debug)]
pub struct Stepper {
    sampler: Sampler,
    schedule: Schedule,
    table: AlphaTable,
    step: usize,
    /// Clean latents predicted at the last step.
    previous: Option<Tensor>,
    /// Latents from before the last step.
    anchor: Option<Tensor>,
}

impl Sampler {
    /// A run along one of this sampler's schedules.
    ///
    /// # Errors
    ///
    /// [`SamplerError::ZeroSteps`] for an empty schedule; [`SamplerError::OutOfRange`] if the schedule lacks the noise levels
    /// that this sampler steps by, or for a training that is none.
    pub fn stepper(&self, schedule: Schedule) -> Result<Stepper, SamplerError> {
        let levels = match self.method {
            Method::Ddim { .. } | Method::Tcd { .. } | Method::Lcm { .. } => 0,
            _ => schedule.steps() + 1,
        };
        if schedule.steps() == 0 {
            return Err(SamplerError::ZeroSteps);
        }
        if schedule.sigmas.len() != levels {
            let value = schedule.sigmas.len() as f64;
            let expected = "one more than timesteps, or none for DDIM, TCD and LCM";
            return Err(SamplerError::OutOfRange { quantity: "number of sigmas", index: 0, value, expected });
        }
        let table = AlphaTable::new(&self.training)?;
        Ok(Stepper { sampler: self.clone(), schedule, table, step: 0, previous: None, anchor: None })
    }
}

impl Stepper {
    /// The schedule walked along.
    #[must_use]
    pub const fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// The step to be taken next, counted from 0; the number of steps at the end.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.step
    }

    /// The timestep at which the model is to be asked next; nothing at the end.
    #[must_use]
    pub fn timestep(&self) -> Option<f64> {
        self.schedule.timesteps.get(self.step).copied()
    }

    /// Whether the next step adds noise.
    #[must_use]
    pub fn needs_noise(&self) -> bool {
        self.timestep().is_some_and(|_| self.weights().1.noise > 0.0)
    }

    /// The latents as the model is to see them at the next step.
    ///
    /// # Errors
    ///
    /// [`SamplerError::Finished`] at the end; [`SamplerError::Tensor`].
    pub fn scale_input(&self, latents: &Tensor) -> Result<Tensor, SamplerError> {
        self.check_unfinished()?;
        match self.sampler.method {
            Method::Euler { .. } | Method::EulerAncestral => {
                let scale = 1.0 / self.schedule.sigmas[self.step].hypot(1.0);
                Ok((latents.to_dtype(DType::F32)? * scale)?)
            }
            Method::Consistency { sigma_data } => {
                let scale = consistency::straightened(self.schedule.sigmas[self.step], sigma_data);
                Ok((latents.to_dtype(DType::F32)? * scale)?)
            }
            _ => Ok(latents.to_dtype(DType::F32)?),
        }
    }

    /// Takes the next step: the latents after it, in f32. `noise` is standard normal and used if [`Stepper::needs_noise`]; noise of
    /// step i of a run is the i-th that diffusers draws.
    ///
    /// # Errors
    ///
    /// [`SamplerError::Finished`] at the end; [`SamplerError::ShapeMismatch`] unless output and noise have the latents' shape;
    /// [`SamplerError::MissingNoise`]; [`SamplerError::NotFinite`] if a value of the result is not a number;
    /// [`SamplerError::Tensor`].
    pub fn step(&mut self, output: &Tensor, latents: &Tensor, noise: Option<&Tensor>) -> Result<Tensor, SamplerError> {
        self.check_unfinished()?;
        self.check_shape("model output", output, latents)?;
        let (level, weights) = self.weights();
        let (output, latents) = (output.to_dtype(DType::F32)?, latents.to_dtype(DType::F32)?);
        let denoised = self.denoise(level, weights, &output, &latents)?;
        let epsilon = match weights.epsilon {
            0.0 => None,
            _ => Some(mix(self.sampler.prediction.epsilon(level), &latents, &output)?),
        };
        let start = if weights.from_anchor { self.anchor.as_ref().unwrap_or(&latents) } else { &latents };
        let noise = self.noise(weights, noise, &latents)?;
        let terms = [
            (weights.latents, Some(start)),
            (weights.output, Some(&output)),
            (weights.denoised, denoised.as_ref()),
            (weights.previous, self.previous.as_ref()),
            (weights.epsilon, epsilon.as_ref()),
            (weights.noise, noise.as_ref()),
        ];
        let next = weighted_sum(&terms, &latents)?;
        self.check_finite(&next)?;
        self.previous = denoised;
        self.anchor = Some(latents);
        self.step += 1;
        Ok(next)
    }

    /// What the latents hold now, and the weights of the next step. There is a next step.
    fn weights(&self) -> (Level, Move) {
        let (i, sigmas) = (self.step, &self.schedule.sigmas);
        let (timestep, next) = (self.schedule.timesteps[i], self.schedule.timesteps.get(i + 1).copied());
        match &self.sampler.method {
            Method::Euler { .. } => euler::euler(sigmas[i], sigmas[i + 1]),
            Method::EulerAncestral => euler::ancestral(sigmas[i], sigmas[i + 1]),
            Method::Ddim { eta, ends_clean, .. } => {
                let stride = self.sampler.training.timesteps / self.schedule.steps();
                ddim::ddim(&self.table, timestep, timestep - stride as f64, *eta, *ends_clean)
            }
            Method::Multistep(solver) => dpm::multistep(solver, sigmas, i),
            Method::Singlestep(solver) => dpm::singlestep(solver, sigmas, i),
            Method::Tcd { eta, .. } => consistency::tcd(&self.table, timestep, next, *eta),
            Method::Lcm { timestep_scaling, .. } => consistency::lcm(&self.table, timestep, next, *timestep_scaling),
            Method::FlowEuler(_) => flow::straight(sigmas[i], sigmas[i + 1]),
            Method::Consistency { sigma_data } => consistency::continuous(sigmas[i], sigmas[i + 1], *sigma_data),
        }
    }

    /// The clean latents, where this step or the next asks for them.
    fn denoise(
        &self,
        level: Level,
        weights: Move,
        output: &Tensor,
        latents: &Tensor,
    ) -> Result<Option<Tensor>, SamplerError> {
        let remembered = matches!(self.sampler.method, Method::Multistep(_) | Method::Singlestep(_));
        if weights.denoised == 0.0 && !remembered {
            return Ok(None);
        }
        let prediction: Prediction = self.sampler.prediction;
        let denoised = mix(prediction.denoised(level), latents, output)?;
        match self.sampler.method {
            Method::Ddim { clip: Some(most), .. } | Method::Lcm { clip: Some(most), .. } => {
                Ok(Some(denoised.clamp(-most, most)?))
            }
            _ => Ok(Some(denoised)),
        }
    }

    fn noise(&self, weights: Move, noise: Option<&Tensor>, latents: &Tensor) -> Result<Option<Tensor>, SamplerError> {
        if weights.noise <= 0.0 {
            return Ok(None);
        }
        let noise = noise.ok_or(SamplerError::MissingNoise { step: self.step })?;
        self.check_shape("noise", noise, latents)?;
        Ok(Some(noise.to_dtype(DType::F32)?))
    }

    const fn check_unfinished(&self) -> Result<(), SamplerError> {
        let steps = self.schedule.timesteps.len();
        if self.step < steps { Ok(()) } else { Err(SamplerError::Finished { steps }) }
    }

    fn check_shape(&self, name: &'static str, tensor: &Tensor, latents: &Tensor) -> Result<(), SamplerError> {
        if tensor.dims() == latents.dims() {
            return Ok(());
        }
        let (expected, actual) = (latents.dims().to_vec(), tensor.dims().to_vec());
        Err(SamplerError::ShapeMismatch { tensor: name, step: self.step, expected, actual })
    }

    /// One value that is not finite makes their sum so; finite ones of a picture do not overflow it.
    fn check_finite(&self, latents: &Tensor) -> Result<(), SamplerError> {
        if latents.abs()?.sum_all()?.to_scalar::<f32>()?.is_finite() {
            return Ok(());
        }
        Err(SamplerError::NotFinite { step: self.step, timestep: self.schedule.timesteps[self.step] })
    }
}

fn mix(weights: Mix, latents: &Tensor, output: &Tensor) -> Result<Tensor, SamplerError> {
    weighted_sum(&[(weights.latents, Some(latents)), (weights.output, Some(output))], latents)
}

/// The sum of the tensors that are there and count; of the shape of `like`.
fn weighted_sum(terms: &[(f64, Option<&Tensor>)], like: &Tensor) -> Result<Tensor, SamplerError> {
    let mut sum: Option<Tensor> = None;
    for (weight, tensor) in terms.iter().filter(|(weight, _)| *weight != 0.0) {
        let Some(tensor) = tensor else { continue };
        let term = (*tensor * *weight)?;
        sum = Some(match sum {
            Some(sum) => (sum + term)?,
            None => term,
        });
    }
    sum.map_or_else(|| Ok(like.zeros_like()?), Ok)
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::sampler::Spacing;

    fn latents(value: f32) -> Tensor {
        Tensor::full(value, (1, 4, 2, 2), &Device::Cpu).unwrap()
    }

    fn stepper(sampler: &Sampler, steps: usize) -> Stepper {
        sampler.stepper(sampler.schedule(steps).unwrap()).unwrap()
    }

    #[test]
    fn latents_that_are_not_numbers_are_named_with_their_step() {
        let mut run = stepper(&Sampler::euler(Spacing::Trailing), 4);
        let next = run.step(&latents(0.1), &latents(1.0), None).unwrap();
        let error = run.step(&latents(f32::NAN), &next, None).unwrap_err();
        assert!(matches!(error, SamplerError::NotFinite { step: 1, timestep: 749.0 }), "{error}");
    }

    #[test]
    fn noise_is_asked_for_until_the_last_step() {
        let mut run = stepper(&Sampler { spacing: Spacing::Trailing, ..Sampler::of(Method::EulerAncestral) }, 2);
        assert!(run.needs_noise());
        assert!(matches!(run.step(&latents(0.1), &latents(1.0), None), Err(SamplerError::MissingNoise { step: 0 })));
        let next = run.step(&latents(0.1), &latents(1.0), Some(&latents(0.5))).unwrap();
        assert!(!run.needs_noise());
        run.step(&latents(0.1), &next, None).unwrap();
        assert!(!run.needs_noise() && run.timestep().is_none());
    }

    #[test]
    fn a_finished_run_takes_no_step() {
        let mut run = stepper(&Sampler::euler(Spacing::Trailing), 1);
        let end = run.step(&latents(0.1), &latents(1.0), None).unwrap();
        assert!(matches!(run.step(&latents(0.1), &end, None), Err(SamplerError::Finished { steps: 1 })));
        assert!(matches!(run.scale_input(&end), Err(SamplerError::Finished { steps: 1 })));
    }

    #[test]
    fn an_output_of_another_shape_is_an_error() {
        let mut run = stepper(&Sampler::euler(Spacing::Trailing), 1);
        let guided = Tensor::zeros((2, 4, 2, 2), DType::F32, &Device::Cpu).unwrap();
        let error = run.step(&guided, &latents(1.0), None).unwrap_err();
        assert!(matches!(error, SamplerError::ShapeMismatch { tensor: "model output", step: 0, .. }));
    }

    #[test]
    fn a_schedule_of_another_sampler_is_an_error() {
        let schedule = Sampler::of(Method::Tcd { eta: 0.3, original_steps: 50 }).schedule(4).unwrap();
        assert!(Sampler::euler(Spacing::Leading).stepper(schedule).is_err());
    }
}
