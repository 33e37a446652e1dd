//! The judges that give the parts of the contest's metric: one trait for each way to give a part.

use std::fmt;
use std::sync::Arc;

use image::RgbImage;
use linocut_core::{FromFn, Question, StageError};

use super::parts::Part;

/// Says how good a picture looks.
pub trait Aesthetic {
    /// `A`, any finite number; the contest's predictor gives about 0.2 to 0.8.
    ///
    /// # Errors
    ///
    /// [`StageError`] when the picture cannot be judged.
    fn aesthetic(&self, image: &RgbImage) -> Result<f64, StageError>;
}

/// Answers multiple-choice questions about a picture.
pub trait Answer {
    /// For each question, the probability of its right choice, 0 to 1. Work that the questions share (the vision tower)
    /// is done once.
    ///
    /// # Errors
    ///
    /// [`StageError`] when a question cannot be answered.
    fn right_choices(&self, image: &RgbImage, questions: &[Question]) -> Result<Vec<f64>, StageError>;
}

/// Answers yes or no to questions about a picture.
pub trait YesNo {
    /// For each prompt, the probability of yes, 0 to 1. `<image>` in a prompt marks the place of the picture.
    ///
    /// # Errors
    ///
    /// [`StageError`] when a prompt cannot be answered.
    fn yes(&self, image: &RgbImage, prompts: &[String]) -> Result<Vec<f64>, StageError>;
}

/// OCR: reads the text in a picture.
pub trait Read {
    /// The text; empty if there is none.
    ///
    /// # Errors
    ///
    /// [`StageError`] when the picture cannot be read.
    fn read(&self, image: &RgbImage) -> Result<String, StageError>;

    /// Name of the part that follows from the text. Only that of the contest's own OCR is `O`.
    fn part_name(&self) -> &'static str {
        Part::Text.name()
    }
}

/// Says how similar a picture and a text are.
pub trait Similarity {
    /// `S`, -1 to 1.
    ///
    /// # Errors
    ///
    /// [`StageError`] when the two cannot be compared.
    fn similarity(&self, image: &RgbImage, text: &str) -> Result<f64, StageError>;
}

impl<F: Fn(&RgbImage) -> Result<f64, StageError>> Aesthetic for FromFn<F> {
    fn aesthetic(&self, image: &RgbImage) -> Result<f64, StageError> {
        (self.0)(image)
    }
}

impl<F: Fn(&RgbImage, &[Question]) -> Result<Vec<f64>, StageError>> Answer for FromFn<F> {
    fn right_choices(&self, image: &RgbImage, questions: &[Question]) -> Result<Vec<f64>, StageError> {
        (self.0)(image, questions)
    }
}

impl<F: Fn(&RgbImage, &[String]) -> Result<Vec<f64>, StageError>> YesNo for FromFn<F> {
    fn yes(&self, image: &RgbImage, prompts: &[String]) -> Result<Vec<f64>, StageError> {
        (self.0)(image, prompts)
    }
}

impl<F: Fn(&RgbImage) -> Result<String, StageError>> Read for FromFn<F> {
    fn read(&self, image: &RgbImage) -> Result<String, StageError> {
        (self.0)(image)
    }
}

impl<F: Fn(&RgbImage, &str) -> Result<f64, StageError>> Similarity for FromFn<F> {
    fn similarity(&self, image: &RgbImage, text: &str) -> Result<f64, StageError> {
        (self.0)(image, text)
    }
}

/// The judges that give the parts of a score, each optional. One model may serve as several judges.
#[derive(Clone, Default)]
pub struct Judges {
    /// Gives A.
    pub aesthetic: Option<Arc<dyn Aesthetic + Send + Sync>>,
    /// Gives V by multiple choice.
    pub answer: Option<Arc<dyn Answer + Send + Sync>>,
    /// Gives V by yes or no.
    pub yes_no: Option<Arc<dyn YesNo + Send + Sync>>,
    /// Gives O.
    pub reader: Option<Arc<dyn Read + Send + Sync>>,
    /// Gives S.
    pub similarity: Option<Arc<dyn Similarity + Send + Sync>>,
}

impl fmt::Debug for Judges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Judges")
            .field("aesthetic", &self.aesthetic.is_some())
            .field("answer", &self.answer.is_some())
            .field("yes_no", &self.yes_no.is_some())
            .field("reader", &self.reader.is_some())
            .field("similarity", &self.similarity.is_some())
            .finish()
    }
}
