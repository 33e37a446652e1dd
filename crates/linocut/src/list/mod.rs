//! Reads lists as people have them: CSV with named columns, and JSON Lines, each with or without a byte order mark, with any line ends
//! and blank lines. A bad line costs only itself.

mod csv;
mod encoding;
mod error;
mod json_lines;

pub use csv::{CsvRow, read_csv};
pub use error::{LineError, ListError};
pub use json_lines::{JsonLine, JsonLines, from_json};
