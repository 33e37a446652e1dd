//! Samplers: when a model is asked for its prediction, and how the latents move on its answer.
//!
//! A [`Sampler`] is data, read from a published `scheduler_config.json` or spread from a preset. It makes a [`Schedule`] (timesteps
//! and noise levels, as diffusers 0.34 computes them) for a number of steps, and a [`Stepper`] that walks along it:
//!
//! ```
//! use candle_core::{DType, Device, Tensor};
//! use linocut_diffusion::sampler::{Sampler, Spacing};
//!
//! let sampler = Sampler::euler(Spacing::Trailing);
//! let mut stepper = sampler.stepper(sampler.schedule(4)?)?;
//! let mut latents = Tensor::zeros((1, 4, 8, 8), DType::F32, &Device::Cpu)?;
//! while let Some(timestep) = stepper.timestep() {
//!     let input = stepper.scale_input(&latents)?;
//!     let prediction = (input * (timestep / 1000.0))?; // the model
//!     let noise = stepper.needs_noise().then(|| latents.zeros_like()).transpose()?;
//!     latents = stepper.step(&prediction, &latents, noise.as_ref())?;
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Every step of every sampler here is a weighted sum of at most six tensors, so a method is a pure function from its place in the
//! schedule to six numbers: tables and weights are f64, latents f32.

mod alpha;
mod config;
mod consistency;
mod curve;
mod ddim;
mod dpm;
mod euler;
mod flow;
mod prediction;
mod published;
mod sampler_error;
mod schedule;
mod spacing;
mod stepper;
mod training;

pub use config::{FinalSigma, Method, Multistep, Sampler, SigmaCurve, Singlestep, Solver};
pub use flow::{Shift, ShiftCurve, ShiftSizes};
pub use prediction::Prediction;
pub use sampler_error::SamplerError;
pub use schedule::Schedule;
pub use spacing::Spacing;
pub use stepper::Stepper;
pub use training::{Betas, Training};
