//! Flow matching: straight lines from noise to picture.

use crate::sampler::prediction::Level;
use crate::sampler::schedule::single;
use crate::sampler::spacing::line;
use crate::sampler::stepper::Move;
use crate::sampler::{Method, Sampler, SamplerError, Schedule};

/// How noise levels are moved towards noise.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Shift {
    /// Which rule. Default: a shift of 1, which moves nothing.
    pub curve: ShiftCurve,
    /// Noise level that the last step starts from, 0 to 1; the levels are stretched to it. Default: as it comes.
    pub terminal: Option<f64>,
    /// What pictures of two sizes ask for, where the rule depends on the size.
    pub sizes: ShiftSizes,
}

/// What pictures of two sizes, in tokens, ask for where a shift depends on the size.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ShiftSizes {
    /// Tokens of the small picture and what it asks for. Default: 256 and 0.5.
    pub small: (usize, f64),
    /// Tokens of the large picture and what it asks for. Default: 4096 and 1.15.
    pub large: (usize, f64),
}

impl Default for ShiftSizes {
    fn default() -> Self {
        Self::USUAL
    }
}

impl ShiftSizes {
    /// The default.
    pub const USUAL: Self = Self { small: (256, 0.5), large: (4096, 1.15) };

    /// What a picture of so many tokens asks for: on the line through both.
    #[must_use]
    pub fn on_line(&self, tokens: usize) -> f64 {
        let ((from, small), (to, large)) = (self.small, self.large);
        let slope = (large - small) / (to as f64 - from as f64);
        slope * tokens as f64 + (small - slope * from as f64)
    }

    /// What a picture of so many tokens asks for where that grows with its side: the small one's, and the large one's as often as the
    /// side is longer than the small one's.
    #[must_use]
    pub fn by_side(&self, tokens: usize) -> f64 {
        self.large.1 * (tokens as f64 / self.small.0 as f64).sqrt() + self.small.1
    }
}

/// The rule by which noise levels are moved.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum ShiftCurve {
    /// `s x / (1 + (s - 1) x)` with a fixed s.
    Fixed(f64),
    /// The same with s = exp(mu), mu given with the picture's size.
    Exponential,
    /// The same with s = mu, mu given with the picture's size.
    Linear,
}

impl Default for Shift {
    fn default() -> Self {
        Self { curve: ShiftCurve::Fixed(1.0), terminal: None, sizes: ShiftSizes::USUAL }
    }
}

impl Shift {
    /// The level moved towards noise, given what the picture's size asks for.
    fn apply(&self, sigma: f64, mu: Option<f64>) -> Result<f64, SamplerError> {
        let shift = match self.curve {
            ShiftCurve::Fixed(shift) => return Ok(shift * sigma / (1.0 + (shift - 1.0) * sigma)),
            ShiftCurve::Exponential => mu.map(f64::exp),
            ShiftCurve::Linear => mu,
        };
        // In f32, as the reference, to the last bit.
        let (shift, sigma) = (shift.ok_or(SamplerError::MissingShift)? as f32, sigma as f32);
        Ok(f64::from(shift / (shift + (1.0 / sigma - 1.0))))
    }

    /// The ends of the training's noise levels; a fixed shift has moved them once before.
    fn ends(&self, timesteps: usize) -> (f64, f64) {
        let least = 1.0 / timesteps as f64;
        let move_end = |sigma: f64| match self.curve {
            ShiftCurve::Fixed(shift) => f64::from((shift * sigma / (1.0 + (shift - 1.0) * sigma)) as f32),
            _ => f64::from(sigma as f32),
        };
        (move_end(1.0), move_end(least))
    }

    pub(super) fn schedule(&self, steps: usize, timesteps: usize, mu: Option<f64>) -> Result<Schedule, SamplerError> {
        let (most, least) = self.ends(timesteps);
        self.shifted(&line(most, least, steps), timesteps, mu)
    }

    fn shifted(&self, sigmas: &[f64], timesteps: usize, mu: Option<f64>) -> Result<Schedule, SamplerError> {
        let sigmas = sigmas.iter().map(|&sigma| self.apply(sigma, mu)).collect::<Result<Vec<_>, _>>()?;
        let mut sigmas = single(self.stretch(sigmas));
        let timesteps = single(sigmas.iter().map(|sigma| sigma * timesteps as f64).collect());
        sigmas.push(0.0);
        Ok(Schedule { timesteps, sigmas, initial_scale: 1.0 })
    }

    fn stretch(&self, sigmas: Vec<f64>) -> Vec<f64> {
        let (Some(terminal), Some(last)) = (self.terminal, sigmas.last()) else { return sigmas };
        let scale = (1.0 - last) / (1.0 - terminal);
        if scale > 0.0 { sigmas.iter().map(|sigma| 1.0 - (1.0 - sigma) / scale).collect() } else { sigmas }
    }
}

