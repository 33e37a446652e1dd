//! What a model says of itself.

use std::fmt::Debug;

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::place::{Placement, Resident};

use super::encoded::{Encoded, Question};
use crate::model_error::ModelError;
use crate::prompt::WeightedText;
use crate::sampler::{Sampler, SamplerError, Schedule};
use crate::unet::{DeepCache, Reuse};

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

/// When a part of a model has its turn in a picture.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// Text encoders, once for a description.
    Text,
    /// The denoiser, at every step, or the language model, at every token.
    Denoise,
    /// The decoder, once for a picture.
    Decode,
}

/// What every model knows of itself.
#[derive(Clone, Debug)]
pub struct Basis {
    /// Where the denoiser lives, and the latents with it.
    pub place: Placement,
    /// How pixels and latents lie to each other.
    pub geometry: Geometry,
    /// How latents are sampled where options do not say it.
    pub sampler: Sampler,
}

/// A text-to-picture model: words in, latents denoised, pixels out.
pub trait Denoiser: Debug + Send + Sync {
    /// What it knows of itself.
    fn basis(&self) -> &Basis;

    /// The schedule of a number of steps for latents of a shape: (1, channels, height, width).
    ///
    /// # Errors
    ///
    /// As [`Sampler::schedule`].
    fn schedule(&self, sampler: &Sampler, steps: usize, _latents: [usize; 4]) -> Result<Schedule, SamplerError> {
        sampler.schedule(steps)
    }

    /// Encodes a description and, for guidance, what the picture should not show. The pieces of a text follow each other; their weights
    /// are 1 unless [`Denoiser::weighs`].
    ///
    /// # Errors
    ///
    /// [`ModelError::Text`] for a text that is too long, and what goes wrong when a text encoder is loaded.
    fn encode(
        &self,
        prompt: &[WeightedText],
        negative: Option<&[WeightedText]>,
    ) -> Result<(Encoded, Option<Encoded>), ModelError>;

    /// What the sampler expects for these latents, of their shape. `deep` is the same for all steps of a picture, for models that use
    /// features again.
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for other shapes, [`ModelError::Stopped`] if `stop`, polled before each block, asks for an end, and
    /// what goes wrong when the denoiser is loaded.
    fn predict(&self, question: &Question<'_>, deep: &mut DeepCache, stop: &Stop) -> Result<Tensor, ModelError>;

    /// The pictures of latents as the sampler leaves them.
    ///
    /// # Shapes
    ///
    /// - `latents`: (batch, channels, height / scale, width / scale)
    /// - result: (batch, 3, height, width), about -1 to 1
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for other channels, [`ModelError::Stopped`] if `stop` asks for an end, and what goes wrong when the
    /// decoder is loaded.
    fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError>;

    /// The parts that take memory, each with its turn. Default: none that are known of.
    fn parts(&self) -> Vec<(Stage, &dyn Resident)> {
        Vec::new()
    }

    /// Whether guidance is an input of the network: then it is asked once, and what the picture should not show is of no account. Default:
    /// no, it is asked twice.
    fn is_told_guidance(&self) -> bool {
        false
    }

    /// Whether `(word:1.2)` can be a weight. Default: no.
    fn weighs(&self) -> bool {
        false
    }

    /// Whether features can be used again so.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unsupported`] if not. Default: for every reuse.
    fn check_reuse(&self, reuse: Reuse) -> Result<(), ModelError> {
        if reuse.interval == 1 {
            return Ok(());
        }
        let actual = reuse.interval.to_string();
        Err(ModelError::Unsupported {
            field: "interval",
            expected: "1, for this model has no U-shaped denoiser",
            actual,
        })
    }
}
