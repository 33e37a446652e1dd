//! How a picture is made.

use linocut_core::Prompt;

use super::denoiser::Geometry;
use super::generate_error::GenerateError;
use crate::entry::Entry;
use crate::prompt::{Rotation, Style, Styled};
use crate::sampler::Sampler;
use crate::unet::Reuse;

/// Longest side of a picture, in pixels.
const LONGEST: u32 = 4096;

/// How a picture is made. The defaults are those of Stable Diffusion 1.5.
#[derive(Clone, PartialEq, Debug)]
pub struct DenoiseOptions {
    /// Steps, at least 1. Default: 25.
    pub steps: usize,
    /// Timesteps to visit in place of an even schedule, falling, 0 to 999. Default: none.
    pub timesteps: Option<Vec<f64>>,
    /// How much further than without the description a step goes, 1 or less for no second opinion; for a model whose network is told it
    /// ([`Denoiser::is_told_guidance`](super::Denoiser::is_told_guidance)), what it is told. Default: 7.5.
    pub guidance: f64,
    /// What the picture should not show besides what its style leaves out; of account above guidance 1 only. Default: nothing.
    pub negative: String,
    /// Templates that descriptions are put in. Default: none, they stay as they are typed.
    pub styles: Rotation,
    /// Whether `(word:1.2)` in a description is a weight, as [`parse_weights`](crate::prompt::parse_weights) reads it. Default:
    /// false, it is text.
    pub weighted: bool,
    /// Reuse of deep features between steps, for models with a UNet. Default: none.
    pub reuse: Reuse,
    /// Width and height in pixels, multiples of [`Geometry::multiple`] up to 4096. Default: 512 x 512.
    pub size: (u32, u32),
    /// How latents are sampled. Default: as the model's folder says.
    pub sampler: Option<Sampler>,
    /// Pictures of one description that are denoised together, at least 1. More are faster on a card and take more memory. On a CPU a
    /// picture's last bits may depend on it. Default: 1.
    pub batch: usize,
}

impl Default for DenoiseOptions {
    fn default() -> Self {
        Self {
            steps: 25,
            timesteps: None,
            guidance: 7.5,
            negative: String::new(),
            styles: Rotation::default(),
            weighted: false,
            reuse: Reuse::default(),
            size: (512, 512),
            sampler: None,
            batch: 1,
        }
    }
}

impl DenoiseOptions {
    /// How a named model is meant to be used.
    #[must_use]
    pub fn of_entry(entry: &Entry) -> Self {
        Self {
            steps: entry.steps,
            timesteps: (!entry.timesteps.is_empty()).then(|| entry.timesteps.to_vec()),
            guidance: entry.guidance,
            negative: entry.negative.to_owned(),
            size: (entry.size, entry.size),
            sampler: entry.sampler.clone(),
            ..Self::default()
        }
    }

    /// The same for pictures in one style. What it leaves out comes behind what is left out already.
    #[must_use]
    pub fn in_style(self, style: &Style) -> Self {
        let left_out = [self.negative.as_str(), style.negative].into_iter().filter(|text| !text.is_empty());
        let negative = left_out.collect::<Vec<_>>().join(", ");
        Self { negative, styles: Rotation::always(Style { negative: "", ..*style }), ..self }
    }

    /// Whether each step asks the model twice, unless the guidance is an input of its network.
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

    /// The shape of the latents of one picture.
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

#[cfg(test)]
mod tests {
    use linocut_core::derive_seed;

    use super::*;
    use crate::entry::entries;
    use crate::prompt::styles;

    #[test]
    fn candidates_of_a_run_are_asked_for_in_styles_by_turns() {
        let styles_of_run = Rotation::beginning_with(styles()[0], 7);
        let options = DenoiseOptions { styles: styles_of_run, negative: "rain".to_owned(), ..Default::default() };
        for (index, style) in (0..).zip(styles()) {
            let asked = options.asked(&Prompt::new("a red barn.", derive_seed(7, index)));
            assert_eq!(asked.prompt, style.apply("a red barn").prompt);
            assert_eq!(asked.negative, format!("{}, rain", style.negative));
        }
    }

    #[test]
    fn without_a_style_the_description_stays_as_it_is_typed() {
        let asked = DenoiseOptions::default().asked(&Prompt::new(" as typed. ", 3));
        assert_eq!(asked, Style::PLAIN.apply(" as typed. "));
    }

    #[test]
    fn what_a_card_leaves_out_stays_out_in_every_style() {
        let ssd = || DenoiseOptions::of_entry(Entry::named("ssd-1b").unwrap());
        let asked = |options: DenoiseOptions| options.asked(&Prompt::new("a barn", 3));
        assert_eq!(asked(ssd().in_style(&Style::PLAIN)), asked(ssd()));
        let flat = asked(ssd().in_style(&styles()[0]));
        assert!(flat.prompt.starts_with("simple flat vector illustration of a barn,"), "{}", flat.prompt);
        assert!(flat.negative.starts_with("ugly, blurry, poor quality, lines"), "{}", flat.negative);
    }

    #[test]
    fn every_named_model_has_options_that_can_be_sampled() {
        for entry in entries() {
            let options = DenoiseOptions::of_entry(entry);
            assert!(options.latents(Geometry { channels: 4, scale: 8, multiple: 16 }).is_ok(), "{}", entry.name);
        }
    }
}
