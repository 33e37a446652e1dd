//! Runs the contest's metric: checks, renders and scores every row.

use std::fmt;

use image::RgbImage;
use linocut_core::{Prompt, StageError};
use linocut_svg::Svg;
use thiserror::Error;

use super::entry::Entry;
use super::plan::{PlanError, Planned, plan};
use super::table::{Table, TableRow};
use crate::contest::defence::Defended;
use crate::contest::renderer::{METRIC_SIDE, MetricRenderError, MetricRenderer};
use crate::contest::{ContestError, ContestScore, Examined, FormulaError};

/// Checks whether a text is a valid SVG, and parses it for the renderer.
pub type Checker<'c> = Box<dyn Fn(&str) -> Result<Svg, StageError> + Send + Sync + 'c>;

/// The contest's metric over a list of rows.
///
/// ```
/// use std::sync::Arc;
///
/// use image::RgbImage;
/// use linocut_core::{FromFn, StageError};
/// use linocut_score::contest::{ContestScore, Judges, Recipe};
/// use linocut_score::contest::metric::{Metric, Quiz, join};
///
/// let near = FromFn(|_: &RgbImage, text: &str| Ok::<_, StageError>(if text.ends_with("fox") { 0.4 } else { 0.2 }));
/// let judges = Judges { similarity: Some(Arc::new(near)), ..Judges::default() };
/// let metric = Metric::new(ContestScore { recipe: Recipe::FIRST, judges });
///
/// let svg = r#"<svg viewBox="0 0 9 9"><rect width="9" height="9" fill="gray"/></svg>"#;
/// let quiz = |id: &str, text: &str| Quiz { id: id.into(), description: text.into(), questions: Vec::new() };
/// let rows = join(
///     vec![("02".into(), svg.into()), ("01".into(), svg.into())],
///     vec![quiz("01", "a red fox"), quiz("02", "a lake")],
/// )?;
/// let table = metric.run(&rows)?;
/// assert_eq!((table.rows[0].id.as_str(), table.rows[0].seed), ("01", 209_652_396));
/// assert!((table.mean - 0.3).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Metric<'c> {
    /// The score of each row.
    pub score: ContestScore,
    /// The check that every SVG must pass. That of [`Self::new`] accepts any well-formed SVG; the contest's constraints
    /// are in `linocut-constraints`.
    pub checker: Checker<'c>,
}

impl fmt::Debug for Metric<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metric").field("score", &self.score).finish_non_exhaustive()
    }
}

/// A row's pictures and what was found in them.
#[derive(Clone, Debug)]
pub struct Looked {
    /// The drawing as the metric sees it, [`METRIC_SIDE`] px a side.
    pub rendered: RgbImage,
    /// What the judges were shown.
    pub views: Defended,
    /// What the judges found.
    pub found: Examined,
}

impl<'c> Metric<'c> {
    /// A metric that accepts any well-formed SVG.
    #[must_use]
    pub fn new(score: ContestScore) -> Self {
        let checker = |text: &str| Svg::new(text).map_err(|error| StageError::new("check", error));
        Self { score, checker: Box::new(checker) }
    }

