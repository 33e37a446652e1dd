//! When the model is asked, and how much noise is left then.

use crate::sampler::alpha::AlphaTable;
use crate::sampler::consistency;
use crate::sampler::curve;
use crate::sampler::spacing::distilled;
use crate::sampler::{Betas, FinalSigma, Method, Sampler, SamplerError, SigmaCurve, Spacing};

/// The timesteps of a run, and its noise levels.
#[derive(Clone, PartialEq, Debug)]
pub struct Schedule {
    /// Timestep of each step, falling: what the model is told. Continuous-time consistency models are told the share of noise, 0 to 1.
    pub timesteps: Vec<f64>,
    /// Noise level of each step and, last, the one where the run ends: angles for continuous-time consistency models. Empty for DDIM, TCD and LCM, which read the training's
    /// table at their timesteps.
    pub sigmas: Vec<f64>,
    /// What standard normal noise is multiplied with to be the first latents.
    pub initial_scale: f64,
}

impl Schedule {
    /// Number of steps: calls of the model.
    #[must_use]
    pub const fn steps(&self) -> usize {
        self.timesteps.len()
    }
}

impl Sampler {
    /// The schedule of a number of steps, as diffusers computes it (trailing spacing of 61 steps included, which has 62).
    ///
    /// # Errors
    ///
    /// [`SamplerError::ZeroSteps`]; [`SamplerError::TooManySteps`] for more steps than timesteps in the training or the
    /// distillation; [`SamplerError::MissingShift`] if flow matching needs a shift ([`Sampler::schedule_flow`]);
    /// [`SamplerError::OutOfRange`] for a training that is none or an offset beyond it.
    pub fn schedule(&self, steps: usize) -> Result<Schedule, SamplerError> {
        self.check_count(steps)?;
        if let Method::FlowEuler(shift) = &self.method {
            return shift.schedule(steps, self.training.timesteps, None);
        }
        if let Method::Consistency { sigma_data } = self.method {
            return Ok(consistency::angles(steps, sigma_data));
        }
        let timesteps = self.spread(steps);
        check_timesteps(&timesteps, self.training.timesteps)?;
        self.with_levels(timesteps, steps)
    }

    /// The schedule of given timesteps: those of a model that was distilled at them, such as 800 alone.
    ///
    /// # Errors
    ///
    /// [`SamplerError::ZeroSteps`]; [`SamplerError::OutOfRange`] unless the timesteps are from the training and falling;
    /// [`SamplerError::Unsupported`] for DDIM, whose steps are even, for curves with timesteps of their own, and for flow matching and
    /// angles.
    pub fn schedule_at(&self, timesteps: &[f64]) -> Result<Schedule, SamplerError> {
        self.check_count(timesteps.len().min(1))?;
        check_timesteps(timesteps, self.training.timesteps)?;
        let fixed = match self.method {
            Method::Ddim { .. } => Some("an even schedule for DDIM"),
            Method::FlowEuler(_) => Some("schedule_flow for flow matching"),
            Method::Consistency { .. } => Some("a number of steps for continuous-time consistency"),
            _ => (self.curve() != SigmaCurve::Timesteps).then_some("a curve that follows the timesteps"),
        };
        match fixed {
            Some(instead) => {
                Err(SamplerError::Unsupported { option: "timesteps", value: format!("{timesteps:?}"), instead })
            }
            None => self.with_levels(timesteps.to_vec(), timesteps.len()),
        }
    }

    pub(super) fn check_count(&self, steps: usize) -> Result<(), SamplerError> {
        let limit = match self.method {
            Method::Tcd { original_steps, .. } | Method::Lcm { original_steps, .. } => {
                original_steps.min(self.training.timesteps)
            }
            _ => self.training.timesteps,
        };
        match steps {
            0 => Err(SamplerError::ZeroSteps),
            _ if steps > limit => Err(SamplerError::TooManySteps { steps, limit }),
            _ => Ok(()),
        }
    }

    /// The timesteps of a number of steps.
    fn spread(&self, steps: usize) -> Vec<f64> {
        let count = self.training.timesteps;
        match self.method {
            Method::Tcd { original_steps, .. } | Method::Lcm { original_steps, .. } => {
                distilled(steps, original_steps.min(count), count)
            }
            Method::Multistep(_) => self.spacing.timesteps_above_the_cleanest(steps, count, self.steps_offset),
            Method::Singlestep(_) => Spacing::Linspace.timesteps_above_the_cleanest(steps, count, 0),
            Method::Ddim { .. } => {
                let spread = self.spacing.timesteps(steps, count, self.steps_offset);
                spread.into_iter().map(f64::round_ties_even).collect()
            }
            _ => single(self.spacing.timesteps(steps, count, self.steps_offset)),
        }
    }

    const fn curve(&self) -> SigmaCurve {
        match &self.method {
            Method::Euler { curve, .. } => *curve,
            Method::Multistep(solver) => solver.curve,
            Method::Singlestep(solver) => solver.curve,
            _ => SigmaCurve::Timesteps,
        }
    }

    const fn final_sigma(&self) -> FinalSigma {
        match &self.method {
            Method::Euler { final_sigma, .. } => *final_sigma,
            Method::Multistep(solver) => solver.final_sigma,
            Method::Singlestep(solver) => solver.final_sigma,
            _ => FinalSigma::Zero,
        }
    }

