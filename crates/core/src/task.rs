//! Tasks for stages, and subjects of scores.

use image::RgbImage;
use linocut_svg::Drawing;

use crate::budget::ByteBudget;
use crate::prompt::{Prompt, Question};
use crate::stop::Stop;

/// How much work a stage should do. It is a count of work, never a time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Effort {
    /// Enough to rank a candidate.
    Draft,
    /// As much as the stage's options say.
    #[default]
    Full,
}

/// The conditions under which a drawing is made or rewritten.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// The picture that the drawing should look like, if any.
    pub image: Option<&'a RgbImage>,
    /// The most bytes that the drawing may take as SVG.
    pub budget: ByteBudget,
    /// Seed of everything random.
    pub seed: u64,
    /// How much work to do.
    pub effort: Effort,
    /// When to stop.
    pub stop: &'a Stop,
}

impl<'a> Task<'a> {
    /// Full effort with seed 0 and no picture.
    #[must_use]
    pub const fn new(budget: ByteBudget, stop: &'a Stop) -> Self {
        Self { image: None, budget, seed: 0, effort: Effort::Full, stop }
    }
}

/// What a score judges: a picture, its description and whatever else is known about the two.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The picture, usually a rendered SVG.
    pub image: &'a RgbImage,
    /// The drawing behind it, if known.
    pub drawing: Option<&'a Drawing>,
    /// The picture that the drawing was made from, if any, at any size.
    pub source: Option<&'a RgbImage>,
    /// The description that the picture should show.
    pub prompt: &'a Prompt,
    /// Questions about the picture; empty if there are none.
    pub questions: &'a [Question],
    /// Words of the description that the picture does not show, as reported by whatever made it.
    pub unused_words: &'a [String],
    /// Seed of everything random in the score.
    pub seed: u64,
}

impl<'a> Subject<'a> {
    /// A picture and its description, with seed 0 and nothing else known.
    ///
    /// What else is known is added by struct update:
    ///
    /// ```
    /// use image::RgbImage;
    /// use linocut_core::{Prompt, Subject};
    ///
    /// let (image, source) = (RgbImage::new(4, 4), RgbImage::new(8, 8));
    /// let prompt = Prompt::new("a red fox", 7);
    /// let subject = Subject { source: Some(&source), ..Subject::new(&image, &prompt) };
    /// assert!(subject.drawing.is_none() && subject.unused_words.is_empty());
    /// ```
    #[must_use]
    pub const fn new(image: &'a RgbImage, prompt: &'a Prompt) -> Self {
        Self { image, drawing: None, source: None, prompt, questions: &[], unused_words: &[], seed: 0 }
    }
}
