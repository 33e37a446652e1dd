//! How much noise the model was trained with at each timestep.

use crate::sampler::SamplerError;

/// Most timesteps that a training may have; published models have 1000.
const MAX_TIMESTEPS: usize = 100_000;

/// Largest beta of the cosine schedule.
const MAX_COSINE_BETA: f64 = 0.999;

/// Share of the variance that each timestep of the training replaced with noise.
#[derive(Clone, PartialEq, Debug)]
pub enum Betas {
    /// Evenly spaced.
    Linear {
        /// Beta of timestep 0, above 0.
        start: f64,
        /// Beta of the last timestep, below 1.
        end: f64,
    },
    /// Squares of evenly spaced roots: Stable Diffusion and its family.
    ScaledLinear {
        /// Beta of timestep 0, above 0.
        start: f64,
        /// Beta of the last timestep, below 1.
        end: f64,
    },
    /// The squared cosine of Nichol and Dhariwal 2021, at most 0.999.
    Cosine,
    /// One by one, each above 0 and below 1.
    Trained(Vec<f32>),
}

/// The noise that the model was trained with.
#[derive(Clone, PartialEq, Debug)]
pub struct Training {
    /// Number of timesteps, 1 to 100,000. Default: 1000.
    pub timesteps: usize,
    /// Noise of each timestep. Default: the scaled linear betas of SDXL, 0.00085 to 0.012.
    pub betas: Betas,
    /// Whether the last timestep is rescaled to hold no signal at all (Lin et al. 2023, algorithm 1). Default: no.
    pub zero_terminal_snr: bool,
}

impl Training {
    /// How SDXL and the models made from it were trained.
    pub const SDXL: Self =
        Self { timesteps: 1000, betas: Betas::ScaledLinear { start: 0.00085, end: 0.012 }, zero_terminal_snr: false };

    /// The betas, in the single precision that the reference computes and the models saw.
    fn betas(&self) -> Result<Vec<f32>, SamplerError> {
        if self.timesteps == 0 || self.timesteps > MAX_TIMESTEPS {
            let value = self.timesteps as f64;
            return Err(SamplerError::OutOfRange {
                quantity: "number of training timesteps",
                index: 0,
                value,
                expected: "1 to 100000",
            });
        }
        let betas = match &self.betas {
            Betas::Linear { start, end } => line(*start as f32, *end as f32, self.timesteps),
            Betas::ScaledLinear { start, end } => {
                line(start.sqrt() as f32, end.sqrt() as f32, self.timesteps).iter().map(|root| root * root).collect()
            }
            Betas::Cosine => (0..self.timesteps).map(|t| cosine_beta(t, self.timesteps)).collect(),
            Betas::Trained(betas) => betas.clone(),
        };
        if betas.len() != self.timesteps {
            let value = betas.len() as f64;
            return Err(SamplerError::OutOfRange {
                quantity: "number of trained betas",
                index: 0,
                value,
                expected: "one for each timestep",
            });
        }
        match betas.iter().position(|beta| !(*beta > 0.0 && *beta < 1.0)) {
            Some(index) => {
                let value = f64::from(betas[index]);
                Err(SamplerError::OutOfRange { quantity: "beta", index, value, expected: "above 0 and below 1" })
            }
            None => Ok(betas),
        }
    }

    /// Share of the variance that is still signal at each timestep, from nearly 1 to nearly 0.
    pub(super) fn signal(&self) -> Result<Vec<f32>, SamplerError> {
        let mut signal = products(self.betas()?.iter().map(|beta| 1.0 - beta));
        if self.zero_terminal_snr {
            signal = without_terminal_signal(&signal);
        }
        Ok(signal)
    }
}

impl Default for Training {
    fn default() -> Self {
        Self::SDXL
    }
}

/// `count` evenly spaced values, counted from the nearer end as torch does.
fn line(start: f32, end: f32, count: usize) -> Vec<f32> {
    if count == 1 {
        return vec![start];
    }
    let step = (end - start) / (count - 1) as f32;
    let value = |i| if i < count / 2 { start + step * i as f32 } else { end - step * (count - 1 - i) as f32 };
    (0..count).map(value).collect()
}

fn cosine_beta(timestep: usize, count: usize) -> f32 {
    let level = |t: usize| {
        let angle = (t as f64 / count as f64 + 0.008) / 1.008 * std::f64::consts::FRAC_PI_2;
        angle.cos().powi(2)
    };
    (1.0 - level(timestep + 1) / level(timestep)).min(MAX_COSINE_BETA) as f32
}

/// Running products, kept in double precision and rounded to single.
fn products(factors: impl Iterator<Item = f32>) -> Vec<f32> {
    let multiply = |product: &mut f64, factor: f32| {
        *product *= f64::from(factor);
        Some(*product as f32)
    };
    factors.scan(1.0, multiply).collect()
}

/// The roots of the signal shifted so that the last is 0 and stretched so that the first stays (Lin et al. 2023, algorithm 1).
fn without_terminal_signal(signal: &[f32]) -> Vec<f32> {
    let roots: Vec<f32> = signal.iter().map(|share| share.sqrt()).collect();
    let (first, last) = (roots[0], roots[roots.len() - 1]);
    let stretch = first / (first - last);
    let squares: Vec<f32> = roots.iter().map(|root| ((root - last) * stretch).powi(2)).collect();
    let ratio = |i: usize| if i == 0 { squares[0] } else { squares[i] / squares[i - 1] };
    products((0..squares.len()).map(|i| 1.0 - (1.0 - ratio(i))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signal_falls_from_nearly_one_to_nearly_nothing() {
        let signal = Training::SDXL.signal().unwrap();
        assert!(signal.windows(2).all(|pair| pair[0] > pair[1]));
        assert!(signal[0] > 0.999 && signal[999] < 0.005);
    }

    #[test]
    fn zero_terminal_signal_keeps_the_first_timestep() {
        let rescaled = Training { zero_terminal_snr: true, ..Training::SDXL }.signal().unwrap();
        assert!((rescaled[0] - Training::SDXL.signal().unwrap()[0]).abs() < 1e-6);
        assert_eq!(rescaled[999], 0.0);
    }

    #[test]
    fn rejects_betas_that_are_no_shares() {
        let betas = Betas::Trained(vec![0.1, 1.0]);
        let error = Training { timesteps: 2, betas, ..Training::SDXL }.signal().unwrap_err();
        assert!(matches!(error, SamplerError::OutOfRange { quantity: "beta", index: 1, .. }));
    }

    #[test]
    fn rejects_a_training_without_timesteps() {
        assert!(Training { timesteps: 0, ..Training::SDXL }.signal().is_err());
    }

    #[test]
    fn rejects_a_list_of_another_length() {
        let betas = Betas::Trained(vec![0.1; 3]);
        assert!(Training { timesteps: 2, betas, ..Training::SDXL }.signal().is_err());
    }
}
