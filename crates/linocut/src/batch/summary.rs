//! The summary of a batch: how many rows were drawn, failed or are left.

use std::fmt;
use std::time::Duration;

use crate::run_log::Record;

/// What one run of a batch did. Equal rows count once.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Summary {
    /// Rows drawn in this run.
    pub drawn: usize,
    /// Rows that failed in this run.
    pub failed: usize,
    /// Rows that an earlier run had finished, with an SVG or an error.
    pub finished_before: usize,
    /// Rows left for the next run.
    pub left: usize,
    /// Mean total score of the SVGs drawn in this run; none if none was scored.
    pub mean_score: Option<f64>,
    /// Duration of this run.
    pub elapsed: Duration,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} drawn", self.drawn)?;
        if let Some(score) = self.mean_score {
            write!(f, " (mean score {score:.3})")?;
        }
        write!(f, ", {} with errors", self.failed)?;
        if self.finished_before > 0 {
            write!(f, ", {} finished before", self.finished_before)?;
        }
        if self.left > 0 {
            write!(f, ", {} left for the next run", self.left)?;
        }
        write!(f, ", {:.1} s", self.elapsed.as_secs_f64())
    }
}

/// Rows counted as they are finished.
#[derive(Debug, Default)]
pub(super) struct Tally {
    drawn: usize,
    failed: usize,
    scored: usize,
    score: f64,
}

impl Tally {
    pub(super) fn add(&mut self, record: &Record) {
        match record.file {
            Some(_) => self.drawn += 1,
            None => self.failed += 1,
        }
        if let Some(score) = record.score.filter(|score| score.is_finite()) {
            self.scored += 1;
            self.score += score;
        }
    }

    /// Rows so far.
    pub(super) const fn rows(&self) -> usize {
        self.drawn + self.failed
    }

    /// The summary of a run of so many rows, of which some were finished before.
    pub(super) fn summary(&self, rows: usize, finished_before: usize, elapsed: Duration) -> Summary {
        Summary {
            drawn: self.drawn,
            failed: self.failed,
            finished_before,
            left: rows - finished_before - self.rows(),
            mean_score: (self.scored > 0).then(|| self.score / self.scored as f64),
            elapsed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_a_line() {
        let mut tally = Tally::default();
        tally.add(&Record { file: Some("a.svg".to_owned()), score: Some(0.5), ..Record::default() });
        tally.add(&Record { file: Some("b.svg".to_owned()), score: Some(f64::NAN), ..Record::default() });
        tally.add(&Record::default());
        let summary = tally.summary(10, 4, Duration::from_millis(1500)).to_string();
        assert_eq!(
            summary,
            "2 drawn (mean score 0.500), 1 with errors, 4 finished before, 3 left for the next run, 1.5 s"
        );
        assert_eq!(Tally::default().summary(0, 0, Duration::ZERO).to_string(), "0 drawn, 0 with errors, 0.0 s");
    }
}
