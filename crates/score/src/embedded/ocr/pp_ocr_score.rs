//! The OCR score: the contest's penalty on text, applied to what the embedded OCR reads.

use image::RgbImage;
use linocut_core::{Score, Scores, StageError, Subject};

use super::read_error::ReadError;
use super::reader::Reader;
use crate::contest;

/// Scores a picture by how little text the embedded OCR finds in it: `min(1, exp(free_characters - n))` for n
/// characters of text that counts. Line breaks count as characters too.
///
/// The part is called `O(pp-ocr)`, since it is not the contest's `O`. That one has the same formula, but the text comes
/// from PaliGemma, which also imagines text in pictures without any. This OCR finds text that is there and says nothing
/// about text that PaliGemma imagines.
#[derive(Debug)]
pub struct PpOcrScore {
    /// Reads the pictures.
    pub reader: Reader,
    /// Characters that cost nothing, at least 0. Default: 4.
    pub free_characters: f64,
}

impl PpOcrScore {
    /// The name of the score's part.
    pub const PART: &'static str = "O(pp-ocr)";

    /// Characters that cost nothing in the contest's formula.
    pub const FREE_CHARACTERS: f64 = 4.0;

    /// The contest's formula, applied to what `reader` reads.
    #[must_use]
    pub fn new(reader: Reader) -> Self {
        Self { reader, free_characters: Self::FREE_CHARACTERS }
    }

    /// The score of a text, 0 to 1.
    #[must_use]
    pub fn of_text(&self, text: &str) -> f64 {
        (self.free_characters - text.chars().count() as f64).exp().min(1.0)
    }

    /// The score of a picture, with the part `O(pp-ocr)`.
    ///
    /// # Errors
    ///
    /// As [`Reader::read`].
    pub fn scores(&self, subject: &Subject<'_>) -> Result<Scores, ReadError> {
        Ok(Scores::single(Self::PART, self.of_text(&self.reader.text(subject.image)?)))
    }
}

/// OCR for [`contest`]; its part is named `O(pp-ocr)`.
impl contest::Read for Reader {
    fn read(&self, image: &RgbImage) -> Result<String, StageError> {
        self.text(image).map_err(|error| StageError::new("score", error))
    }

    fn part_name(&self) -> &'static str {
        PpOcrScore::PART
    }
}

impl Score for PpOcrScore {
    fn score(&self, subject: &Subject<'_>) -> Result<Scores, StageError> {
        self.scores(subject).map_err(|error| StageError::new("score", error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score() -> PpOcrScore {
        PpOcrScore::new(Reader::embedded().unwrap())
    }

    #[test]
    fn four_characters_are_free_and_five_cost_63_percent() {
        let score = score();
        assert_eq!(score.of_text(""), 1.0);
        assert_eq!(score.of_text("SALE"), 1.0);
        assert!((score.of_text("SALES") - (-1_f64).exp()).abs() < 1e-12);
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        assert_eq!(score().of_text("äöü中"), 1.0);
    }

    #[test]
    fn more_free_characters_forgive_more() {
        let lenient = PpOcrScore { free_characters: 8.0, ..score() };
        assert_eq!(lenient.of_text("HELLO AB"), 1.0);
    }
}
