//! How a picture is made.

use crate::entry::Entry;
use crate::sampler::Sampler;
use crate::sdxl::GenerateError;

use super::denoiser::Geometry;

/// Longest side of a picture, in pixels.
const LONGEST: u32 = 4096;

/// How a picture is made. The defaults are those of Stable Diffusion 1.5.
#[derive(Clone, PartialEq, Debug)]
pub struct DenoiseOptions {
    /// Steps, at least 1. Default: 25.
    pub steps: usize,
    /// How much further than without the description a step goes, 1 or less for no second opinion. Default: 7.5.
    pub guidance: f64,
    /// What the picture should not show; of account above guidance 1 only. Default: nothing.
    pub negative: String,
    /// Width and height in pixels, multiples of [`Geometry::multiple`] up to 4096. Default: 512 x 512.
    pub size: (u32, u32),
    /// How latents are sampled. Default: as the model's folder says.
    pub sampler: Option<Sampler>,
}

impl Default for DenoiseOptions {
    fn default() -> Self {
        Self { steps: 25, guidance: 7.5, negative: String::new(), size: (512, 512), sampler: None }
    }
}

impl DenoiseOptions {
    /// How a named model is meant to be used.
    #[must_use]
    pub fn of_entry(entry: &Entry) -> Self {
        Self {
            steps: entry.steps,
            guidance: entry.guidance,
            negative: entry.negative.to_owned(),
            size: (entry.size, entry.size),
            sampler: Some(entry.sampler.clone()),
        }
    }

    /// Whether each step asks the model twice.
    #[must_use]
    pub fn is_guided(&self) -> bool {
        self.guidance > 1.0
    }

    /// The shape of the latents.
    pub(super) fn latents(&self, geometry: Geometry) -> Result<[usize; 4], GenerateError> {
        let ((width, height), multiple) = (self.size, geometry.multiple);
        let fits = |side: u32| (multiple..=LONGEST).contains(&side) && side.is_multiple_of(multiple);
        if !fits(width) || !fits(height) {
            return Err(GenerateError::Size { width, height, multiple, most: LONGEST });
        }
        if !self.guidance.is_finite() {
            return Err(GenerateError::Guidance { actual: self.guidance });
        }
        let side = |side: u32| side as usize / geometry.scale.max(1);
        Ok([1, geometry.channels, side(height), side(width)])
    }
}