    /// Adds the noise levels, and lets the timesteps follow a curve, which has as many as were asked for.
    fn with_levels(&self, timesteps: Vec<f64>, steps: usize) -> Result<Schedule, SamplerError> {
        let table = AlphaTable::new(&self.training)?;
        if matches!(self.method, Method::Ddim { .. } | Method::Tcd { .. } | Method::Lcm { .. }) {
            return Ok(Schedule { timesteps, sigmas: Vec::new(), initial_scale: 1.0 });
        }
        let trained = table.sigmas();
        let (timesteps, mut sigmas) = self.bend(timesteps, steps, &trained);
        sigmas.push(match self.final_sigma() {
            FinalSigma::Zero => 0.0,
            FinalSigma::Least => f64::from(trained[0]),
        });
        let sigmas = single(sigmas);
        let initial_scale = self.initial_scale(&sigmas);
        Ok(Schedule { timesteps, sigmas, initial_scale })
    }

    fn bend(&self, timesteps: Vec<f64>, count: usize, trained: &[f32]) -> (Vec<f64>, Vec<f64>) {
        let levels: Vec<f64> = timesteps.iter().map(|&t| AlphaTable::sigma_at(trained, t)).collect();
        let exploding = matches!(self.method, Method::Euler { .. });
        let ends = match exploding {
            true => (levels[0], levels[levels.len() - 1]),
            false => (f64::from(trained[trained.len() - 1]), f64::from(trained[0])),
        };
        let sigmas = match self.curve() {
            SigmaCurve::Timesteps => return (timesteps, levels),
            SigmaCurve::Flow { shift } => {
                let sigmas = curve::flow(shift, count, self.training.timesteps);
                let timesteps = sigmas.iter().map(|sigma| (sigma * self.training.timesteps as f64).trunc()).collect();
                return (timesteps, sigmas);
            }
            SigmaCurve::Karras { least, most } => curve::karras(most.unwrap_or(ends.0), least.unwrap_or(ends.1), count),
            SigmaCurve::Exponential => curve::exponential(ends.0, ends.1, count),
        };
        let follow = sigmas.iter().map(|&sigma| AlphaTable::timestep_at(trained, sigma));
        let timesteps = match (exploding, self.curve()) {
            (true, _) => single(follow.collect()),
            (false, SigmaCurve::Karras { .. }) if !self.cuts_timesteps() => follow.map(f64::round_ties_even).collect(),
            (false, _) => follow.map(f64::trunc).collect(),
        };
        (timesteps, sigmas)
    }

    /// Whether timesteps that follow a curve are cut to whole ones rather than rounded, as the multistep solver does for the
    /// cosine schedule.
    const fn cuts_timesteps(&self) -> bool {
        matches!((&self.method, &self.training.betas), (Method::Multistep(_), Betas::Cosine))
    }

    fn initial_scale(&self, sigmas: &[f64]) -> f64 {
        let most = sigmas.iter().copied().fold(0.0, f64::max);
        match (&self.method, self.spacing) {
            (Method::Euler { .. } | Method::EulerAncestral, Spacing::Leading) => most.hypot(1.0),
            (Method::Euler { .. } | Method::EulerAncestral, _) => most,
            _ => 1.0,
        }
    }
}

/// Rounded to single precision, as the reference keeps them.
pub(super) fn single(values: Vec<f64>) -> Vec<f64> {
    values.into_iter().map(|value| f64::from(value as f32)).collect()
}

fn check_timesteps(timesteps: &[f64], count: usize) -> Result<(), SamplerError> {
    for (index, &value) in timesteps.iter().enumerate() {
        if !(value >= -1.0 && value <= (count - 1) as f64) {
            let expected = "a timestep of the training";
            return Err(SamplerError::OutOfRange { quantity: "timestep", index, value, expected });
        }
        if index > 0 && value >= timesteps[index - 1] {
            let expected = "below the one before";
            return Err(SamplerError::OutOfRange { quantity: "timestep", index, value, expected });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_steps_are_an_error() {
        let sampler = Sampler::euler(Spacing::Trailing);
        assert!(matches!(sampler.schedule(0), Err(SamplerError::ZeroSteps)));
        assert!(matches!(sampler.schedule_at(&[]), Err(SamplerError::ZeroSteps)));
    }

    #[test]
    fn more_steps_than_timesteps_are_an_error() {
        let too_many = |sampler: Sampler, steps| match sampler.schedule(steps) {
            Err(SamplerError::TooManySteps { limit, .. }) => limit,
            other => panic!("{other:?}"),
        };
        assert_eq!(too_many(Sampler::euler(Spacing::Leading), 1001), 1000);
        assert_eq!(too_many(Sampler::of(Method::Tcd { eta: 0.3, original_steps: 50 }), 51), 50);
    }

    #[test]
    fn timesteps_must_fall_and_be_of_the_training() {
        let sampler = Sampler::euler(Spacing::Leading);
        for (timesteps, wrong) in [(vec![500.0, 500.0], 1), (vec![1000.0], 0), (vec![f64::NAN], 0)] {
            let error = sampler.schedule_at(&timesteps).unwrap_err();
            assert!(matches!(error, SamplerError::OutOfRange { index, .. } if index == wrong), "{error}");
        }
        assert_eq!(sampler.schedule_at(&[800.0]).unwrap().timesteps, [800.0]);
    }

    #[test]
    fn timesteps_of_a_curve_cannot_be_chosen() {
        let curve = SigmaCurve::Karras { least: None, most: None };
        let sampler = Sampler::of(Method::Multistep(crate::sampler::Multistep { curve, ..Default::default() }));
        assert!(matches!(sampler.schedule_at(&[800.0]), Err(SamplerError::Unsupported { .. })));
    }
}
