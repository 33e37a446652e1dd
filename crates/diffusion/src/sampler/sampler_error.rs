//! Why latents could not be sampled.

use thiserror::Error;

/// Why a schedule could not be made or a step not taken. Steps count from 0.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SamplerError {
    /// A schedule of no steps.
    #[error("a schedule needs at least one step")]
    ZeroSteps,
    /// More steps than the model was trained or distilled for.
    #[error("{steps} steps are asked for, the sampler has {limit} timesteps")]
    TooManySteps {
        /// Steps asked for.
        steps: usize,
        /// Timesteps of the training, or of the distillation.
        limit: usize,
    },
    /// A timestep or noise level that the sampler cannot start from or go to.
    #[error("{quantity} {index} is {value}, expected {expected}")]
    OutOfRange {
        /// What the value is: a timestep, a sigma, a beta.
        quantity: &'static str,
        /// Its place in its list.
        index: usize,
        /// The value.
        value: f64,
        /// What it should be.
        expected: &'static str,
    },
    /// The sampler has no such option, though it is known elsewhere.
    #[error("{option} = {value} is not supported, {instead} is")]
    Unsupported {
        /// Name of the option, as diffusers spells it.
        option: &'static str,
        /// Its value.
        value: String,
        /// What can be used.
        instead: &'static str,
    },
    /// The text is not a `scheduler_config.json`.
    #[error("cannot read the sampler's configuration")]
    Config(#[from] serde_json::Error),
    /// The shift of the noise levels depends on the picture's size and was not given.
    #[error("this sampler shifts its noise levels by the picture's size: expected a value for mu")]
    MissingShift,
    /// A tensor does not have the shape of the latents.
    #[error("the {tensor} of step {step} has shape {actual:?}, the latents have {expected:?}")]
    ShapeMismatch {
        /// Which tensor.
        tensor: &'static str,
        /// The step.
        step: usize,
        /// Shape of the latents.
        expected: Vec<usize>,
        /// Shape of the tensor.
        actual: Vec<usize>,
    },
    /// The step adds noise and was given none.
    #[error("step {step} adds noise and was given none")]
    MissingNoise {
        /// The step.
        step: usize,
    },
    /// The latents are not numbers any more.
    #[error("the latents after step {step} (timestep {timestep}) hold values that are not finite")]
    NotFinite {
        /// The step.
        step: usize,
        /// Timestep of the step.
        timestep: f64,
    },
    /// A model that draws tokens in place of latents has no schedule.
    #[error("this model is not denoised: it draws one token after the other")]
    NotDenoised,
    /// The schedule is at its end.
    #[error("all {steps} steps have been taken")]
    Finished {
        /// Steps of the schedule.
        steps: usize,
    },
    /// An operation on tensors failed.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}
