//! The contest's metric for one picture: judges give the parts, a recipe combines them.

use image::RgbImage;
use linocut_core::{Prompt, Question, Score, Scores, StageError, Subject};
use thiserror::Error;

use super::examined::Examined;
use super::formula::FormulaError;
use super::judges::Judges;
use super::parts::Part;
use super::recipe::{Recipe, Seen, VqaForm, filled};
use crate::contest::defence::{DefenceError, Defended, defended};

/// A recipe and the judges that give its parts.
///
/// As a [`Score`], it takes [`Subject::image`] as the rendered picture; the defences draw from a generator seeded with
/// [`Subject::seed`], the upper half of its bits folded into the lower. To get the contest's numbers, render the
/// picture with [`MetricRenderer`](crate::MetricRenderer) at [`METRIC_SIDE`](crate::METRIC_SIDE) and use the seed that
/// [`Metric`](crate::contest::metric::Metric) gives the row.
///
/// ```
/// use std::sync::Arc;
///
/// use image::RgbImage;
/// use linocut_core::{FromFn, Prompt, StageError};
/// use linocut_score::contest::{ContestScore, Judges, Parts, Recipe};
///
/// let brightness = FromFn(|image: &RgbImage| Ok::<_, StageError>(f64::from(image.get_pixel(9, 9).0[0]) / 255.0));
/// let judges = Judges { aesthetic: Some(Arc::new(brightness)), ..Judges::default() };
/// let metric = ContestScore { recipe: Recipe::SECOND, judges };
///
/// let found = metric.examine(&RgbImage::new(384, 384), &Prompt::new("a dark night", 0), &[], 0)?;
/// assert_eq!(found.parts, Parts { aesthetic: Some(0.0), ..Parts::default() });
/// assert!(metric.total(&found).unwrap_err().to_string().contains("V is missing"));
/// # Ok::<(), linocut_score::contest::ContestError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ContestScore {
    /// How the score is computed. Default: the deployed metric.
    pub recipe: Recipe,
    /// The judges that give its parts. Default: none.
    pub judges: Judges,
}

impl ContestScore {
    /// The parts that the recipe needs and that have no judge.
    #[must_use]
    pub fn missing(&self) -> Vec<Part> {
        let judges = &self.judges;
        let is_given = |part: &Part| match part {
            Part::Vqa if self.recipe.vqa == VqaForm::Choices => judges.answer.is_some(),
            Part::Vqa => judges.yes_no.is_some(),
            Part::Aesthetic => judges.aesthetic.is_some(),
            Part::Text => judges.reader.is_some(),
            Part::Similarity => judges.similarity.is_some(),
        };
        self.recipe.formula.needs().into_iter().filter(|part| !is_given(part)).collect()
    }

    /// The pictures that the judges are shown, given the rendered one.
    ///
    /// # Errors
    ///
    /// [`ContestError::Defence`] for a picture that cannot be defended.
    pub fn views(&self, rendered: &RgbImage, seed: u32) -> Result<Defended, ContestError> {
        Ok(match self.recipe.seen {
            Seen::Defended => defended(rendered, seed)?,
            Seen::Rendered => Defended { defended: rendered.clone(), ocr: rendered.clone() },
        })
    }

    /// Examines a rendered picture for the parts that the recipe needs; parts without a judge are left out.
    ///
    /// # Errors
    ///
    /// As [`Self::views`] and [`Self::judge`].
    pub fn examine(
        &self,
        rendered: &RgbImage,
        prompt: &Prompt,
        questions: &[Question],
        seed: u32,
    ) -> Result<Examined, ContestError> {
        self.judge(&self.views(rendered, seed)?, prompt, questions)
    }

    /// Examines a picture, given its views, for the parts that the recipe needs; parts without a judge are left out.
    ///
    /// # Errors
    ///
    /// [`ContestError::NoQuestions`] if the recipe asks questions and there are none, [`ContestError::Judge`] when a
    /// judge fails, [`ContestError::Answers`] when it gives another number of answers than was asked for,
    /// [`ContestError::Probability`] for an answer that is not a probability.
    pub fn judge(&self, views: &Defended, prompt: &Prompt, questions: &[Question]) -> Result<Examined, ContestError> {
        let mut found = Examined { text_name: Part::Text.name(), ..Examined::default() };
        for part in self.recipe.formula.needs() {
            match part {
                Part::Vqa => self.ask(&mut found, views, prompt, questions)?,
                Part::Aesthetic => found.parts.aesthetic = self.aesthetic(views)?,
                Part::Text => self.read(&mut found, views)?,
                Part::Similarity => found.parts.similarity = self.similarity(views, prompt)?,
            }
        }
        Ok(found)
    }

    /// Combines what was found into the total.
    ///
    /// # Errors
    ///
    /// [`ContestError::Formula`] for parts that are missing, not numbers or out of range.
    pub fn total(&self, found: &Examined) -> Result<f64, ContestError> {
        Ok(self.recipe.formula.combine(&found.parts)?)
    }

