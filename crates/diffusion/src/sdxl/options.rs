//! How a picture is made.

use linocut_core::Prompt;

use super::generate_error::GenerateError;
use crate::prompt::{Rotation, Styled};
use crate::sampler::{Sampler, Schedule};
use crate::unet::Reuse;

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
    /// What the picture should not show besides what its style leaves out; of account above guidance 1 only. Default: nothing.
    pub negative: String,
    /// Templates that descriptions are put in. Default: none, they stay as they are typed.
    pub styles: Rotation,
    /// Whether `(word:1.2)` in a description is a weight, as [`parse_weights`](crate::prompt::parse_weights) reads it. Default:
    /// false, it is text.
    pub weighted: bool,
    /// Reuse of deep features between steps. Default: none.
    pub reuse: Reuse,
    /// Width and height in pixels, multiples of 8 up to 4096. Default: 1024 x 1024.
    pub size: (u32, u32),
    /// How latents are sampled. Default: as the model's folder says.
    pub sampler: Option<Sampler>,
}

impl Default for SdxlOptions {
    fn default() -> Self {
        Self {
            steps: 30,
            timesteps: None,
            guidance: 5.0,
            negative: String::new(),
            styles: Rotation::default(),
            weighted: false,
            reuse: Reuse::default(),
            size: (1024, 1024),
            sampler: None,
        }
    }
}

impl SdxlOptions {
    /// Whether each step asks the model twice.
    #[must_use]
    pub fn is_guided(&self) -> bool {
        self.guidance > 1.0
    }

    /// What the model is asked for a description: it in the style whose turn it is, and all that is left out.
    #[must_use]
    pub fn asked(&self, prompt: &Prompt) -> Styled {
        let styled = self.styles.style(prompt.seed).apply(&prompt.text);
        let left_out = [styled.negative.as_str(), self.negative.as_str()].into_iter().filter(|text| !text.is_empty());
        Styled { negative: left_out.collect::<Vec<_>>().join(", "), ..styled }
    }

    pub(super) fn steps(&self) -> usize {
        self.timesteps.as_ref().map_or(self.steps, Vec::len)
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

#[cfg(test)]
mod tests {
    use linocut_core::derive_seed;

    use super::*;
    use crate::prompt::{Style, styles};

    #[test]
    fn candidates_of_a_run_are_asked_for_in_styles_by_turns() {
        let styles_of_run = Rotation::beginning_with(styles()[0], 7);
        let options = SdxlOptions { styles: styles_of_run, negative: "rain".to_owned(), ..SdxlOptions::default() };
        for (index, style) in (0..).zip(styles()) {
            let asked = options.asked(&Prompt::new("a red barn.", derive_seed(7, index)));
            assert_eq!(asked.prompt, style.apply("a red barn").prompt);
            assert_eq!(asked.negative, format!("{}, rain", style.negative));
        }
    }

    #[test]
    fn without_a_style_the_description_stays_as_it_is_typed() {
        let asked = SdxlOptions::default().asked(&Prompt::new(" as typed. ", 3));
        assert_eq!(asked, Style::PLAIN.apply(" as typed. "));
    }
}