    /// The same metric with another checker.
    #[must_use]
    pub fn checked_by<'d>(self, checker: impl Fn(&str) -> Result<Svg, StageError> + Send + Sync + 'd) -> Metric<'d> {
        Metric { score: self.score, checker: Box::new(checker) }
    }

    /// Scores every row.
    ///
    /// # Errors
    ///
    /// [`MetricError::Missing`] if the recipe needs a part that has no judge; [`MetricError::Plan`] for no rows, a
    /// missing or duplicate id, or a question without its answer; [`MetricError::Invalid`] for an SVG that does not
    /// pass the check. All of these are returned before anything is rendered. Then as [`Self::look`].
    pub fn run(&self, entries: &[Entry]) -> Result<Table, MetricError> {
        if let Some(&part) = self.score.missing().first() {
            return Err(MetricError::Missing(FormulaError::Missing { part }));
        }
        let planned = self.plan(entries)?;
        let row = |(planned, svg): &(Planned<'_>, Svg)| {
            let looked = self.look(planned, svg)?;
            let total = self.score.total(&looked.found).map_err(|source| failed(planned, source))?;
            let scores = looked.found.scores(total);
            Ok(TableRow { id: planned.entry.quiz.id.clone(), seed: planned.seed, scores })
        };
        Ok(Table::new(planned.iter().map(row).collect::<Result<_, MetricError>>()?))
    }

    /// The rows in ascending order of their ids, each with its seed and its checked SVG.
    ///
    /// Ids compare as text, by code point, as pandas compares a column of strings. (pandas would read a column of
    /// digits only as numbers; the contest's ids are not of that kind.)
    ///
    /// # Errors
    ///
    /// [`MetricError::Plan`] and [`MetricError::Invalid`] as [`Self::run`].
    pub fn plan<'a>(&self, entries: &'a [Entry]) -> Result<Vec<(Planned<'a>, Svg)>, MetricError> {
        let check = |planned: Planned<'a>| match (self.checker)(&planned.entry.svg) {
            Ok(svg) => Ok((planned, svg)),
            Err(source) => Err(MetricError::Invalid { id: planned.entry.quiz.id.clone(), source }),
        };
        plan(entries)?.into_iter().map(check).collect()
    }

    /// Renders a row and examines it; parts without a judge are left out.
    ///
    /// # Errors
    ///
    /// [`MetricError::Render`] for an SVG that cannot be rendered, [`MetricError::Score`] when a judge fails or the row
    /// has no questions although the recipe asks some.
    pub fn look(&self, planned: &Planned<'_>, svg: &Svg) -> Result<Looked, MetricError> {
        let quiz = &planned.entry.quiz;
        let rendered = MetricRenderer.picture(svg, METRIC_SIDE, METRIC_SIDE);
        let rendered = rendered.map_err(|source| MetricError::Render { id: quiz.id.clone(), source })?;
        let views = self.score.views(&rendered, planned.seed).map_err(|source| failed(planned, source))?;
        let prompt = Prompt::new(quiz.description.as_str(), planned.seed.into());
        let found = self.score.judge(&views, &prompt, &quiz.questions).map_err(|source| failed(planned, source))?;
        Ok(Looked { rendered, views, found })
    }
}

fn failed(planned: &Planned<'_>, source: ContestError) -> MetricError {
    MetricError::Score { id: planned.entry.quiz.id.clone(), source }
}

