//! The judge as a score.

use image::RgbImage;
use linocut_core::{Score, Scores, StageError, Subject};
use linocut_words::Vector;

use super::judge_error::JudgeError;
use super::picture::{PictureNetwork, Seen};
use super::text::TextNetwork;

/// What a description without a known word scores: as likely as not.
const UNKNOWN: f64 = 0.5;

/// Says how well pictures fit descriptions. Make one and use it for all.
///
/// Its score has one part, `judge`, 0 to 1: the probability that the description is this picture's own rather than one of
/// another picture, if both are as likely before one looks. A description without a known word scores 0.5. It is not the
/// contest's metric, and a bag of words to it: who stands where, and which colour belongs to which thing, it cannot tell.
///
/// ```
/// use image::RgbImage;
/// use linocut_score::Judge;
///
/// let judge = Judge::embedded()?;
/// let red = judge.embed_picture(&RgbImage::from_pixel(64, 64, image::Rgb([200, 20, 20])))?;
/// let text = judge.embed_text("a red square")?.ok_or("no word is known")?;
/// assert!((0.0..=1.0).contains(&judge.fit(&red, &text)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Source
///
/// Features of EfficientNet-Lite0 (Tan, Le 2019; weights under the Apache licence 2.0) and a projector trained on openly
/// licensed labelled pictures towards static word vectors (`assets/judge`, `docs/results/judge.md`).
#[derive(Debug)]
pub struct Judge {
    picture: PictureNetwork,
    text: TextNetwork,
}

impl Judge {
    /// The judge that is part of the library.
    ///
    /// # Errors
    ///
    /// [`JudgeError::Network`] with the feature `onnxruntime`, if `ORT_DYLIB_PATH` names no usable library;
    /// [`JudgeError::Words`] or [`JudgeError::Calibration`] if what is bundled is damaged.
    pub fn embedded() -> Result<Self, JudgeError> {
        Ok(Self { picture: PictureNetwork::embedded()?, text: TextNetwork::embedded()? })
    }

    /// What runs the networks: `rten` or `ONNX Runtime`.
    #[must_use]
    pub fn runtime(&self) -> &'static str {
        self.picture.runtime()
    }

    /// What a picture shows.
    ///
    /// # Shapes
    ///
    /// - `image`: W x H, 8-bit sRGB, any size from 1 x 1 px; seen at 160 x 160 px, its sides stretched
    ///
    /// # Errors
    ///
    /// [`JudgeError::NoPixels`] for a side of 0 px, [`JudgeError::Resize`] for too large a picture, [`JudgeError::Network`] if
    /// the runtime fails.
    pub fn embed_picture(&self, image: &RgbImage) -> Result<Seen, JudgeError> {
        self.picture.see(image)
    }

    /// What a text means; none if none of its content words is known. At most 200 words are read.
    ///
    /// # Errors
    ///
    /// [`JudgeError::Network`] if the runtime fails.
    pub fn embed_text(&self, text: &str) -> Result<Option<Vector>, JudgeError> {
        self.text.read(text)
    }

    /// How well a picture and a text fit, 0 to 1: as the score.
    #[must_use]
    pub fn fit(&self, picture: &Seen, text: &Vector) -> f64 {
        self.picture.probability(picture, text)
    }

    /// Cosine between what a picture shows and what a text means, -1 to 1; none if no word of the text is known. Of several
    /// texts, a picture's own should have the largest.
    ///
    /// # Errors
    ///
    /// As [`Judge::embed_picture`].
    pub fn similarity(&self, image: &RgbImage, text: &str) -> Result<Option<f32>, JudgeError> {
        let Some(text) = self.embed_text(text)? else { return Ok(None) };
        Ok(Some(self.embed_picture(image)?.direction.cosine(&text)))
    }

    /// The score of one picture for its description.
    ///
    /// # Errors
    ///
    /// As [`Judge::embed_picture`].
    pub fn scores(&self, subject: &Subject<'_>) -> Result<Scores, JudgeError> {
        let seen = self.embed_picture(subject.image)?;
        let text = self.embed_text(&subject.prompt.text)?;
        Ok(Scores::single("judge", text.map_or(UNKNOWN, |text| self.fit(&seen, &text))))
    }
}

impl Score for Judge {
    fn score(&self, subject: &Subject<'_>) -> Result<Scores, StageError> {
        self.scores(subject).map_err(|error| StageError::new("score", error))
    }
}
