//! PaliGemma as the judge that a contest score asks.

use std::sync::{Mutex, PoisonError};

use image::RgbImage;
use linocut_core::{Question, StageError};

use super::answer::{YesNo, answer_probability};
use super::paligemma_error::PaliGemmaError;
use super::reader::{Looked, PaliGemma};
use crate::contest;

/// Answers and reads for [`contest`], and remembers the picture that it last looked at: whoever asks about one picture after the
/// other lets the vision tower run once for each.
#[derive(Debug)]
pub struct PaliGemmaJudge {
    model: PaliGemma,
    form: YesNo,
    last: Mutex<Option<(RgbImage, Looked)>>,
}

impl PaliGemmaJudge {
    /// A judge with a model and the form in which it says yes.
    #[must_use]
    pub fn new(model: PaliGemma, form: YesNo) -> Self {
        Self { model, form, last: Mutex::new(None) }
    }

    /// What the tower makes of a picture, from memory if it is the last one.
    ///
    /// # Errors
    ///
    /// [`PaliGemmaError::Pixels`] if the picture has no pixel.
    pub fn look(&self, image: &RgbImage) -> Result<Looked, PaliGemmaError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, looked)) = last.as_ref().filter(|(known, _)| known == image) {
            return Ok(looked.clone());
        }
        let looked = self.model.look(image)?;
        *last = Some((image.clone(), looked.clone()));
        Ok(looked)
    }

    fn right(&self, image: &RgbImage, questions: &[Question]) -> Result<Vec<f64>, PaliGemmaError> {
        let all = self.model.choices(&self.look(image)?, questions)?;
        Ok(questions.iter().zip(&all).filter_map(|(question, all)| answer_probability(question, all)).collect())
    }
}

fn stage(error: PaliGemmaError) -> StageError {
    StageError::new("score", error)
}

impl contest::Answer for PaliGemmaJudge {
    fn right_choices(&self, image: &RgbImage, questions: &[Question]) -> Result<Vec<f64>, StageError> {
        self.right(image, questions).map_err(stage)
    }
}

impl contest::YesNo for PaliGemmaJudge {
    fn yes(&self, image: &RgbImage, prompts: &[String]) -> Result<Vec<f64>, StageError> {
        self.look(image).and_then(|picture| self.model.yes(&picture, prompts, self.form)).map_err(stage)
    }
}

impl contest::Read for PaliGemmaJudge {
    fn read(&self, image: &RgbImage) -> Result<String, StageError> {
        self.look(image).and_then(|picture| self.model.read(&picture)).map_err(stage)
    }
}