impl Sampler {
    /// The schedule of flow matching from given noise levels (before their shift), from 1 downwards, with `mu` where the shift
    /// depends on the picture's size, and the timesteps that the model is told where they are not the shifted levels.
    ///
    /// # Errors
    ///
    /// [`SamplerError::ZeroSteps`]; [`SamplerError::MissingShift`] if `mu` is needed; [`SamplerError::OutOfRange`] unless levels
    /// fall, are above 0 and at most 1, and timesteps are as many; [`SamplerError::Unsupported`] for another method.
    pub fn schedule_flow(
        &self,
        sigmas: &[f64],
        mu: Option<f64>,
        timesteps: Option<&[f64]>,
    ) -> Result<Schedule, SamplerError> {
        let Method::FlowEuler(shift) = &self.method else {
            let instead = "Sampler::schedule for other methods than flow matching";
            return Err(SamplerError::Unsupported { option: "sigmas", value: format!("{sigmas:?}"), instead });
        };
        check_levels(sigmas)?;
        let mut schedule = shift.shifted(&single(sigmas.to_vec()), self.training.timesteps, mu)?;
        if let Some(told) = timesteps {
            if told.len() != sigmas.len() {
                let value = told.len() as f64;
                let expected = "one for each noise level";
                return Err(SamplerError::OutOfRange { quantity: "number of timesteps", index: 0, value, expected });
            }
            schedule.timesteps = single(told.to_vec());
        }
        Ok(schedule)
    }

    /// The schedule of flow matching from even noise levels, of which the last is one step above none, as pipelines give them to their
    /// scheduler; `mu` is as there.
    ///
    /// # Errors
    ///
    /// As [`Sampler::schedule_flow`].
    pub fn schedule_even(&self, steps: usize, mu: Option<f64>) -> Result<Schedule, SamplerError> {
        let levels: Vec<f64> = (0..steps).map(|step| 1.0 - step as f64 / steps as f64).collect();
        self.schedule_flow(&levels, mu, None)
    }

    /// The schedule of flow matching from even timesteps, from the last of the training to 1, cut to whole ones: the model is told them,
    /// and the noise levels that they stand for are moved; `mu` is as in [`Sampler::schedule_flow`].
    ///
    /// # Errors
    ///
    /// As [`Sampler::schedule_flow`], and [`SamplerError::TooManySteps`] for more steps than timesteps.
    pub fn schedule_whole(&self, steps: usize, mu: Option<f64>) -> Result<Schedule, SamplerError> {
        self.check_count(steps)?;
        let count = self.training.timesteps as f64;
        let told: Vec<f64> = line(count, 1.0, steps).into_iter().map(f64::trunc).collect();
        let levels: Vec<f64> = told.iter().map(|timestep| timestep / count).collect();
        self.schedule_flow(&levels, mu, Some(&told))
    }

    /// What a picture of so many tokens asks for by [`ShiftSizes::by_side`]; nothing for other methods.
    #[must_use]
    pub fn shift_of_side(&self, tokens: usize) -> Option<f64> {
        match &self.method {
            Method::FlowEuler(shift) => Some(shift.sizes.by_side(tokens)),
            _ => None,
        }
    }

    /// What a picture of so many tokens asks for by [`ShiftSizes::on_line`]; nothing for other methods.
    #[must_use]
    pub fn shift_of_size(&self, tokens: usize) -> Option<f64> {
        match &self.method {
            Method::FlowEuler(shift) => Some(shift.sizes.on_line(tokens)),
            _ => None,
        }
    }

    /// The schedule of flow matching for a number of steps where the shift depends on the picture's size.
    ///
    /// # Errors
    ///
    /// As [`Sampler::schedule_flow`] and [`Sampler::schedule`].
    pub fn schedule_shifted(&self, steps: usize, mu: f64) -> Result<Schedule, SamplerError> {
        match &self.method {
            _ if steps == 0 => Err(SamplerError::ZeroSteps),
            Method::FlowEuler(shift) if steps <= self.training.timesteps => {
                shift.schedule(steps, self.training.timesteps, Some(mu))
            }
            _ => self.schedule(steps),
        }
    }
}

fn check_levels(sigmas: &[f64]) -> Result<(), SamplerError> {
    if sigmas.is_empty() {
        return Err(SamplerError::ZeroSteps);
    }
    let before = |index: usize| if index == 0 { f64::INFINITY } else { sigmas[index - 1] };
    let wrong = |index: &usize| {
        let sigma = sigmas[*index];
        !(sigma > 0.0 && sigma <= 1.0 && sigma < before(*index))
    };
    match (0..sigmas.len()).find(wrong) {
        Some(index) => {
            let expected = "above 0, at most 1, below the one before";
            Err(SamplerError::OutOfRange { quantity: "sigma", index, value: sigmas[index], expected })
        }
        None => Ok(()),
    }
}