/// Why a run of the metric failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MetricError {
    /// The recipe needs a part that has no judge.
    #[error("nobody to judge: {0}")]
    Missing(FormulaError),
    /// The rows cannot be scored.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// An SVG is not valid, which ends the run.
    #[error("row `{id}`: {source}")]
    Invalid {
        /// Id of the row.
        id: String,
        /// What is wrong with it.
        source: StageError,
    },
    /// An SVG cannot be rendered, which ends the run.
    #[error("row `{id}`: {source}")]
    Render {
        /// Id of the row.
        id: String,
        /// Why not.
        source: MetricRenderError,
    },
    /// A row cannot be scored.
    #[error("row `{id}`: {source}")]
    Score {
        /// Id of the row.
        id: String,
        /// Why not.
        source: ContestError,
    },
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use linocut_core::{FromFn, Question};

    use super::*;
    use crate::contest::defence::defended;
    use crate::contest::metric::Quiz;
    use crate::contest::{Judges, Recipe};

    type Given<T> = Result<T, StageError>;

    const GRAY: &str = r#"<svg viewBox="0 0 9 9"><rect width="9" height="9" fill="gray"/></svg>"#;
    const RED: &str = r#"<svg viewBox="0 0 9 9"><path d="M0 0H9L3 9Z" fill="red"/></svg>"#;

    fn red(image: &RgbImage) -> f64 {
        image.pixels().map(|pixel| f64::from(pixel.0[0])).sum::<f64>() / (384.0 * 384.0 * 255.0)
    }

    /// A metric whose A is the mean of red, V is one half, and nothing is read.
    fn metric() -> Metric<'static> {
        let answer = |_: &RgbImage, asked: &[Question]| -> Given<_> { Ok(vec![0.5; asked.len()]) };
        let judges = Judges {
            aesthetic: Some(Arc::new(FromFn(|image: &RgbImage| -> Given<_> { Ok(red(image)) }))),
            answer: Some(Arc::new(FromFn(answer))),
            reader: Some(Arc::new(FromFn(|_: &RgbImage| -> Given<_> { Ok(String::new()) }))),
            ..Judges::default()
        };
        Metric::new(ContestScore { recipe: Recipe::DEPLOYED, judges })
    }

    fn entry(id: &str, svg: &str, asked: usize) -> Entry {
        let question = Question { text: "?".to_owned(), choices: vec!["yes".to_owned()], answer: 0 };
        let quiz = Quiz { id: id.to_owned(), description: String::new(), questions: vec![question; asked] };
        Entry { svg: svg.to_owned(), quiz }
    }

    #[test]
    fn rows_are_defended_by_their_seed_and_the_mean_is_the_score() {
        let table = metric().run(&[entry("b", RED, 2), entry("a", GRAY, 4)]).unwrap();
        assert_eq!(table.rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        let drawn = MetricRenderer.picture(&Svg::new(RED).unwrap(), METRIC_SIDE, METRIC_SIDE).unwrap();
        let aesthetic = red(&defended(&drawn, 398_764_591).unwrap().defended);
        assert_eq!(table.rows[1].scores.part("A"), Some(aesthetic));
        let expected = 1.25 * 0.5 * aesthetic / (0.25 * 0.5 + aesthetic);
        assert!((table.rows[1].scores.total - expected).abs() < 1e-12);
        assert!((table.mean - (table.rows[0].scores.total + expected) / 2.0).abs() < 1e-12);
    }

    #[test]
    fn an_invalid_drawing_fails_the_run_before_anything_is_judged() {
        let asked = Arc::new(Mutex::new(0));
        let seen = asked.clone();
        let mut metric = metric();
        metric.score.judges.aesthetic = Some(Arc::new(FromFn(move |_: &RgbImage| -> Given<f64> {
            *seen.lock().unwrap() += 1;
            Ok(0.5)
        })));
        let rows = [entry("a", GRAY, 1), entry("b", "<svg", 1)];
        let error = metric.run(&rows).unwrap_err();
        assert!(
            matches!(&error, MetricError::Invalid { id, .. } if id == "b")
                && error.to_string().starts_with("row `b`: check")
        );
        let strict = metric.checked_by(|_| Err(StageError::new("check", "never")));
        assert_eq!(strict.run(&rows).unwrap_err().to_string(), "row `a`: check: never");
        assert_eq!(*asked.lock().unwrap(), 0);
    }

    #[test]
    fn what_cannot_be_drawn_or_asked_names_the_row() {
        let render = metric().run(&[entry("a", r#"<g viewBox="0 0 1 1"/>"#, 1)]).unwrap_err();
        assert!(matches!(render, MetricError::Render { id, .. } if id == "a"));
        let questions = metric().run(&[entry("a", GRAY, 0)]).unwrap_err();
        assert_eq!(questions.to_string(), "row `a`: no questions");
    }

    #[test]
    fn a_missing_judge_is_an_error_and_looking_goes_as_far_as_it_can() {
        let mut metric = metric();
        metric.score.judges.answer = None;
        let rows = [entry("a", GRAY, 1)];
        assert_eq!(metric.run(&rows).unwrap_err().to_string(), "nobody to judge: part V is missing");
        let planned = metric.plan(&rows).unwrap();
        let looked = metric.look(&planned[0].0, &planned[0].1).unwrap();
        assert_eq!((looked.found.parts.vqa, looked.found.parts.text), (None, Some(1.0)));
        assert_eq!(looked.rendered.dimensions(), (METRIC_SIDE, METRIC_SIDE));
    }
}
