//! Options of the pipeline, and why it refuses to run.

use std::num::NonZeroUsize;
use std::time::Duration;

use linocut_constraints::Profile;
use linocut_core::{ByteBudget, StageError};
use thiserror::Error;

/// Most seeds in one run.
const MAX_CANDIDATES: usize = 10_000;
/// Most threads.
const MAX_JOBS: usize = 1024;

/// How many candidates, how many bytes, how long.
#[derive(Clone, PartialEq, Debug)]
pub struct PipelineOptions {
    /// Seeds to try, 1 to 10,000; each gives a candidate per tracer and per drawer. Default: 4.
    pub candidates: usize,
    /// Candidates that are made again at full effort, 0 to `candidates` times the number of tracers and drawers.
    /// Default: 2.
    pub finalists: usize,
    /// Most bytes of the SVG. Default: 10,000.
    pub budget: ByteBudget,
    /// What a valid SVG is; of its byte limit and the budget, the smaller one holds. Default: the contest's.
    pub profile: Profile,
    /// Side in pixels of the square picture that is scored, 11 to 4096. Default: 384.
    pub side: u32,
    /// Threads, 1 to 1024. The result does not depend on it. Default: as many as the machine has.
    pub jobs: usize,
    /// Time for one description, after which the best so far is returned. With it, results vary from run to run.
    /// Default: none.
    pub time: Option<Duration>,
}

impl Default for PipelineOptions {
    fn default() -> Self {
        Self {
            candidates: 4,
            finalists: 2,
            budget: ByteBudget::CONTEST,
            profile: Profile::CONTEST,
            side: 384,
            jobs: std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MAX_JOBS),
            time: None,
        }
    }
}

impl PipelineOptions {
    pub(super) fn validate(&self) -> Result<(), PipelineError> {
        let within = |option, value: usize, least: usize, most: usize| {
            if (least..=most).contains(&value) {
                Ok(())
            } else {
                Err(PipelineError::Option { option, value, least, most })
            }
        };
        within("candidates", self.candidates, 1, MAX_CANDIDATES)?;
        within("side", self.side as usize, 11, 4096)?;
        within("jobs", self.jobs, 1, MAX_JOBS)
    }

    /// The profile with the smaller of both byte limits.
    pub(super) fn limits(&self) -> Profile {
        Profile { max_bytes: self.budget.bytes().min(self.profile.max_bytes), ..self.profile.clone() }
    }
}

/// Why a pipeline does not run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PipelineError {
    /// An option is out of range.
    #[error("option `{option}` is {value}, expected {least} to {most}")]
    Option {
        /// Name of the option.
        option: &'static str,
        /// Its value.
        value: usize,
        /// The least that is allowed.
        least: usize,
        /// The most that is allowed.
        most: usize,
    },
    /// Two tracers or two drawers share a name, so results could not say which of them made a drawing.
    #[error("the name `{name}` is given to two stages, expected different names")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// Not even the plainest drawing fits.
    #[error("budget of {budget} is too small for any drawing, the plainest takes {needed} bytes")]
    BudgetTooSmall {
        /// The budget.
        budget: ByteBudget,
        /// Length of the plainest drawing in bytes.
        needed: usize,
    },
    /// Not even the last-resort drawing could be checked and rendered.
    #[error("the last-resort drawing failed: {0}")]
    LastResort(#[source] StageError),
}
