//! Several pictures in one pass of a tower.

use linocut_core::{Scores, StageError, Subject};

use crate::neural::tower_error::TowerError;

/// Most pictures in a pass: what more save is less than what they take in memory, some 20 MB each.
const LARGEST: usize = 8;

/// The scores of all subjects by `together`; where one makes its batch fail, each of the batch `alone`.
pub(crate) fn in_batches(
    subjects: &[Subject<'_>],
    together: impl Fn(&[Subject<'_>]) -> Result<Vec<Scores>, TowerError>,
    alone: impl Fn(&Subject<'_>) -> Result<Scores, StageError>,
) -> Vec<Result<Scores, StageError>> {
    let batch = |subjects: &[Subject<'_>]| match together(subjects) {
        Ok(scores) if scores.len() == subjects.len() => scores.into_iter().map(Ok).collect(),
        _ => subjects.iter().map(&alone).collect::<Vec<_>>(),
    };
    subjects.chunks(LARGEST).flat_map(batch).collect()
}
