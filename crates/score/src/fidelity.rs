//! Fidelity: how close a picture is to its source, and how much of the description it covers. Needs no model.

use std::borrow::Cow;

use image::RgbImage;
use linocut_core::{Prompt, Score, Scores, StageError, Subject};
use linocut_raster::{DifferenceError, Filter, ResizeError, resize, ssim};
use thiserror::Error;

/// Fidelity to the source picture, and share of the description that is shown.
///
/// Parts: `fidelity`, the SSIM of the picture against its source (resized to the picture's size by Pillow's Lanczos
/// filter), clamped to at least 0; and `coverage`, the share of the description's content words that were used. The
/// total is their weighted mean, 0 to 1. Without a source, the total is the coverage.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fidelity {
    /// Weight of fidelity, at least 0. Default: 2.
    pub fidelity_weight: f64,
    /// Weight of coverage, at least 0. Default: 1.
    pub coverage_weight: f64,
}

impl Default for Fidelity {
    fn default() -> Self {
        Self { fidelity_weight: 2.0, coverage_weight: 1.0 }
    }
}

impl Fidelity {
    /// The scores of one picture.
    ///
    /// # Errors
    ///
    /// [`FidelityError`] for a picture with a side under 11 px or a source without pixels.
    pub fn scores(&self, subject: &Subject<'_>) -> Result<Scores, FidelityError> {
        let coverage = coverage(subject.prompt, subject.unused_words);
        let mut parts = vec![(Cow::Borrowed("coverage"), coverage)];
        let mut total = coverage;
        if let Some(source) = subject.source {
            let fidelity = fidelity(subject.image, source)?;
            let weights = self.fidelity_weight + self.coverage_weight;
            total = (self.fidelity_weight * fidelity + self.coverage_weight * coverage) / weights;
            parts.insert(0, (Cow::Borrowed("fidelity"), fidelity));
        }
        Ok(Scores { total, parts })
    }
}

impl Score for Fidelity {
    fn score(&self, subject: &Subject<'_>) -> Result<Scores, StageError> {
        self.scores(subject).map_err(|error| StageError::new("score", error))
    }
}

fn fidelity(image: &RgbImage, source: &RgbImage) -> Result<f64, FidelityError> {
    let source = resize(source, image.width(), image.height(), Filter::Lanczos)?;
    Ok(ssim(image, &source)?.max(0.0))
}

/// Share of the content words that were used; 1 for a description without any. Whatever made the picture may find more
/// words in the description than [`Prompt::content_words`] does (an emoji, for example): then those count.
fn coverage(prompt: &Prompt, unused: &[String]) -> f64 {
    let words = prompt.content_words().len().max(unused.len());
    if words == 0 { 1.0 } else { 1.0 - unused.len() as f64 / words as f64 }
}

/// Why a picture could not be compared with its source.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FidelityError {
    /// The source cannot be resized.
    #[error(transparent)]
    Resize(#[from] ResizeError),
    /// The pictures cannot be compared.
    #[error(transparent)]
    Difference(#[from] DifferenceError),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(image: &RgbImage, source: Option<&RgbImage>, text: &str, unused: &[&str]) -> Scores {
        let prompt = Prompt::new(text, 0);
        let unused: Vec<String> = unused.iter().map(|word| (*word).to_owned()).collect();
        let subject = Subject { source, unused_words: &unused, ..Subject::new(image, &prompt) };
        Fidelity::default().scores(&subject).unwrap()
    }

    fn stripes(period: u32) -> RgbImage {
        RgbImage::from_fn(64, 64, |x, _| image::Rgb([if (x / period).is_multiple_of(2) { 0 } else { 255 }; 3]))
    }

    #[test]
    fn a_perfect_copy_that_shows_all_words_scores_one() {
        let found = scores(&stripes(8), Some(&stripes(8)), "black stripes", &[]);
        assert!((found.total - 1.0).abs() < 1e-6);
    }

    #[test]
    fn unlike_pictures_score_less() {
        let found = scores(&stripes(8), Some(&stripes(5)), "black stripes", &[]);
        assert!(found.part("fidelity") < Some(0.5) && found.total < 0.7);
    }

    #[test]
    fn unused_words_lower_the_coverage() {
        let found = scores(&stripes(8), None, "a purple forest at dusk", &["dusk"]);
        assert!((found.total - 2.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn coverage_is_a_share_whatever_counts_as_a_word() {
        assert_eq!(scores(&stripes(8), None, "", &[]).total, 1.0);
        assert_eq!(scores(&stripes(8), None, "🦊 🌲", &["🦊", "🌲"]).total, 0.0);
    }

    #[test]
    fn a_source_without_pixels_is_an_error() {
        let prompt = Prompt::default();
        let (image, source) = (stripes(8), RgbImage::new(0, 0));
        let subject = Subject { source: Some(&source), ..Subject::new(&image, &prompt) };
        assert!(Fidelity::default().score(&subject).is_err());
    }
}
