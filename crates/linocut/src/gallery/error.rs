//! Errors of the gallery: why a folder cannot be shown.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::list::ListError;

/// Why a folder cannot be shown.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GalleryError {
    /// The results cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Nothing of the results can be read.
    #[error("{}", path.display())]
    List {
        /// The file of results.
        path: PathBuf,
        /// Why not.
        source: ListError,
    },
    /// A line of the results is not a result, and it is not a truncated last line.
    #[error("{} line {line} is no result, mend or remove it: {reason}", path.display())]
    Line {
        /// The file of results.
        path: PathBuf,
        /// Number of the line, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A line names an SVG that is not in the folder itself.
    #[error("{} line {line} names the file {file:?}, expected one in the same folder", path.display())]
    Outside {
        /// The file of results.
        path: PathBuf,
        /// Number of the line, from 1.
        line: u64,
        /// The name.
        file: String,
    },
}
