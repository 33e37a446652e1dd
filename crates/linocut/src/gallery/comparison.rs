//! Compares two runs: which rows belong together, and how much their scores differ.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::log::Run;
use super::row::Row;
use crate::report::PairedDifference;

/// Seed of the bootstrap: the same runs give the same interval.
const SEED: u64 = 0;

/// What a page says of two runs.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(super) struct Comparison {
    /// Indices of rows of one id, in the first run and in the second; none for a row that only one run has.
    pairs: Vec<(Option<usize>, Option<usize>)>,
    /// By measure: the total score, then its parts.
    differences: Vec<Difference>,
}

/// How far a measure differs, second run less first, over the pairs of which both have a value.
#[derive(Clone, PartialEq, Debug, Serialize)]
struct Difference {
    mean: f64,
    low: f64,
    high: f64,
    pairs: usize,
    /// Pairs whose value is higher in the second run, lower, and equal.
    higher: usize,
    lower: usize,
    equal: usize,
}

impl Comparison {
    /// Compares two runs by the total score and these parts of it.
    pub(super) fn of(first: &Run, second: &Run, parts: &[&str]) -> Self {
        let pairs = pairs(first, second);
        let both: Vec<(&Row, &Row)> =
            pairs.iter().filter_map(|&(a, b)| Some((&first.rows[a?], &second.rows[b?]))).collect();
        let total = Difference::of(&both, |row| row.record.score);
        let parts = parts.iter().map(|part| Difference::of(&both, |row| row.record.part(part)));
        Self { differences: std::iter::once(total).chain(parts).collect(), pairs }
    }
}

impl Difference {
    fn of(pairs: &[(&Row, &Row)], value: impl Fn(&Row) -> Option<f64>) -> Self {
        let values = pairs.iter().filter_map(|(a, b)| Some((value(a)?, value(b)?)));
        let (first, second): (Vec<f64>, Vec<f64>) = values.unzip();
        let nothing = PairedDifference { mean: 0.0, low: 0.0, high: 0.0, pairs: 0 };
        let PairedDifference { mean, low, high, pairs } =
            PairedDifference::of(&second, &first, SEED).unwrap_or(nothing);
        let higher = first.iter().zip(&second).filter(|(a, b)| b > a).count();
        let lower = first.iter().zip(&second).filter(|(a, b)| b < a).count();
        Self { mean, low, high, pairs, higher, lower, equal: pairs - higher - lower }
    }
}

/// Rows of equal id, in the order of the first run; then those of the second that the first has not.
fn pairs(first: &Run, second: &Run) -> Vec<(Option<usize>, Option<usize>)> {
    let (ours, theirs) = (by_id(first), by_id(second));
    let mut met = BTreeSet::new();
    let of_first = first.rows.iter().filter(|row| met.insert(row.record.id.as_str()));
    let mut pairs: Vec<_> = of_first
        .map(|row| (ours.get(row.record.id.as_str()).copied(), theirs.get(row.record.id.as_str()).copied()))
        .collect();
    let of_second = second.rows.iter().filter(|row| met.insert(row.record.id.as_str()));
    pairs.extend(of_second.map(|row| (None, theirs.get(row.record.id.as_str()).copied())));
    pairs
}

/// The row of each id: the first with a picture, or the first, since a duplicate of an id is a failed row of that id.
fn by_id(run: &Run) -> BTreeMap<&str, usize> {
    let mut rows = BTreeMap::new();
    for (index, row) in run.rows.iter().enumerate() {
        let kept = rows.entry(row.record.id.as_str()).or_insert(index);
        if run.rows[*kept].record.file.is_none() && row.record.file.is_some() {
            *kept = index;
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(rows: &[(&str, Option<f64>)]) -> Run {
        let row = |&(id, score): &(&str, Option<f64>)| {
            let file = score.map(|_| "a.svg");
            let line = serde_json::json!({ "id": id, "description": "", "file": file, "score": score,
                "scores": { "half": score.map(|score| score / 2.0) } });
            Row { record: serde_json::from_value(line).unwrap(), ..Row::default() }
        };
        Run { name: String::new(), rows: rows.iter().map(row).collect(), notes: Vec::new() }
    }

    #[test]
    fn rows_of_one_id_are_pairs_whatever_their_order() {
        let (first, second) = (run(&[("a", Some(0.5)), ("b", Some(0.5))]), run(&[("c", None), ("b", None)]));
        assert_eq!(pairs(&first, &second), [(Some(0), None), (Some(1), Some(1)), (None, Some(0))]);
    }

    #[test]
    fn differences_are_the_second_less_the_first_for_each_measure() {
        let first = run(&[("a", Some(0.5)), ("b", Some(0.25)), ("c", Some(0.5)), ("d", Some(0.1))]);
        let second = run(&[("c", Some(0.5)), ("b", Some(0.75)), ("a", Some(0.25)), ("d", None)]);
        let Comparison { differences, .. } = Comparison::of(&first, &second, &["half"]);
        let [score, half] = differences.as_slice() else { panic!("{differences:?}") };
        assert_eq!((score.pairs, score.higher, score.lower, score.equal), (3, 1, 1, 1));
        assert!((score.mean - 0.25 / 3.0).abs() < 1e-12 && (half.mean - 0.125 / 3.0).abs() < 1e-12);
        assert!(score.low <= score.mean && score.mean <= score.high);
    }

    #[test]
    fn a_refused_duplicate_of_an_id_does_not_hide_its_picture() {
        let twice = run(&[("a", None), ("a", Some(0.5)), ("a", None)]);
        assert_eq!(pairs(&twice, &run(&[("a", None)])), [(Some(1), Some(0))]);
    }

    #[test]
    fn runs_without_a_row_in_common_have_no_difference() {
        let Comparison { pairs, differences } = Comparison::of(&run(&[("a", Some(0.5))]), &run(&[]), &[]);
        assert_eq!((pairs, differences[0].pairs), (vec![(Some(0), None)], 0));
    }
}
