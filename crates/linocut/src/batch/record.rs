//! From what a row's run found to its line of the log.

use linocut_constraints::ValidSvg;

use super::row::Row;
use crate::pipeline::Outcome;
use crate::run_log::Record;

impl Record {
    /// The record of a row without an SVG.
    pub(super) fn failed(row: &Row, error: impl ToString) -> Self {
        let (id, description) = (row.id.clone(), row.description.clone());
        Self { id, description, error: Some(error.to_string()), ..Self::default() }
    }

    /// The record of a row with the best SVG of its candidates; all else that the outcome holds is dropped.
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
}
