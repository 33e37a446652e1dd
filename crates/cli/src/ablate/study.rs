//! All descriptions without a touch and with each, on several threads.

use std::sync::atomic::{AtomicUsize, Ordering};

use linocut::batch::Row;
use linocut::core::{derive_seed, with_causes};
use linocut::{Prompt, Stop};
use serde::Serialize;

use super::measure::Measure;
use super::touch::Touch;
use crate::failure::Failed;
use crate::named_values::NamedValues;
use crate::progress::Progress;

/// One picture of a description.
pub(super) struct Case<'a> {
    pub(super) row: &'a Row,
    pub(super) seed: u64,
}

/// What was measured of one picture.
pub(super) struct Found<'a> {
    pub(super) case: &'a Case<'a>,
    pub(super) without: NamedValues,
    /// With each touch, in their order.
    pub(super) with: Vec<NamedValues>,
}

/// A description that could not be drawn.
#[derive(Serialize)]
pub(super) struct Failure {
    pub(super) id: String,
    pub(super) error: String,
}

/// What was found and what failed, in the order of the descriptions.
#[derive(Default)]
pub(super) struct Studied<'a> {
    pub(super) found: Vec<Found<'a>>,
    pub(super) failures: Vec<Failure>,
}

impl<'a> Case<'a> {
    /// So many pictures of every row.
    pub(super) fn all(rows: &'a [Row], pictures: u16, seed: u64) -> Vec<Self> {
        let of = |row| (0..u64::from(pictures)).map(move |picture| Self { row, seed: derive_seed(seed, picture) });
        rows.iter().flat_map(of).collect()
    }
}

/// Measures every case. The result does not depend on the number of threads; what Ctrl-C cuts short is left out.
pub(super) fn study<'a>(
    cases: &'a [Case<'a>],
    touches: &[Touch],
    measure: &Measure,
    threads: usize,
    progress: &Progress,
) -> Studied<'a> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut mine = Vec::new();
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let found = measured(case, touches, measure, progress.stop()).map_err(|error| with_causes(&*error));
            if progress.interrupted() {
                break;
            }
            mine.push((case, found));
            progress.advance();
        }
        mine
    };
    let mut all: Vec<(&Case<'_>, Result<Found<'_>, String>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.min(cases.len())).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|w| w.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    all.sort_by_key(|(case, _)| std::ptr::from_ref(*case));
    let mut studied = Studied::default();
    for (case, result) in all {
        match result {
            Ok(found) => studied.found.push(found),
            Err(error) => studied.failures.push(Failure { id: case.row.id.clone(), error }),
        }
    }
    studied
}

fn measured<'a>(case: &'a Case<'a>, touches: &[Touch], measure: &Measure, stop: &Stop) -> Result<Found<'a>, Failed> {
    if let Some(error) = &case.row.error {
        return Err(Box::new(error.clone()));
    }
    let prompt = Prompt::new(case.row.description.as_str(), case.seed);
    let without = measure.values(&prompt, None, stop)?;
    let with = touches.iter().map(|touch| measure.values(&prompt, Some(*touch), stop));
    Ok(Found { case, without, with: with.collect::<Result<_, _>>()? })
}
