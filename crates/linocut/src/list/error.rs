//! Why a list, or a line of one, cannot be read.

use thiserror::Error;

/// Why nothing of a list can be read.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum ListError {
    /// The text is in another encoding.
    #[error("the list is {encoding}, expected UTF-8")]
    Encoding {
        /// Name of the encoding.
        encoding: &'static str,
    },
    /// The first line does not name a column that is needed.
    #[error("the first line names no column `{column}`, expected {}", listed(expected))]
    Column {
        /// The missing column.
        column: &'static str,
        /// All columns that are needed.
        expected: Vec<&'static str>,
    },
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Why a line of a list cannot be read. Lines are counted from 1.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum LineError {
    /// A line of CSV has more or fewer fields than the first; often a comma outside quotes.
    #[error("line {line} has {found} fields, expected {expected}")]
    Fields {
        /// Number of the line.
        line: u64,
        /// Its fields.
        found: usize,
        /// The fields of the first line.
        expected: usize,
    },
    /// A quote is not closed before the end of the file.
    #[error("line {line} opens a quote that is never closed")]
    Quote {
        /// Number of the line.
        line: u64,
    },
    /// A field is not UTF-8.
    #[error("line {line}: `{field}` is not UTF-8")]
    Utf8 {
        /// Number of the line.
        line: u64,
        /// Name of the field.
        field: &'static str,
    },
    /// A line of JSON Lines is not the object that is expected.
    #[error("line {line}: {reason}")]
    Json {
        /// Number of the line.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A field is missing.
    #[error("line {line} has no `{field}`")]
    Missing {
        /// Number of the line.
        line: u64,
        /// Name of the field.
        field: &'static str,
    },
}
