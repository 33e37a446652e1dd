//! Reads a list of descriptions from a file, CSV or JSON Lines.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::error::BatchError;
use super::row::{Row, RowError};
use super::table;

/// The rows of a `.csv` or `.jsonl` file, in order; those that cannot be read have their [`Row::error`] set.
///
/// CSV (RFC 4180, UTF-8 with or without a byte order mark, LF or CRLF) begins with a line that names the columns, `id` and
/// `description` among them; others are ignored. A line of JSON Lines is an object with `id` (text or a number) and
/// `description` (text). A row may occur several times, for example once per question: the batch draws it once.
///
/// # Errors
///
/// [`BatchError::Format`] for another ending, [`BatchError::Io`] if the file cannot be read, [`BatchError::Header`] for CSV
/// without one of the columns.
pub fn read_rows(path: &Path) -> Result<Vec<Row>, BatchError> {
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_lowercase);
    let parse = match ending.as_deref() {
        Some("csv") => csv_rows,
        Some("jsonl") => |_: &Path, text: &[u8]| Ok(json_rows(text)),
        _ => return Err(BatchError::Format { path: path.to_path_buf() }),
    };
    parse(path, &fs::read(path).map_err(BatchError::io("read", path))?)
}

fn csv_rows(path: &Path, text: &[u8]) -> Result<Vec<Row>, BatchError> {
    table::rows(text).map_err(|column| BatchError::Header { path: path.to_path_buf(), column })
}

fn json_rows(text: &[u8]) -> Vec<Row> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let lines = text.split(|&byte| byte == b'\n').zip(1..).filter(|(line, _)| !line.trim_ascii().is_empty());
    lines.map(|(line, number)| json_row(line, number)).collect()
}

fn json_row(text: &[u8], line: u64) -> Row {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Id {
        Text(String),
        Number(serde_json::Number),
    }
    #[derive(Deserialize)]
    struct Object {
        id: Option<Id>,
        description: Option<String>,
    }
    let object: Object = match serde_json::from_slice(text) {
        Ok(object) => object,
        Err(error) => return Row::bad(line, None, RowError::Json { line, reason: error.to_string() }),
    };
    let id = object.id.map(|id| match id {
        Id::Text(text) => text,
        Id::Number(number) => number.to_string(),
    });
    match (id, object.description) {
        (Some(id), Some(description)) => Row::new(id, description),
        (None, _) => Row::bad(line, None, RowError::Missing { line, field: "id" }),
        (id, None) => Row::bad(line, id, RowError::Missing { line, field: "description" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_lines_are_rows() {
        let text = b"\xef\xbb\xbf{\"id\": \"a\", \"description\": \"x\\ny\", \"more\": [1]}\r\n\n  \n{\"description\":\"\",\"id\":7}";
        assert_eq!(json_rows(text), [Row::new("a", "x\ny"), Row::new("7", "")]);
    }

    #[test]
    fn one_bad_line_of_json_is_one_bad_row() {
        let deep = "[".repeat(100_000);
        let text = format!(
            "{{\"id\":\"a\"}}\n{{\"description\":\"d\"}}\n{deep}\n\"\\ud800\"\n{{\"id\":\"b\",\"description\":\"d\"}}\n"
        );
        let rows = json_rows(text.as_bytes());
        let ids: Vec<_> = rows.iter().map(|row| (row.id.as_str(), row.error.is_some())).collect();
        assert_eq!(ids, [("a", true), ("line 2", true), ("line 3", true), ("line 4", true), ("b", false)]);
        assert_eq!(rows[1].error, Some(RowError::Missing { line: 2, field: "id" }));
        assert!(json_rows(b"{\"id\":\"\xff\",\"description\":\"\"}")[0].error.is_some());
    }

    #[test]
    fn the_ending_says_how_to_read() {
        let unknown = read_rows(Path::new("list.txt")).unwrap_err();
        assert!(matches!(unknown, BatchError::Format { .. }));
        let missing = read_rows(Path::new("no such folder/list.CSV")).unwrap_err();
        assert!(missing.to_string().starts_with("cannot read no such folder/list.CSV: "), "{missing}");
    }
}
