//! What every model that draws can do, whatever its way from noise to pixels.

use std::fmt::Debug;

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::place::Resident;

use super::condition::Condition;
use super::denoiser::{Denoiser, Stage};
use super::diffusion::Watch;
use super::encoded::Encoded;
use super::generate_error::GenerateError;
use super::noise_source::NoiseSource;
use super::options::DenoiseOptions;
use crate::model_error::ModelError;
use crate::prompt::WeightedText;

/// Pictures of one description that are to be drawn together.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "sources of noise have none")]
pub struct Order<'a> {
    /// The description.
    pub condition: &'a Condition,
    /// Where the random numbers of each picture come from.
    pub noises: &'a [&'a dyn NoiseSource],
    /// How they are to be drawn.
    pub options: &'a DenoiseOptions,
}

/// A text-to-picture model: words in; latents, which are denoised, or tokens, which are drawn one after the other; pixels out.
///
/// Every [`Denoiser`] is one.
pub trait TextToPicture: Debug + Send + Sync {
    /// The model as one that is denoised, if it is.
    fn denoiser(&self) -> Option<&dyn Denoiser>;

    /// Checks options that have a meaning for some models only, as soon as the model is opened.
    ///
    /// # Errors
    ///
    /// [`ModelError::Fixed`] for one that this model cannot follow.
    fn check(&self, options: &DenoiseOptions) -> Result<(), ModelError>;

    /// Encodes a description and, for guidance, what stands against it: see [`Denoiser::encode`].
    ///
    /// # Errors
    ///
    /// [`ModelError::Text`] for a text that is too long, and what goes wrong when a text encoder is loaded.
    fn encode(
        &self,
        prompt: &[WeightedText],
        negative: Option<&[WeightedText]>,
    ) -> Result<(Encoded, Option<Encoded>), ModelError>;

    /// The latents of as many pictures as there are noises, (batch, channels, height, width). Polls `stop` all the time, calls `watch` and
    /// reports progress behind each step.
    ///
    /// # Errors
    ///
    /// As [`Diffusion::sample`](super::Diffusion::sample).
    fn sample(&self, order: Order<'_>, stop: &Stop, watch: Watch<'_>) -> Result<Tensor, GenerateError>;

    /// The pictures of latents, (batch, 3, height, width), about -1 to 1.
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for other channels, [`ModelError::Stopped`] if `stop` asks for an end, and what goes wrong when the
    /// decoder is loaded.
    fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError>;

    /// The parts that take memory, each with its turn.
    fn parts(&self) -> Vec<(Stage, &dyn Resident)>;

    /// Whether guidance is an input of the network, which is asked once then.
    fn is_told_guidance(&self) -> bool;

    /// Whether `(word:1.2)` can be a weight.
    fn weighs(&self) -> bool;
}

impl TextToPicture for Box<dyn TextToPicture> {
    fn denoiser(&self) -> Option<&dyn Denoiser> {
        (**self).denoiser()
    }

    fn check(&self, options: &DenoiseOptions) -> Result<(), ModelError> {
        (**self).check(options)
    }

    fn encode(
        &self,
        prompt: &[WeightedText],
        negative: Option<&[WeightedText]>,
    ) -> Result<(Encoded, Option<Encoded>), ModelError> {
        (**self).encode(prompt, negative)
    }

    fn sample(&self, order: Order<'_>, stop: &Stop, watch: Watch<'_>) -> Result<Tensor, GenerateError> {
        (**self).sample(order, stop, watch)
    }

    fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        (**self).decode(latents, stop)
    }

    fn parts(&self) -> Vec<(Stage, &dyn Resident)> {
        (**self).parts()
    }

    fn is_told_guidance(&self) -> bool {
        (**self).is_told_guidance()
    }

    fn weighs(&self) -> bool {
        (**self).weighs()
    }
}
