//! How a picture is made.

use super::generate_error::GenerateError;
use crate::sampler::{Sampler, Schedule};

/// Longest side of a picture, in pixels: four times the side that the models were trained on.
const LONGEST: u32 = 4096;

/// How a picture is made. The defaults are those of SDXL itself; distilled models want few steps and no guidance.
#[derive(Clone, PartialEq, Debug)]
pub struct SdxlOptions {
    /// Steps, at least 1. Default: 30.
    pub steps: usize,
    /// Timesteps to visit in place of an even schedule, falling, 0 to 999. Default: none.
    pub timesteps: Option<Vec<f64>>,
    /// How much further than without the description a step goes, 1 or less for no second opinion. Default: 5.
    pub guidance: f64,
    /// What the picture should not show; of account above guidance 1 only. Default: nothing.
    pub negative: String,
    /// Width and height in pixels, multiples of 8 up to 4096. Default: 1024 x 1024.
    pub size: (u32, u32),
    /// How latents are sampled. Default: as the model's folder says.
    pub sampler: Option<Sampler>,
}

impl Default for SdxlOptions {
    fn default() -> Self {
        let (negative, sampler) = (String::new(), None);
        Self { steps: 30, timesteps: None, guidance: 5.0, negative, size: (1024, 1024), sampler }
    }
}

impl SdxlOptions {
    /// Whether each step asks the model twice.
    #[must_use]
    pub fn is_guided(&self) -> bool {
        self.guidance > 1.0
    }

    pub(super) fn check(&self, multiple: u32) -> Result<(), GenerateError> {
        let (width, height) = self.size;
        let fits = |side: u32| (multiple..=LONGEST).contains(&side) && side.is_multiple_of(multiple);
        if !fits(width) || !fits(height) {
            return Err(GenerateError::Size { width, height, multiple, most: LONGEST });
        }
        if !self.guidance.is_finite() {
            return Err(GenerateError::Guidance { actual: self.guidance });
        }
        Ok(())
    }

    pub(super) fn schedule(&self, sampler: &Sampler) -> Result<Schedule, GenerateError> {
        Ok(match &self.timesteps {
            Some(timesteps) => sampler.schedule_at(timesteps)?,
            None => sampler.schedule(self.steps)?,
        })
    }
}
