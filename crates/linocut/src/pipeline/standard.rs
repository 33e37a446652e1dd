//! What the standard pipeline is made of.

use linocut_collage::Collage;
use linocut_score::select::{Blend, PartWeight, Weighted};
use linocut_score::{Fidelity, MetricRenderer};
use linocut_trace::BudgetTracer;

use super::{BoxScore, Named, Pipeline, PipelineOptions};

/// Name of the composer in [`Pipeline::standard`], as generator and as drawer.
pub const COMPOSER: &str = "collage";
/// What a part counts as at least, so that one part of 0 does not make all candidates equal.
const FLOOR: f64 = 0.02;

impl Pipeline {
    /// What runs on any machine without a download: the composer's pictures, traced by [`BudgetTracer`] in one
    /// thread for each candidate, and its vector drawings, scored by [`standard_score`].
    #[must_use]
    pub fn standard() -> Self {
        let tracer = BudgetTracer::default().with_threads(1);
        Self {
            generators: vec![Named::new(COMPOSER, Box::new(Collage::default()))],
            drawers: vec![Named::new(COMPOSER, Box::new(Collage::default()))],
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
/// - `fidelity`: closeness to the picture that was traced ([`Fidelity`])
/// - `coverage`: share of the description's words that are seen ([`Fidelity`])
/// - `judge`: how well picture and description fit, by a small network (feature `judge`)
/// - `O(pp-ocr)`: how little text OCR finds (feature `ocr`)
///
/// It is not the contest's metric. Parts and weights are data: change them, or add scores of your own.
#[must_use]
pub fn standard_score() -> Weighted<BoxScore> {
    let scores = vec![Box::new(Fidelity::default()) as BoxScore];
    #[cfg_attr(not(any(feature = "judge", feature = "ocr")), expect(unused_mut, reason = "features add parts"))]
    let mut score = Weighted {
        scores,
        weights: vec![weight("fidelity", 1.0), weight("coverage", 1.0)],
        blend: Blend::Geometric,
        floor: FLOOR,
    };
    #[cfg(feature = "judge")]
    {
        score.scores.push(when_asked(linocut_score::Judge::embedded));
        score.weights.push(weight("judge", 1.0));
    }
    #[cfg(feature = "ocr")]
    {
        use linocut_score::{PpOcrScore, Reader};
        score.scores.push(when_asked(|| Reader::embedded().map(PpOcrScore::new)));
        score.weights.push(weight(PpOcrScore::PART, 1.0));
    }
    score
}

fn weight(part: &'static str, weight: f64) -> PartWeight {
    PartWeight { part: part.into(), weight }
}

/// A score that is loaded at its first use; a load error is returned on every call.
#[cfg(any(feature = "judge", feature = "ocr"))]
fn when_asked<S, E>(load: impl Fn() -> Result<S, E> + Send + Sync + 'static) -> BoxScore
where
    S: linocut_core::Score + Send + Sync + 'static,
    E: std::error::Error + Send + Sync + 'static,
{
    use std::sync::{Arc, OnceLock};

    use linocut_core::{FromFn, StageError, Subject};

    let loaded = OnceLock::new();
    let load = move || load().map_err(Arc::new);
    Box::new(FromFn(move |subject: &Subject<'_>| match loaded.get_or_init(&load) {
        Ok(score) => score.score(subject),
        Err(error) => Err(StageError::new("score", Arc::clone(error))),
    }))
}
