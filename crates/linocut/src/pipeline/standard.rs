//! What the standard pipeline is made of.

use std::sync::OnceLock;

use linocut_collage::Collage;
use linocut_core::{FromFn, StageError, Subject};
use linocut_score::select::{Blend, PartWeight, Weighted};
use linocut_score::{Likeness, MetricRenderer};
use linocut_trace::BudgetTracer;

use super::{BoxScore, Named, Pipeline, PipelineOptions};

/// What a part counts as at least, so that one part of 0 does not make all candidates equal.
const FLOOR: f64 = 0.02;

impl Pipeline {
    /// What runs on any machine without a download: the composer's pictures, traced by [`BudgetTracer`] in one
    /// thread for each candidate, and its vector drawings, scored by [`standard_score`].
    #[must_use]
    pub fn standard() -> Self {
        let tracer = BudgetTracer { threads: 1, ..BudgetTracer::default() };
        Self {
            generator: Some(Box::new(Collage::default())),
            drawers: vec![Named::new("collage", Box::new(Collage::default()))],
            tracers: vec![Named::new("budget", Box::new(tracer))],
            rewrites: Vec::new(),
            renderer: Box::new(MetricRenderer),
            score: Box::new(standard_score()),
            options: PipelineOptions::default(),
        }
    }
}

/// The score that needs no download: the product of its parts, each to the power of its weight.
///
/// - `fidelity`: likeness to the picture that was traced ([`Likeness`])
/// - `coverage`: share of the description's words that are seen ([`Likeness`])
/// - `O(pp-ocr)`: how little text the embedded reader finds (feature `ocr`)
///
/// It says nothing about the contest's score. Parts and weights are data: change them, or add scores of your own.
#[must_use]
pub fn standard_score() -> Weighted<BoxScore> {
    let mut score = Weighted {
        scores: vec![Box::new(Likeness::default()) as BoxScore],
        weights: vec![weight("fidelity", 1.0), weight("coverage", 1.0)],
        blend: Blend::Geometric,
        floor: FLOOR,
    };
    #[cfg(feature = "ocr")]
    {
        score.scores.push(reader());
        score.weights.push(weight(linocut_score::PpOcrScore::PART, 1.0));
    }
    score
}

fn weight(part: &'static str, weight: f64) -> PartWeight {
    PartWeight { part: part.into(), weight }
}

/// The embedded reader, loaded when it is asked first.
#[cfg(feature = "ocr")]
fn reader() -> BoxScore {
    use linocut_core::Score;
    use linocut_score::{PpOcrScore, ReadError, Reader};

    let loaded: OnceLock<Result<PpOcrScore, String>> = OnceLock::new();
    Box::new(FromFn(move |subject: &Subject<'_>| {
        let load = || Reader::embedded().map(PpOcrScore::new).map_err(|error: ReadError| error.to_string());
        match loaded.get_or_init(load) {
            Ok(score) => score.score(subject),
            Err(reason) => Err(StageError::new("score", std::io::Error::other(reason.clone()))),
        }
    }))
}
