//! Options of a batch: how many rows at the same time, and how much time.

use std::time::Duration;

use super::error::BatchError;

/// How many rows are drawn at the same time, and how much time they get.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BatchOptions {
    /// Rows drawn at the same time, 1 to 1024. Each row uses the threads of its pipeline, so the number of threads is this times
    /// [`PipelineOptions::jobs`](crate::PipelineOptions). Default: 1.
    pub jobs: usize,
    /// Seed of every row. A row's picture depends only on its description and this seed, not on its place in the list. Default: 0.
    pub seed: u64,
    /// Most time for one row. With it, results vary from run to run. Default: none.
    pub time_each: Option<Duration>,
    /// Most time for this run, divided among the remaining rows: rows that take less leave more for the others. With it, results vary
    /// from run to run. Default: none.
    pub time_total: Option<Duration>,
    /// Share of both times that is held in reserve for rows that overrun, 0 to 0.5. Default: 0.02, which is 6 s of 5 minutes.
    pub reserve: f64,
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self { jobs: 1, seed: 0, time_each: None, time_total: None, reserve: 0.02 }
    }
}

impl BatchOptions {
    pub(super) fn validate(&self) -> Result<(), BatchError> {
        let within = |option, value: f64, least: f64, most: f64| {
            if (least..=most).contains(&value) {
                Ok(())
            } else {
                Err(BatchError::Option { option, value, least, most })
            }
        };
        within("jobs", self.jobs as f64, 1.0, 1024.0)?;
        within("reserve", self.reserve, 0.0, 0.5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_out_of_range_are_named() {
        assert!(BatchOptions::default().validate().is_ok());
        let none = BatchOptions { jobs: 0, ..BatchOptions::default() }.validate().unwrap_err();
        assert_eq!(none.to_string(), "option `jobs` is 0, expected 1 to 1024");
        let odd = BatchOptions { reserve: f64::NAN, ..BatchOptions::default() }.validate().unwrap_err();
        assert_eq!(odd.to_string(), "option `reserve` is NaN, expected 0 to 0.5");
    }
}
