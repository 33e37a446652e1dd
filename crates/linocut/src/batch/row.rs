//! A row of a list: a description with its id, or why it cannot be drawn.

use thiserror::Error;

use super::file_name::{FileNameError, file_name};
use crate::list::LineError;

/// A description with its id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Id; it names the SVG, see [`file_name`](super::file_name).
    pub id: String,
    /// What the picture should show: any text, even an empty one.
    pub description: String,
    /// Why the row cannot be drawn, if that is already known.
    pub error: Option<RowError>,
}

impl Row {
    /// A row that can be drawn.
    pub fn new(id: impl Into<String>, description: impl Into<String>) -> Self {
        Self { id: id.into(), description: description.into(), error: None }
    }

    /// A row that could not be read. Without a usable id it is named after its line.
    pub(super) fn bad(line: u64, id: Option<String>, error: LineError) -> Self {
        let id = id.filter(|id| file_name(id).is_ok()).unwrap_or_else(|| format!("line {line}"));
        Self { id, description: String::new(), error: Some(error.into()) }
    }
}

/// Why a row cannot be drawn.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum RowError {
    /// The row could not be read.
    #[error(transparent)]
    Line(#[from] LineError),
    /// The id cannot be the name of a file.
    #[error(transparent)]
    FileName(#[from] FileNameError),
    /// The id is that of another description.
    #[error("id `{id}` has another description already")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// The id differs from another only in case, which some file systems ignore.
    #[error("id `{id}` differs from id `{other}` in nothing but case")]
    Case {
        /// The id.
        id: String,
        /// The other id.
        other: String,
    },
}
