//! The embedded judge: scores how well pictures fit their descriptions.

use image::RgbImage;
use linocut_core::{Score, Scores, StageError, Subject};
use linocut_words::Vector;

use super::judge_error::JudgeError;
use super::picture::{PictureNetwork, Seen};
use super::text::TextNetwork;

/// The score of a description without a known word: even odds.
const UNKNOWN: f64 = 0.5;

/// Judges how well a picture fits its description. Load it once and use it for all pictures.
///
/// Its score has one part, `judge`, 0 to 1: the probability that the description belongs to this picture rather than to
/// another one, given even odds beforehand. A description without a known word scores 0.5. It is not the contest's
/// metric. It reads a description as a bag of words: it cannot tell what stands where, or which colour belongs to which
/// thing.
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
    /// Loads the judge that is part of the library.
    ///
    /// # Errors
    ///
    /// [`JudgeError::Network`] with the feature `onnxruntime`, if `ORT_DYLIB_PATH` names no usable library;
    /// [`JudgeError::Words`] or [`JudgeError::Calibration`] if the bundled data are damaged.
    pub fn embedded() -> Result<Self, JudgeError> {
        Ok(Self { picture: PictureNetwork::embedded()?, text: TextNetwork::embedded()? })
    }

    /// The runtime of the networks: `rten` or `ONNX Runtime`.
    #[must_use]
    pub fn runtime(&self) -> &'static str {
        self.picture.runtime()
    }

    /// Embeds a picture.
    ///
    /// # Shapes
    ///
    /// - `image`: W x H, 8-bit sRGB, any size from 1 x 1 px; stretched to 160 x 160 px
    ///
    /// # Errors
    ///
    /// [`JudgeError::NoPixels`] for a side of 0 px, [`JudgeError::Resize`] for too large a picture, [`JudgeError::Network`] if
    /// the runtime fails.
    pub fn embed_picture(&self, image: &RgbImage) -> Result<Seen, JudgeError> {
        self.picture.see(image)
    }

    /// Embeds a text; `None` if none of its content words is known. At most 200 words are read.
    ///
    /// # Errors
    ///
    /// [`JudgeError::Network`] if the runtime fails.
    pub fn embed_text(&self, text: &str) -> Result<Option<Vector>, JudgeError> {
        self.text.read(text)
    }

    /// How well a picture and a text fit, 0 to 1; the score's part `judge`.
    #[must_use]
    pub fn fit(&self, picture: &Seen, text: &Vector) -> f64 {
        self.picture.probability(picture, text)
    }

    /// Cosine between a picture and a text, -1 to 1; `None` if no word of the text is known. Of several texts, a
    /// picture's own should have the largest cosine.
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
