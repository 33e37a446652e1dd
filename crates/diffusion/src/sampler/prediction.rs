//! What a model's output means.

/// What the model predicts about noisy latents.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Prediction {
    /// The noise in them. Default.
    #[default]
    Epsilon,
    /// The velocity of Salimans and Ho 2022: signal x noise - noise level x clean latents.
    V,
    /// The clean latents.
    Sample,
    /// The direction from clean latents to noise (flow matching).
    Flow,
}

/// What latents hold: `latents = signal x clean + noise x standard normal`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Level {
    pub(super) signal: f64,
    pub(super) noise: f64,
}

impl Level {
    /// Latents of unscaled signal.
    pub(super) const fn exploding(sigma: f64) -> Self {
        Self { signal: 1.0, noise: sigma }
    }

    /// Latents of variance 1.
    pub(super) fn preserving(sigma: f64) -> Self {
        let signal = 1.0 / sigma.hypot(1.0);
        Self { signal, noise: sigma * signal }
    }

    /// Latents on the line between clean and noise.
    pub(super) const fn straight(sigma: f64) -> Self {
        Self { signal: 1.0 - sigma, noise: sigma }
    }
}

/// A weighted sum of the latents and the model's output.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Mix {
    pub(super) latents: f64,
    pub(super) output: f64,
}

impl Prediction {
    /// The clean latents.
    pub(super) fn denoised(self, level: Level) -> Mix {
        let Level { signal, noise } = level;
        let squared = signal * signal + noise * noise;
        match self {
            Self::Epsilon => Mix { latents: 1.0 / signal, output: -noise / signal },
            Self::V => Mix { latents: signal / squared, output: -noise / squared.sqrt() },
            Self::Sample => Mix { latents: 0.0, output: 1.0 },
            Self::Flow => Mix { latents: 1.0 / (signal + noise), output: -noise / (signal + noise) },
        }
    }

    /// The noise in the latents.
    pub(super) fn epsilon(self, level: Level) -> Mix {
        if self == Self::Epsilon {
            return Mix { latents: 0.0, output: 1.0 };
        }
        let clean = self.denoised(level);
        let Level { signal, noise } = level;
        Mix { latents: (1.0 - signal * clean.latents) / noise, output: -signal * clean.output / noise }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a perfect model says about these latents.
    fn truth(prediction: Prediction, level: Level, clean: f64, noise: f64) -> f64 {
        let size = level.signal.hypot(level.noise);
        match prediction {
            Prediction::Epsilon => noise,
            Prediction::V => (level.signal * noise - level.noise * clean) / size,
            Prediction::Sample => clean,
            Prediction::Flow => noise - clean,
        }
    }

    fn check(prediction: Prediction, level: Level, clean: f64, noise: f64) -> Result<(), TestCaseError> {
        let latents = level.signal * clean + level.noise * noise;
        let output = truth(prediction, level, clean, noise);
        let take = |mix: Mix| mix.latents * latents + mix.output * output;
        prop_assert!((take(prediction.denoised(level)) - clean).abs() < 1e-9);
        prop_assert!((take(prediction.epsilon(level)) - noise).abs() < 1e-9);
        Ok(())
    }

    proptest! {
        #[test]
        fn a_perfect_model_gives_back_clean_latents_and_noise(clean in -3.0..3.0, noise in -3.0..3.0, sigma in 0.05..0.95) {
            for prediction in [Prediction::Epsilon, Prediction::V, Prediction::Sample] {
                check(prediction, Level::preserving(sigma), clean, noise)?;
                check(prediction, Level::exploding(sigma), clean, noise)?;
            }
            check(Prediction::Flow, Level::straight(sigma), clean, noise)?;
        }
    }
}