    /// The scores of one picture.
    ///
    /// # Errors
    ///
    /// [`ContestError`] as [`Self::examine`] and [`Self::total`]; no judge is asked if a part would be missing.
    pub fn scores(&self, subject: &Subject<'_>) -> Result<Scores, ContestError> {
        if let Some(&part) = self.missing().first() {
            return Err(FormulaError::Missing { part }.into());
        }
        let found = self.examine(subject.image, subject.prompt, subject.questions, folded(subject.seed))?;
        Ok(found.scores(self.total(&found)?))
    }

    fn ask(
        &self,
        found: &mut Examined,
        views: &Defended,
        prompt: &Prompt,
        questions: &[Question],
    ) -> Result<(), ContestError> {
        match &self.recipe.vqa {
            VqaForm::Choices => self.ask_choices(found, views, questions),
            VqaForm::YesNo { portrays, text } => {
                let prompts = [Some(portrays), text.as_ref()].into_iter().flatten();
                self.ask_yes_no(found, views, &prompts.map(|ask| filled(ask, &prompt.text)).collect::<Vec<_>>())
            }
        }
    }

    fn ask_choices(&self, found: &mut Examined, views: &Defended, questions: &[Question]) -> Result<(), ContestError> {
        let Some(judge) = &self.judges.answer else { return Ok(()) };
        if questions.is_empty() {
            return Err(ContestError::NoQuestions);
        }
        found.answers = answered(judge.right_choices(&views.defended, questions)?, questions.len())?;
        found.parts.vqa = Some(found.answers.iter().sum::<f64>() / questions.len() as f64);
        Ok(())
    }

    fn ask_yes_no(&self, found: &mut Examined, views: &Defended, prompts: &[String]) -> Result<(), ContestError> {
        let Some(judge) = &self.judges.yes_no else { return Ok(()) };
        found.answers = answered(judge.yes(&views.defended, prompts)?, prompts.len())?;
        found.parts.vqa = Some(found.answers[1..].iter().fold(found.answers[0], |product, yes| product * (1.0 - yes)));
        Ok(())
    }

    fn aesthetic(&self, views: &Defended) -> Result<Option<f64>, ContestError> {
        let judge = self.judges.aesthetic.as_ref();
        Ok(judge.map(|judge| judge.aesthetic(&views.defended)).transpose()?)
    }

    fn similarity(&self, views: &Defended, prompt: &Prompt) -> Result<Option<f64>, ContestError> {
        let text = self.recipe.similarity_text(&prompt.text);
        let judge = self.judges.similarity.as_ref();
        Ok(judge.map(|judge| judge.similarity(&views.defended, &text)).transpose()?)
    }

    fn read(&self, found: &mut Examined, views: &Defended) -> Result<(), ContestError> {
        let Some(judge) = &self.judges.reader else { return Ok(()) };
        let text = judge.read(&views.ocr)?;
        found.text_name = judge.part_name();
        found.parts.text = Some(self.recipe.formula.text_score(text.chars().count()));
        found.text = Some(text);
        Ok(())
    }
}

impl Score for ContestScore {
    fn score(&self, subject: &Subject<'_>) -> Result<Scores, StageError> {
        self.scores(subject).map_err(|error| StageError::new("score", error))
    }
}

/// Folds a seed to 32 bits; seeds that fit stay unchanged.
const fn folded(seed: u64) -> u32 {
    (seed ^ (seed >> 32)) as u32
}

/// The answers, if there are as many as were asked for and each is a probability.
fn answered(answers: Vec<f64>, asked: usize) -> Result<Vec<f64>, ContestError> {
    if answers.len() != asked {
        return Err(ContestError::Answers { expected: asked, actual: answers.len() });
    }
    match answers.iter().find(|answer| !(0.0..=1.0).contains(*answer)) {
        Some(&value) => Err(ContestError::Probability { value }),
        None => Ok(answers),
    }
}

