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

/// What is scored: a picture and everything known about it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The SVG as rendered.
    pub image: &'a RgbImage,
    /// The drawing behind it, if known.
    pub drawing: Option<&'a Drawing>,
    /// The picture that the drawing was made from, if any, at any size.
    pub source: Option<&'a RgbImage>,
    /// The description.
    pub prompt: &'a Prompt,
    /// Questions about the picture, if known.
    pub questions: &'a [Question],
    /// Words of the description that the picture's maker did not use.
    pub unused_words: &'a [String],
    /// Seed of everything random in the score.
    pub seed: u64,
}
