//! The outcome of a run: candidates, failures, and the best of all.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use image::RgbImage;
use linocut_constraints::ValidSvg;
use linocut_core::{Effort, Scores, StageError};
use linocut_svg::Drawing;

use super::timings::Timings;

/// The stage that made a drawing.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Maker {
    /// The generator, which only makes pictures. Occurs in failures.
    Generator,
    /// The tracer of this name.
    Tracer(String),
    /// The drawer of this name.
    Drawer(String),
    /// Nobody: the plain drawing that is used when there is no other.
    LastResort,
}

/// Where a candidate comes from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Origin {
    /// The stage that made it.
    pub maker: Maker,
    /// Where several generators compete, the one whose picture it was made from or compared with.
    pub generator: Option<String>,
    /// Number of the seed within the run, from 0.
    pub index: usize,
    /// The seed itself.
    pub seed: u64,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &self.maker {
            Maker::Generator => "generator",
            Maker::Tracer(name) | Maker::Drawer(name) => name,
            Maker::LastResort => return f.write_str("last resort"),
        };
        match &self.generator {
            Some(generator) if generator != name => write!(f, "{generator}, ")?,
            _ => {}
        }
        write!(f, "{name}, seed {}", self.index + 1)
    }
}

/// A valid SVG with its scores.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Where it comes from.
    pub origin: Origin,
    /// How much work went into it.
    pub effort: Effort,
    /// The SVG.
    pub svg: ValidSvg,
    /// The drawing that it was written from.
    pub drawing: Drawing,
    /// The SVG as rendered for the score.
    pub image: RgbImage,
    /// The picture that it should look like, if there was one.
    pub picture: Option<Arc<RgbImage>>,
    /// Words of the description that it does not show.
    pub unused_words: Vec<String>,
    /// Its scores.
    pub scores: Scores,
}

/// A candidate that could not be made.
#[derive(Debug)]
pub struct Failure {
    /// Where it would have come from.
    pub origin: Origin,
    /// Why it could not be made.
    pub error: StageError,
}

/// The result of a run.
#[derive(Debug)]
pub struct Outcome {
    /// All candidates by seed, then generators with their tracers, then drawers; at least one.
    pub candidates: Vec<Candidate>,
    /// Index of the best in `candidates`.
    pub best: usize,
    /// Candidates that could not be made.
    pub failures: Vec<Failure>,
    /// Whether time ran out or the run was cancelled before all was done.
    pub cut_short: bool,
    /// Time by stage.
    pub timings: Timings,
    /// Time from start to end.
    pub elapsed: Duration,
}

impl Outcome {
    /// The best candidate.
    #[must_use]
    pub fn best(&self) -> &Candidate {
        &self.candidates[self.best]
    }
}

/// A total by which candidates are ranked: not-a-number counts as lowest.
pub(super) fn rank(scores: &Scores) -> f64 {
    if scores.total.is_nan() { f64::NEG_INFINITY } else { scores.total }
}

/// Index of the highest total, the first of equals; not-a-number counts as lowest.
pub(super) fn best_of(candidates: &[Candidate]) -> usize {
    let total = |i: usize| rank(&candidates[i].scores);
    (0..candidates.len()).rev().max_by(|&a, &b| total(a).total_cmp(&total(b))).unwrap_or(0)
}
