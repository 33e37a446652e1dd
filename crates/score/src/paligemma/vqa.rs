//! The metric's questions as a score.

use linocut_core::{Score, Scores, StageError, Subject};

use super::answer::answer_probability;
use super::paligemma_error::PaliGemmaError;
use super::reader::PaliGemma;

/// `V`: the mean probability of the right choice over the questions about a picture.
///
/// The picture is taken as it is: the metric asks about the defended one.
#[derive(Debug)]
pub struct Vqa {
    /// The model that is asked.
    pub model: PaliGemma,
}

impl Vqa {
    /// `V` of the subject's picture, 0 to 1.
    ///
    /// # Errors
    ///
    /// [`PaliGemmaError`] if there are no questions, one of them cannot be asked, or the picture has no pixel.
    pub fn value(&self, subject: &Subject<'_>) -> Result<f64, PaliGemmaError> {
        if subject.questions.is_empty() {
            return Err(PaliGemmaError::NoQuestions);
        }
        let picture = self.model.look(subject.image)?;
        let choices = self.model.choices(&picture, subject.questions)?;
        let right =
            subject.questions.iter().zip(&choices).filter_map(|(question, all)| answer_probability(question, all));
        Ok(right.sum::<f64>() / subject.questions.len() as f64)
    }
}

impl Score for Vqa {
    fn score(&self, subject: &Subject<'_>) -> Result<Scores, StageError> {
        let value = self.value(subject).map_err(|error| StageError::new("score", error))?;
        Ok(Scores::single("V", value))
    }
}
