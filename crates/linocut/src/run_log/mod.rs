//! The log of a run, `results.jsonl`: written by a batch row by row, read by a batch that resumes and by the gallery.

mod line;
mod record;

pub use record::Record;

pub(crate) use line::{Line, lines};
pub(crate) use record::seconds;

/// Name of the log in the folder of its run.
pub(crate) const FILE: &str = "results.jsonl";
