//! Why a batch does not start, or stops.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::list::ListError;

/// Why a batch does not start, or stops before its end. What was finished until then is kept.
///
/// A row that cannot be drawn is no such reason: see [`Record::error`](super::Record).
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BatchError {
    /// A file or folder cannot be used.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, for example `write`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Another batch is at work in the folder.
    #[error("{} is in use by another batch", path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// A list of descriptions has neither of the endings that say how to read it.
    #[error("{} is no list of descriptions, expected a name that ends in .csv or .jsonl", path.display())]
    Format {
        /// The file.
        path: PathBuf,
    },
    /// Nothing of a list can be read.
    #[error("{}", path.display())]
    List {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: ListError,
    },
    /// A line of the results of an earlier run cannot be read, and it is not the torn last one.
    #[error("{} line {line} is no result, mend or remove it: {reason}", path.display())]
    Results {
        /// The file of results.
        path: PathBuf,
        /// Number of the line, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A folder to merge holds no shards, or those of several divisions of the list.
    #[error("{} has shards of {counts:?} divisions, expected those of one, in folders `shard-I-of-N`", path.display())]
    Shards {
        /// The folder.
        path: PathBuf,
        /// Into how many shards lists were divided.
        counts: Vec<u32>,
    },
    /// An option is out of range.
    #[error("option `{option}` is {value}, expected {least} to {most}")]
    Option {
        /// Name of the option.
        option: &'static str,
        /// Its value.
        value: f64,
        /// The least that is allowed.
        least: f64,
        /// The most that is allowed.
        most: f64,
    },
}

impl BatchError {
    /// Makes an error of the system into one that says what was tried, and where.
    pub(super) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}
