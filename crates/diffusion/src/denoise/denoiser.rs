//! What a model says of itself.

use candle_core::{Device, Tensor};
use linocut_core::Stop;

use crate::model_error::ModelError;
use crate::sampler::{Sampler, SamplerError, Schedule};

/// How pixels and latents lie to each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Geometry {
    /// Channels of the latents.
    pub channels: usize,
    /// Pixels along the side of one latent.
    pub scale: usize,
    /// What a picture's sides must be multiples of, in pixels.
    pub multiple: u32,
}

/// A text-to-picture model: words in, latents denoised, pixels out.
pub trait Denoiser {
    /// One or two encoded texts.
    type Text: Clone;

    /// The device that it runs on.
    fn device(&self) -> &Device;

    /// How pixels and latents lie to each other.
    fn geometry(&self) -> Geometry;

    /// How latents are sampled where options do not say it.
    fn sampler(&self) -> &Sampler;

    /// The schedule of a number of steps.
    ///
    /// # Errors
    ///
    /// As [`Sampler::schedule`].
    fn schedule(&self, sampler: &Sampler, steps: usize) -> Result<Schedule, SamplerError> {
        sampler.schedule(steps)
    }

    /// Encodes a description, or two for guidance: first what the picture should not show.
    ///
    /// # Errors
    ///
    /// [`ModelError::Text`] for a description that is too long.
    fn encode(&self, texts: &[&str]) -> Result<Self::Text, ModelError>;

    /// What the sampler expects for these latents, of their shape.
    ///
    /// # Shapes
    ///
    /// - `latents` and result: (texts, channels, height / scale, width / scale)
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for other shapes, [`ModelError::Stopped`] if `stop`, polled before each block, asks for an end.
    fn predict(&self, latents: &Tensor, timestep: f64, text: &Self::Text, stop: &Stop) -> Result<Tensor, ModelError>;

    /// The picture of latents as the sampler leaves them.
    ///
    /// # Shapes
    ///
    /// - `latents`: (1, channels, height / scale, width / scale)
    /// - result: (1, 3, height, width), about -1 to 1
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for other channels, [`ModelError::Stopped`] if `stop` asks for an end.
    fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError>;
}
