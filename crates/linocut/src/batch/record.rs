//! What is kept of a row: one line of `results.jsonl`.

use std::borrow::Cow;

use linocut_constraints::ValidSvg;
use serde::{Serialize, Serializer};

use super::rows::Row;
use crate::pipeline::{Outcome, Timings};

/// A line of `results.jsonl`. A row has either a file or an error.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Record {
    /// Id of the row.
    pub id: String,
    /// Its description.
    pub description: String,
    /// Name of its SVG within the folder.
    pub file: Option<String>,
    /// Length of the SVG in bytes.
    pub bytes: Option<usize>,
    /// Total score of the SVG.
    pub score: Option<f64>,
    /// Parts of the score, as an object; `null` for what is no number.
    #[serde(serialize_with = "scores")]
    pub scores: Vec<(Cow<'static, str>, f64)>,
    /// Who made the drawing, and from which seed.
    pub origin: Option<String>,
    /// Words of the description that it does not show.
    pub unused_words: Vec<String>,
    /// Whether time ran out before all was done.
    pub cut_short: bool,
    /// Time that the row took, in seconds.
    pub seconds: f64,
    /// Time in each stage in seconds, summed over candidates and threads, as an object.
    #[serde(serialize_with = "timings")]
    pub timings: Timings,
    /// Why there is no SVG.
    pub error: Option<String>,
}

impl Record {
    /// A row without an SVG.
    pub(super) fn failed(row: &Row, error: impl ToString) -> Self {
        let (id, description) = (row.id.clone(), row.description.clone());
        Self { id, description, error: Some(error.to_string()), ..Self::default() }
    }

    /// A row with the best SVG of its candidates; all else that the outcome holds is dropped.
    pub(super) fn drawn(row: &Row, file: &str, mut outcome: Outcome) -> (Self, ValidSvg) {
        let best = outcome.candidates.swap_remove(outcome.best);
        let record = Self {
            id: row.id.clone(),
            description: row.description.clone(),
            file: Some(file.to_owned()),
            bytes: Some(best.svg.byte_count()),
            score: Some(best.scores.total),
            scores: best.scores.parts,
            origin: Some(best.origin.to_string()),
            unused_words: best.unused_words,
            cut_short: outcome.cut_short,
            timings: outcome.timings,
            ..Self::default()
        };
        (record, best.svg)
    }
}

fn scores<S: Serializer>(parts: &[(Cow<'static, str>, f64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(parts.iter().map(|(name, value)| (name, value)))
}

fn timings<S: Serializer>(timings: &Timings, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(timings.iter().map(|(stage, time)| (stage, seconds(time.as_secs_f64()))))
}

/// Seconds to the microsecond.
pub(super) fn seconds(exact: f64) -> f64 {
    (exact * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_one_line_whatever_the_description() {
        let record = Record::failed(&Row::new("a", "two\nlines \u{2028} \"quoted\""), "no\nluck");
        let line = serde_json::to_string(&record).unwrap();
        assert!(!line.contains('\n'));
        let back: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            (back["description"].as_str(), back["error"].as_str()),
            (Some(record.description.as_str()), Some("no\nluck"))
        );
        assert!(back["file"].is_null() && back["score"].is_null());
    }

    #[test]
    fn words_that_are_not_shown_are_kept() {
        let unused_words = vec!["crooked".to_owned(), "café".to_owned()];
        let line = serde_json::to_string(&Record { unused_words, ..Record::default() }).unwrap();
        assert!(line.contains(r#""unused_words":["crooked","café"]"#), "{line}");
    }

    #[test]
    fn parts_of_the_score_keep_their_order() {
        let scores = vec![("likeness".into(), 0.5), ("coverage".into(), f64::NAN)];
        let line = serde_json::to_string(&Record { scores, ..Record::default() }).unwrap();
        assert!(line.contains(r#""scores":{"likeness":0.5,"coverage":null}"#), "{line}");
    }
}