/// A step along the line from one noise level to the next.
pub(super) fn straight(sigma: f64, next: f64) -> (Level, Move) {
    (Level::straight(sigma), Move { latents: 1.0, output: next - sigma, ..Move::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sampler(curve: ShiftCurve) -> Sampler {
        Sampler::of(Method::FlowEuler(Shift { curve, ..Shift::default() }))
    }

    proptest! {
        #[test]
        fn a_larger_shift_keeps_more_noise(shift in 1.1..8.0, steps in 2_usize..60) {
            let plain = sampler(ShiftCurve::Fixed(1.0)).schedule(steps).unwrap();
            let shifted = sampler(ShiftCurve::Fixed(shift)).schedule(steps).unwrap();
            prop_assert!((1..steps).all(|i| shifted.sigmas[i] > plain.sigmas[i]));
            prop_assert_eq!(shifted.sigmas[steps], 0.0);
        }
    }

    #[test]
    fn a_shift_by_size_needs_the_size() {
        assert!(matches!(sampler(ShiftCurve::Exponential).schedule(4), Err(SamplerError::MissingShift)));
        assert_eq!(sampler(ShiftCurve::Exponential).schedule_shifted(4, 0.8).unwrap().steps(), 4);
    }

    #[test]
    fn larger_pictures_ask_for_more_on_a_line() {
        let of = |tokens| sampler(ShiftCurve::Exponential).shift_of_size(tokens).unwrap();
        assert!((of(256) - 0.5).abs() < 1e-12 && (of(4096) - 1.15).abs() < 1e-12 && (of(2176) - 0.825).abs() < 1e-12);
        assert_eq!(Sampler::euler(crate::sampler::Spacing::Trailing).shift_of_size(256), None);
    }

    #[test]
    fn pictures_of_twice_the_side_ask_for_twice_as_much_more() {
        let sizes = ShiftSizes { small: (256, 0.25), large: (4096, 0.75) };
        assert_eq!([256, 1024, 4096].map(|tokens| sizes.by_side(tokens)), [1.0, 1.75, 3.25]);
        assert_eq!(Sampler::euler(crate::sampler::Spacing::Trailing).shift_of_side(256), None);
    }

    #[test]
    fn whole_timesteps_are_told_and_their_levels_moved() {
        let flow = sampler(ShiftCurve::Linear);
        let found = flow.schedule_whole(5, Some(2.0)).unwrap();
        assert_eq!(found.timesteps, [1000.0, 750.0, 500.0, 250.0, 1.0]);
        assert!((found.sigmas[2] - 2.0 / 3.0).abs() < 1e-6 && found.sigmas[5] == 0.0, "{:?}", found.sigmas);
        assert_eq!(flow.schedule_whole(1, Some(2.0)).unwrap().timesteps, [1000.0]);
        assert_eq!(flow.schedule_whole(1000, Some(2.0)).unwrap().steps(), 1000);
        assert!(matches!(flow.schedule_whole(1001, Some(2.0)), Err(SamplerError::TooManySteps { limit: 1000, .. })));
        assert!(matches!(flow.schedule_whole(0, Some(2.0)), Err(SamplerError::ZeroSteps)));
        let other = Sampler::euler(crate::sampler::Spacing::Trailing);
        assert!(matches!(other.schedule_whole(4, None), Err(SamplerError::Unsupported { .. })));
    }

    #[test]
    fn levels_must_fall_from_one() {
        let flow = sampler(ShiftCurve::Fixed(1.0));
        for (sigmas, wrong) in [(vec![1.0, 1.0], 1), (vec![1.5], 0), (vec![1.0, 0.0], 1), (vec![f64::NAN], 0)] {
            let error = flow.schedule_flow(&sigmas, None, None).unwrap_err();
            assert!(matches!(error, SamplerError::OutOfRange { index, .. } if index == wrong), "{error}");
        }
    }

    #[test]
    fn told_timesteps_replace_the_shifted_levels() {
        let told = sampler(ShiftCurve::Linear).schedule_flow(&[1.0, 0.5], Some(2.0), Some(&[1000.0, 500.0])).unwrap();
        assert_eq!(told.timesteps, [1000.0, 500.0]);
        assert!(told.sigmas[1] > 0.6);
        assert!(sampler(ShiftCurve::Linear).schedule_flow(&[1.0, 0.5], Some(2.0), Some(&[1000.0])).is_err());
    }
}
