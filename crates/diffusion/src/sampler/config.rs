//! A sampler as data.

use crate::sampler::flow::Shift;
use crate::sampler::{Prediction, Spacing, Training};

/// How latents are sampled: everything that a published `scheduler_config.json` says and a schedule or a step depends on.
///
/// Deserialises from such a file ([`Sampler::from_json`]); or spread a preset:
///
/// ```
/// use linocut_diffusion::sampler::{Prediction, Sampler, Spacing};
///
/// let one_step = Sampler { prediction: Prediction::Sample, ..Sampler::euler(Spacing::Trailing) };
/// assert_eq!(one_step.schedule(1)?.timesteps, [999.0]);
/// # Ok::<(), linocut_diffusion::sampler::SamplerError>(())
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Sampler {
    /// How a step is taken.
    pub method: Method,
    /// The noise that the model was trained with. Default: [`Training::SDXL`].
    pub training: Training,
    /// What the model predicts. Default: the noise.
    pub prediction: Prediction,
    /// Which timesteps are visited. The singlestep solver, TCD, LCM and flow matching have their own rule. Default: leading.
    pub spacing: Spacing,
    /// Added to each timestep of leading spacing. Default: 1.
    pub steps_offset: usize,
}

/// How a step is taken.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Method {
    /// Euler's method on the probability flow (Karras et al. 2022, algorithm 2 without churn). Latents keep the scale of the signal.
    Euler {
        /// Noise levels between the ends.
        curve: SigmaCurve,
        /// Where the last step goes.
        final_sigma: FinalSigma,
    },
    /// Euler's method to below the next noise level, and fresh noise up to it.
    EulerAncestral,
    /// Song et al. 2021, equation 12.
    Ddim {
        /// Share of fresh noise, 0 (none) to 1 (as much as in training). Default: 0.
        eta: f64,
        /// Whether the last step ends without noise (`set_alpha_to_one`) or at the noise of timestep 0.
        ends_clean: bool,
        /// Largest absolute value of the clean latents. Default: no limit.
        clip: Option<f64>,
    },
    /// DPM-Solver++ that looks back at the step before (Lu et al. 2022, algorithm 2M).
    Multistep(Multistep),
    /// DPM-Solver++ that goes in pairs of steps, the second from where the first began (Lu et al. 2022, algorithm 2S).
    Singlestep(Singlestep),
    /// Trajectory consistency distillation (Zheng et al. 2024, algorithm 4).
    Tcd {
        /// Share of the way that is denoised past the next timestep and filled with fresh noise, 0 to 1. Default: 0.3.
        eta: f64,
        /// Timesteps of the distillation. Default: 50.
        original_steps: usize,
    },
    /// Latent consistency models (Luo et al. 2023, algorithm 3).
    Lcm {
        /// Timesteps of the distillation. Default: 50.
        original_steps: usize,
        /// Scale of the timestep in the boundary condition. Default: 10.
        timestep_scaling: f64,
        /// Largest absolute value of the clean latents. Default: no limit.
        clip: Option<f64>,
    },
    /// Euler's method along straight lines from noise to picture (flow matching).
    FlowEuler(Shift),
    /// Continuous-time consistency models along a quarter of a circle from picture to noise (Lu and Song 2024, `TrigFlow`), to the end at
    /// each step, and fresh noise back up to the next angle.
    Consistency {
        /// Standard deviation of the latents of pictures, above 0: latents are larger by it than those that the model sees. Default: 0.5.
        sigma_data: f64,
    },
}

/// How noise levels lie between the ends of a schedule.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum SigmaCurve {
    /// Those of the timesteps. Default.
    #[default]
    Timesteps,
    /// Evenly in the seventh root (Karras et al. 2022), the timesteps following.
    Karras {
        /// Lowest noise level. Default: that of the timesteps.
        least: Option<f64>,
        /// Highest noise level. Default: that of the timesteps.
        most: Option<f64>,
    },
    /// Evenly in the logarithm, the timesteps following.
    Exponential,
    /// Those of flow matching, moved towards noise by a shift (1: not moved). For the DPM solvers.
    Flow {
        /// The shift, above 0.
        shift: f64,
    },
}

/// The noise level at which the last step arrives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FinalSigma {
    /// None. Default.
    #[default]
    Zero,
    /// The lowest of the training.
    Least,
}

/// How DPM-Solver++ uses the slope between two predictions, and whether it adds noise.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Solver {
    /// Whether fresh noise is added at each step (`sde-dpmsolver++`). Default: no.
    pub stochastic: bool,
    /// Heun's rule for the slope rather than the midpoint's. Default: no.
    pub heun: bool,
}

/// DPM-Solver++ with a memory of one step.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Multistep {
    /// Slope and noise. Default: midpoint, no noise.
    pub solver: Solver,
    /// Predictions that a step uses, 1 or 2. Default: 2.
    pub order: usize,
    /// Whether the last of fewer than 15 steps uses one prediction. Default: yes.
    pub lower_order_final: bool,
    /// Whether the last step uses one prediction. It always does when it ends without noise. Default: no.
    pub euler_at_final: bool,
    /// Noise levels between the ends. Default: those of the timesteps.
    pub curve: SigmaCurve,
    /// Where the last step goes. Default: no noise.
    pub final_sigma: FinalSigma,
}

impl Default for Multistep {
    fn default() -> Self {
        Self {
            solver: Solver::default(),
            order: 2,
            lower_order_final: true,
            euler_at_final: false,
            curve: SigmaCurve::default(),
            final_sigma: FinalSigma::default(),
        }
    }
}

/// DPM-Solver++ in pairs of steps.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Singlestep {
    /// Slope and noise. Default: midpoint, no noise.
    pub solver: Solver,
    /// Predictions that a step uses, 1 or 2. Default: 2.
    pub order: usize,
    /// Whether the last step uses one prediction. It always does for an odd number of steps and when it ends without noise.
    /// Default: no.
    pub lower_order_final: bool,
    /// Noise levels between the ends. Default: those of the timesteps.
    pub curve: SigmaCurve,
    /// Where the last step goes. Default: no noise.
    pub final_sigma: FinalSigma,
}

impl Default for Singlestep {
    fn default() -> Self {
        Self {
            solver: Solver::default(),
            order: 2,
            lower_order_final: false,
            curve: SigmaCurve::default(),
            final_sigma: FinalSigma::default(),
        }
    }
}

impl Sampler {
    /// Euler's method for SDXL and its family.
    #[must_use]
    pub const fn euler(spacing: Spacing) -> Self {
        let method = Method::Euler { curve: SigmaCurve::Timesteps, final_sigma: FinalSigma::Zero };
        let mut sampler = Self::of(method);
        sampler.spacing = spacing;
        sampler
    }

    /// Any method, with the training of SDXL, predicted noise, leading spacing and an offset of 1.
    #[must_use]
    pub const fn of(method: Method) -> Self {
        Self {
            method,
            training: Training::SDXL,
            prediction: Prediction::Epsilon,
            spacing: Spacing::Leading,
            steps_offset: 1,
        }
    }

    /// How many times larger latents are here than for the decoder.
    #[must_use]
    pub fn data_scale(&self) -> f64 {
        if let Method::Consistency { sigma_data } = self.method { sigma_data } else { 1.0 }
    }

    /// The same sampler with another share of fresh noise, where it has one (DDIM, TCD).
    #[must_use]
    pub fn with_eta(mut self, share: f64) -> Self {
        if let Method::Ddim { eta, .. } | Method::Tcd { eta, .. } = &mut self.method {
            *eta = share;
        }
        self
    }
}
