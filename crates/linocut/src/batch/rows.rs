//! Reads a list of descriptions from a file, CSV or JSON Lines.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::error::BatchError;
use super::row::Row;
use crate::list::{CsvRow, JsonLine, JsonLines, LineError, ListError, from_json, read_csv};

/// The rows of a `.csv` or `.jsonl` file, in order; those that cannot be read have their [`Row::error`] set.
///
/// CSV begins with a line that names the columns, `id` and `description` among them, see [`read_csv`]. A line of JSON Lines is an
/// object with `id` (text or a number) and `description` (text). Either is UTF-8, with or without a byte order mark, with any line
/// ends. A row may occur several times, for example once per question: the batch draws it once.
///
/// # Errors
///
/// [`BatchError::Format`] for another ending, [`BatchError::Io`] if the file cannot be read, [`BatchError::List`] for CSV without one
/// of the columns and for other encodings.
pub fn read_rows(path: &Path) -> Result<Vec<Row>, BatchError> {
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_lowercase);
    let parse = match ending.as_deref() {
        Some("csv") => csv_rows,
        Some("jsonl") => json_rows,
        _ => return Err(BatchError::Format { path: path.to_path_buf() }),
    };
    let text = fs::read(path).map_err(BatchError::io("read", path))?;
    parse(&text).map_err(|source| BatchError::List { path: path.to_path_buf(), source })
}

fn csv_rows(text: &[u8]) -> Result<Vec<Row>, ListError> {
    let row = |CsvRow { line, mut fields, error }| {
        let description = fields.pop().flatten();
        let id = fields.pop().flatten();
        match (id, description, error) {
            (Some(id), Some(description), None) => Row::new(id, description),
            (id, _, Some(error)) => Row::bad(line, id, error),
            (id, _, None) => Row::bad(line, id, LineError::Missing { line, field: "description" }),
        }
    };
    Ok(read_csv(text, &["id", "description"])?.into_iter().map(row).collect())
}

fn json_rows(text: &[u8]) -> Result<Vec<Row>, ListError> {
    let lines = JsonLines::of(text)?;
    Ok(lines.into_iter().map(|JsonLine { number, text, .. }| json_row(&text, number)).collect())
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
    let object: Object = match from_json(text) {
        Ok(object) => object,
        Err(error) => return Row::bad(line, None, LineError::Json { line, reason: error.to_string() }),
    };
    let id = object.id.map(|id| match id {
        Id::Text(text) => text,
        Id::Number(number) => number.to_string(),
    });
    match (id, object.description) {
        (Some(id), Some(description)) => Row::new(id, description),
        (None, _) => Row::bad(line, None, LineError::Missing { line, field: "id" }),
        (id, None) => Row::bad(line, id, LineError::Missing { line, field: "description" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_lines_are_rows() {
        let text = b"\xef\xbb\xbf{\"id\": \"a\", \"description\": \"x\\ny\", \"more\": [1]}\r\n\n  \n{\"description\":\"\",\"id\":7}";
        assert_eq!(json_rows(text).unwrap(), [Row::new("a", "x\ny"), Row::new("7", "")]);
    }

    #[test]
    fn one_bad_line_of_json_is_one_bad_row() {
        let deep = "[".repeat(100_000);
        let text = format!(
            "{{\"id\":\"a\"}}\n{{\"description\":\"d\"}}\n{deep}\n\"\\ud800\"\n{{\"id\":\"b\",\"description\":\"d\"}}\n"
        );
        let rows = json_rows(text.as_bytes()).unwrap();
        let ids: Vec<_> = rows.iter().map(|row| (row.id.as_str(), row.error.is_some())).collect();
        assert_eq!(ids, [("a", true), ("line 2", true), ("line 3", true), ("line 4", true), ("b", false)]);
        assert_eq!(rows[1].error, Some(LineError::Missing { line: 2, field: "id" }.into()));
        assert!(json_rows(b"{\"id\":\"\xff\",\"description\":\"\"}").unwrap()[0].error.is_some());
    }

    #[test]
    fn the_ending_says_how_to_read() {
        let unknown = read_rows(Path::new("list.txt")).unwrap_err();
        assert!(matches!(unknown, BatchError::Format { .. }));
        let missing = read_rows(Path::new("no such folder/list.CSV")).unwrap_err();
        assert!(missing.to_string().starts_with("cannot read no such folder/list.CSV: "), "{missing}");
    }
}
