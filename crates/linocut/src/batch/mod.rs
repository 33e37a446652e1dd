//! Draws a list of descriptions into a folder of SVGs; interrupt it any time, run it again to resume.

mod clock;
mod error;
mod file_name;
mod folder;
mod options;
mod plan;
mod record;
mod results;
mod row;
mod rows;
mod run;
mod schedule;
mod summary;
mod table;

pub use crate::run_log::Record;
pub use clock::{Clock, SystemClock};
pub use error::BatchError;
pub use file_name::{FileNameError, file_name};
pub use options::BatchOptions;
pub use row::{Row, RowError};
pub use rows::read_rows;
pub use summary::Summary;

use std::path::PathBuf;

use linocut_core::{Prompt, Stop};

use crate::pipeline::{Outcome, PipelineError};

/// Draws every row of a list into a folder: `ID.svg`, and a line for it in `results.jsonl`.
///
/// A run may end at any moment, even killed: an SVG gets its name only when it is whole, and its line is written after
/// that. The next run with the same folder draws the rows that have no line yet, in whatever order they are listed, and
/// never one that has; to draw a row again, remove its SVG, or its line if it has none. One folder takes one run at a time,
/// for which it holds a file `.lock`.
///
/// A row that cannot be drawn gets a line that says why, and the rest go on: one that could not be read, whose id is no
/// [`file_name`], whose id is that of another description or differs from another id in nothing but case, whose pipeline
/// fails or panics. Rows that are equal count once.
///
/// Lines come in the order in which rows are finished. Memory does not grow with the number of pictures: of each row no
/// more than its [`Record`] is kept, and that until it is written.
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
    /// Folder for the SVGs and `results.jsonl`; made if need be.
    pub out: PathBuf,
    /// How many rows at a time, and how long.
    pub options: BatchOptions,
    /// What time is measured by. The deadlines that rows are given are those of [`Stop`].
    pub clock: C,
}

impl Batch {
    /// A batch by the clock of the system.
    pub fn new(out: impl Into<PathBuf>, options: BatchOptions) -> Self {
        Self { out: out.into(), options, clock: SystemClock::default() }
    }
}

impl<C: Clock> Batch<C> {
    /// Draws the rows that are not finished yet.
    ///
    /// `draw` is usually [`Pipeline::run`](crate::Pipeline::run); it is given a [`Stop`] with the row's deadline.
    /// `on_row` hears of every row that is finished in this run, once that cannot be lost any more. When `stop` is
    /// requested no other row begins, and what was cut short by it is left for the next run. Progress is reported as
    /// `rows`.
    ///
    /// With a [`BatchOptions::time_total`] the time left is shared out equally over the rows left, each time a row begins.
    /// It holds as long as no row takes longer than it was given by more than the reserve, or by more than any row before
    /// it; when there is no time left beyond that, the remaining rows are left for the next run.
    ///
    /// # Errors
    ///
    /// [`BatchError`] for options out of range, a folder that is in use or whose results cannot be read, and as soon as
    /// anything cannot be written. What is finished by then is kept.
    pub fn run<D, L>(&self, rows: &[Row], draw: D, stop: &Stop, on_row: L) -> Result<Summary, BatchError>
    where
        D: Fn(&Prompt, &Stop) -> Result<Outcome, PipelineError> + Sync,
        L: FnMut(&Record) + Send,
    {
        run::run(self, rows, draw, stop, on_row)
    }
}
