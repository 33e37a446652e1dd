//! Draws a list of descriptions into a folder of SVGs; interrupt it any time, run it again to resume.

mod clock;
mod error;
mod file_name;
mod folder;
mod merge;
mod options;
mod plan;
mod record;
mod results;
mod row;
mod rows;
mod run;
mod schedule;
mod shard;
mod summary;

pub use crate::run_log::Record;
pub use clock::{Clock, SystemClock};
pub use error::BatchError;
pub use file_name::{FileNameError, file_name};
pub use merge::{Merged, merge};
pub use options::BatchOptions;
pub use row::{Row, RowError};
pub use rows::read_rows;
pub use shard::{Shard, ShardError};
pub use summary::Summary;

use std::path::PathBuf;

use linocut_core::{Prompt, Stop};

use crate::pipeline::{Outcome, PipelineError};

/// Draws every row of a list into a folder: `ID.svg`, and a line for it in `results.jsonl`.
///
/// A run may be interrupted or killed at any moment: an SVG gets its name only once it is complete, and its line is written after
/// that. The next run with the same folder draws the rows that have no line yet, whatever their order in the list, and never redraws
/// one that has. To draw a row again, remove its SVG, or its line if it has no SVG. A file `.lock` keeps a second run out of the
/// folder.
///
/// A row that cannot be drawn gets a line that says why, and the others continue. Reasons are: the row could not be read; its id is
/// not a valid [`file_name`], belongs to another description, or differs from another id only in case; its pipeline fails or
/// panics. Equal rows count once.
///
/// Lines are written in the order in which rows finish. Memory does not grow with the number of pictures: only a row's [`Record`] is
/// kept, until it is written.
///
/// ```no_run
/// use std::path::Path;
///
/// use linocut::batch::{Batch, BatchOptions, read_rows};
/// use linocut::{Pipeline, Stop};
///
/// let pipeline = Pipeline::standard();
/// let rows = read_rows(Path::new("descriptions.csv"))?;
/// let batch = Batch::new("drawings", BatchOptions::default());
/// let summary = batch.run(&rows, |prompt, stop| pipeline.run(prompt, stop), &Stop::never(), |_| {})?;
/// assert_eq!(summary.left, 0);
/// # Ok::<(), linocut::batch::BatchError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Batch<C = SystemClock> {
    /// Folder for the SVGs and `results.jsonl`; created if it does not exist.
    pub out: PathBuf,
    /// How many rows run at the same time, and for how long.
    pub options: BatchOptions,
    /// The clock that time is measured with. Rows get their deadlines as a [`Stop`].
    pub clock: C,
}

impl Batch {
    /// A batch that uses the system clock.
    pub fn new(out: impl Into<PathBuf>, options: BatchOptions) -> Self {
        Self { out: out.into(), options, clock: SystemClock::default() }
    }
}

impl<C: Clock> Batch<C> {
    /// Draws the rows that are not finished yet.
    ///
    /// `draw` is usually [`Pipeline::run`](crate::Pipeline::run); it is given a [`Stop`] with the row's deadline.
    /// `on_row` is called once a row is durably written. When `stop` is requested, no further row starts, and rows that it cut short
    /// are left for the next run. Progress is reported as `rows`.
    ///
    /// With a [`BatchOptions::time_total`], the remaining time is divided equally among the remaining rows whenever a row starts. The
    /// total holds as long as no row overruns its share by more than the reserve, or by more than any earlier row did. When too
    /// little time is left, the remaining rows are left for the next run.
    ///
    /// # Errors
    ///
    /// [`BatchError`] if an option is out of range, if the folder is in use or its results cannot be read, and as soon as anything
    /// cannot be written. Rows finished by then are kept.
    pub fn run<D, L>(&self, rows: &[Row], draw: D, stop: &Stop, on_row: L) -> Result<Summary, BatchError>
    where
        D: Fn(&Prompt, &Stop) -> Result<Outcome, PipelineError> + Sync,
        L: FnMut(&Record) + Send,
    {
        run::run(self, rows, draw, stop, on_row)
    }
}
