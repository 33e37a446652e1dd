//! Every score of a drawing that needs no weights.

use std::sync::Arc;

use linocut::pipeline::{BoxScore, standard_score};
use linocut::score::select::Weighted;
use linocut::{Pipeline, PipelineOptions, Prompt, Stop};

use super::touch::Touch;
use crate::failure::Failed;
use crate::named_values::NamedValues;

/// Draws descriptions and scores the pictures. The networks of the score are loaded once.
pub(super) struct Measure {
    score: Arc<Weighted<BoxScore>>,
    candidates: usize,
    /// Candidates that are made again at full effort.
    finalists: usize,
    #[cfg(feature = "ocr")]
    ocr: linocut::score::PpOcrScore,
}

impl Measure {
    /// Scores the best of the candidates of so many seeds, as drafts or made again at full effort. Of one seed's, only the best is
    /// made again: the other would take most of the time.
    #[cfg_attr(not(feature = "ocr"), expect(clippy::unnecessary_wraps, reason = "networks may be damaged"))]
    pub(super) fn new(candidates: usize, drafts: bool) -> Result<Self, Failed> {
        Ok(Self {
            score: Arc::new(standard_score()),
            candidates,
            finalists: if drafts { 0 } else { candidates.min(PipelineOptions::default().finalists) },
            #[cfg(feature = "ocr")]
            ocr: linocut::score::PpOcrScore::new(linocut::score::Reader::embedded()?),
        })
    }

    /// The values of a description drawn with a touch or without: total and parts of the standard score, the score of the text that
    /// OCR finds after the metric's defences, and bytes. The whole pipeline runs, for a touch takes bytes from the tracer.
    pub(super) fn values(&self, prompt: &Prompt, touch: Option<Touch>, stop: &Stop) -> Result<NamedValues, Failed> {
        let standard = Pipeline::standard();
        let pipeline = Pipeline {
            options: PipelineOptions {
                candidates: self.candidates,
                finalists: self.finalists,
                jobs: 1,
                ..standard.options
            },
            rewrites: touch.into_iter().map(Touch::rewrite).collect(),
            score: Box::new(Arc::clone(&self.score)) as BoxScore,
            ..standard
        };
        let outcome = pipeline.run(prompt, stop)?;
        let best = outcome.best();
        let mut values = vec![("total".into(), best.scores.total)];
        values.extend(best.scores.parts.iter().cloned());
        #[cfg(feature = "ocr")]
        values.push(("O(pp-ocr) defended".into(), self.defended_text(&best.image, prompt.seed)?));
        values.push(("bytes".into(), best.svg.byte_count() as f64));
        Ok(NamedValues(values))
    }

    /// The score of the text in the picture that the metric shows to OCR.
    #[cfg(feature = "ocr")]
    fn defended_text(&self, image: &image::RgbImage, seed: u64) -> Result<f64, Failed> {
        use linocut::score::contest::defence::{RandomState, ocr_branch};

        let seen = ocr_branch(image, &mut RandomState::new(seed as u32))?;
        Ok(self.ocr.of_text(&self.ocr.reader.text(&seen)?))
    }
}
