//! The training's noise as a table: signal per timestep, noise levels, and back from a noise level to a timestep.

use crate::sampler::prediction::Level;
use crate::sampler::{SamplerError, Training};

/// Smallest noise level whose logarithm is taken.
const LEAST_SIGMA: f64 = 1e-10;

/// What counts as the signal of a last timestep that holds none, so that its noise level stays finite.
const LEAST_SIGNAL: f32 = 1.0 / 16_777_216.0;

/// Signal and noise of every training timestep, in double precision. The values are those of the reference's single precision
/// tables, because at the clean end the rounding of 1 - beta shows.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct AlphaTable {
    signal: Vec<f32>,
}

impl AlphaTable {
    pub(super) fn new(training: &Training) -> Result<Self, SamplerError> {
        Ok(Self { signal: training.signal()? })
    }

    /// Share of the variance that is signal at a timestep; timesteps outside the training are taken for its nearest end.
    pub(super) fn signal(&self, timestep: f64) -> f64 {
        let last = self.signal.len() - 1;
        f64::from(self.signal[(timestep.max(0.0) as usize).min(last)])
    }

    /// What latents hold at a timestep.
    pub(super) fn level(&self, timestep: f64) -> Level {
        let signal = self.signal(timestep);
        Level { signal: signal.sqrt(), noise: (1.0 - signal).sqrt() }
    }

    /// Noise level (noise over signal) of every timestep, rising.
    pub(super) fn sigmas(&self) -> Vec<f32> {
        let kept = self.signal.iter().map(|&signal| if signal == 0.0 { LEAST_SIGNAL } else { signal });
        kept.map(|signal| ((1.0 - signal) / signal).sqrt()).collect()
    }

    /// Noise level at a timestep between two of the training, on the line between theirs.
    pub(super) fn sigma_at(sigmas: &[f32], timestep: f64) -> f64 {
        let last = sigmas.len() - 1;
        let before = (timestep.max(0.0) as usize).min(last);
        let (from, to) = (f64::from(sigmas[before]), f64::from(sigmas[(before + 1).min(last)]));
        let beyond = (timestep - before as f64).clamp(0.0, 1.0);
        (to - from) * beyond + from
    }

    /// The timestep, with its fraction, at which the training had a noise level; logarithms are interpolated.
    pub(super) fn timestep_at(sigmas: &[f32], sigma: f64) -> f64 {
        let target = sigma.max(LEAST_SIGMA).ln();
        let logarithm = |i: usize| sigmas[i].ln();
        let above = sigmas.partition_point(|&sigma| f64::from(sigma.ln()) <= target);
        let low = above.saturating_sub(1).min(sigmas.len().saturating_sub(2));
        let high = (low + 1).min(sigmas.len() - 1);
        let width = f64::from(logarithm(low) - logarithm(high));
        let weight = ((f64::from(logarithm(low)) - target) / width).clamp(0.0, 1.0);
        (1.0 - weight) * low as f64 + weight * high as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn timestep_of_a_noise_level_is_where_it_came_from(timestep in 0_usize..1000) {
            let sigmas = AlphaTable::new(&Training::SDXL).unwrap().sigmas();
            let back = AlphaTable::timestep_at(&sigmas, f64::from(sigmas[timestep]));
            prop_assert!((back - timestep as f64).abs() < 1e-3);
        }

        #[test]
        fn noise_rises_with_the_timestep(timestep in 0.0_f64..998.0) {
            let sigmas = AlphaTable::new(&Training::SDXL).unwrap().sigmas();
            prop_assert!(AlphaTable::sigma_at(&sigmas, timestep) < AlphaTable::sigma_at(&sigmas, timestep + 0.5));
        }
    }

    #[test]
    fn timesteps_outside_the_training_are_its_ends() {
        let table = AlphaTable::new(&Training::SDXL).unwrap();
        assert_eq!(table.signal(-1.0), table.signal(0.0));
        assert_eq!(table.signal(5000.0), table.signal(999.0));
        let sigmas = table.sigmas();
        assert_eq!(AlphaTable::sigma_at(&sigmas, 5000.0), f64::from(sigmas[999]));
    }
}