/// Why a picture could not be scored.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ContestError {
    /// The defences cannot be applied.
    #[error(transparent)]
    Defence(#[from] DefenceError),
    /// The parts cannot be combined.
    #[error(transparent)]
    Formula(#[from] FormulaError),
    /// The metric asks questions about the picture, and there are none.
    #[error("no questions")]
    NoQuestions,
    /// A judge gave another number of answers than there are questions.
    #[error("{actual} answers to {expected} questions")]
    Answers {
        /// Number of questions.
        expected: usize,
        /// Number of answers.
        actual: usize,
    },
    /// An answer is not a probability.
    #[error("probability of an answer is {value}, expected 0 to 1")]
    Probability {
        /// The answer.
        value: f64,
    },
    /// A judge failed.
    #[error(transparent)]
    Judge(#[from] StageError),
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use image::Rgb;
    use linocut_core::FromFn;

    use super::*;

    type Given<T> = Result<T, StageError>;

    fn judges() -> Judges {
        let answer = |_: &RgbImage, asked: &[Question]| -> Given<_> { Ok([0.5, 1.0, 0.75][..asked.len()].to_vec()) };
        let yes = |_: &RgbImage, asked: &[String]| -> Given<_> {
            Ok(asked.iter().map(|prompt| if prompt.contains("a red fox") { 0.8 } else { 0.25 }).collect())
        };
        let near = |_: &RgbImage, text: &str| -> Given<_> { Ok(if text.contains("a red fox") { 0.3 } else { 0.0 }) };
        Judges {
            aesthetic: Some(Arc::new(FromFn(|_: &RgbImage| -> Given<_> { Ok(0.5) }))),
            answer: Some(Arc::new(FromFn(answer))),
            yes_no: Some(Arc::new(FromFn(yes))),
            reader: Some(Arc::new(FromFn(|_: &RgbImage| -> Given<_> { Ok("été 5".to_owned()) }))),
            similarity: Some(Arc::new(FromFn(near))),
        }
    }

    fn scores_of(metric: &ContestScore, asked: usize) -> Result<Scores, ContestError> {
        let image = RgbImage::from_pixel(64, 64, Rgb([90, 60, 200]));
        let question = Question { text: "?".to_owned(), choices: vec!["a".to_owned()], answer: 0 };
        let questions = vec![question; asked];
        let prompt = Prompt::new("a red fox", 0);
        metric.scores(&Subject { questions: &questions, seed: 1 << 40, ..Subject::new(&image, &prompt) })
    }

    fn total(recipe: Recipe) -> f64 {
        scores_of(&ContestScore { recipe, judges: judges() }, 3).unwrap().total
    }

    #[test]
    fn parts_are_kept_and_characters_are_counted_not_bytes() {
        let scores = scores_of(&ContestScore { judges: judges(), ..ContestScore::default() }, 3).unwrap();
        let o = (-1.0_f64).exp();
        assert_eq!(scores.parts, [("V".into(), 0.75), ("A".into(), 0.5), ("O".into(), o)]);
        assert!((scores.total - o * 1.25 * 0.75 * 0.5 / (0.25 * 0.75 + 0.5)).abs() < 1e-12);
    }

    #[test]
    fn presets_ask_what_they_need() {
        assert!((total(Recipe::FIRST) - 0.3).abs() < 1e-12);
        assert!((total(Recipe::SECOND) - 5.0 * 0.6 * 0.5 / (4.0 * 0.6 + 0.5)).abs() < 1e-12);
        assert!((total(Recipe::HARMONIC) - 3.0 / (1.0 / 0.75 + 2.0 + 3.0_f64.exp())).abs() < 1e-12);
        assert!((total(Recipe::RANKING) - 0.15).abs() < 1e-12);
        assert!((total(Recipe::YES_NO) - 0.8).abs() < 1e-12);
    }

    #[test]
    fn judges_see_what_the_recipe_says() {
        let image = RgbImage::from_fn(64, 64, |x, y| Rgb([(x * 4) as u8, (y * 4) as u8, 90]));
        let views = |recipe| ContestScore { recipe, judges: Judges::default() }.views(&image, 1).unwrap();
        let plain = views(Recipe::SECOND);
        assert!(plain.defended == image && plain.ocr == image);
        let harsh = views(Recipe::DEPLOYED);
        assert!(harsh.defended != image && harsh.ocr != image && harsh.ocr != harsh.defended);
    }

    #[test]
    fn a_missing_judge_is_named_before_anybody_is_asked() {
        let never = FromFn(|_: &RgbImage| -> Given<f64> { unreachable!("asked") });
        let judges = Judges { aesthetic: Some(Arc::new(never)), ..Judges::default() };
        let metric = ContestScore { judges, ..ContestScore::default() };
        assert_eq!(metric.missing(), [Part::Vqa, Part::Text]);
        assert_eq!(scores_of(&metric, 1).unwrap_err().to_string(), "part V is missing");
    }

    #[test]
    fn wrong_answers_and_no_questions_are_errors() {
        let metric = ContestScore { judges: judges(), ..ContestScore::default() };
        assert!(matches!(scores_of(&metric, 0), Err(ContestError::NoQuestions)));
        let judged = |give: Vec<f64>| {
            let give = move |_: &RgbImage, _: &[Question]| -> Given<_> { Ok(give.clone()) };
            let judges = Judges { answer: Some(Arc::new(FromFn(give))), ..judges() };
            scores_of(&ContestScore { judges, ..ContestScore::default() }, 2).unwrap_err().to_string()
        };
        assert_eq!(judged(vec![0.5]), "1 answers to 2 questions");
        assert_eq!(judged(vec![0.5, f64::NAN]), "probability of an answer is NaN, expected 0 to 1");
    }

    #[test]
    fn the_tiniest_picture_is_scored_or_refused() {
        let metric = ContestScore { judges: judges(), ..ContestScore::default() };
        assert!(metric.views(&RgbImage::new(0, 0), 0).is_err());
        assert_eq!((folded(7), folded(u64::from(u32::MAX))), (7, u32::MAX));
    }
}
