//! Parses CSV lists so that one bad line costs only one row.

use csv::{ByteRecord, ReaderBuilder};

use super::row::{Row, RowError};

/// A line after the last: whoever swallows it has an open quote.
const END: &[u8] = b"\x1f";
/// How often the text may be read anew for lines that were lost in an open quote.
const MAX_PASSES: usize = 16;

/// The rows below the header, or the name of a missing column.
pub(super) fn rows(text: &[u8]) -> Result<Vec<Row>, &'static str> {
    let mut table = Table { text: [text, b"\n", END, b"\n"].concat(), ..Table::default() };
    let mut start = table.header()?;
    while let Some(next) = table.read(start) {
        start = next;
    }
    Ok(table.rows)
}

#[derive(Default)]
struct Table {
    /// The text and [`END`].
    text: Vec<u8>,
    /// Number of columns.
    columns: usize,
    /// Positions of `id` and `description` among the columns.
    places: [usize; 2],
    rows: Vec<Row>,
    /// Bytes that were read more than once.
    again: usize,
    /// An offset and the number of its line less one; both only grow.
    line: (usize, u64),
}

impl Table {
    /// Reads the names of the columns; returns the offset of what follows.
    fn header(&mut self) -> Result<usize, &'static str> {
        let mut reader = reader(&self.text);
        let mut names = ByteRecord::new();
        // Reading from memory does not fail.
        let _ = reader.read_byte_record(&mut names);
        let place =
            |name: &'static str| names.iter().position(|field| field.trim_ascii() == name.as_bytes()).ok_or(name);
        self.places = [place("id")?, place("description")?];
        self.columns = names.len();
        Ok(reader.position().byte() as usize)
    }

    /// Reads rows from an offset to the end, or to a bad row that goes over several lines: only its first line counts as
    /// bad, and the offset of the next is returned.
    fn read(&mut self, start: usize) -> Option<usize> {
        let text = std::mem::take(&mut self.text);
        let next = self.read_from(&text, start);
        self.text = text;
        next
    }

    fn read_from(&mut self, text: &[u8], start: usize) -> Option<usize> {
        let mut reader = reader(&text[start..]);
        let mut record = ByteRecord::new();
        let mut from = start;
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            let to = start + reader.position().byte() as usize;
            if record.len() == 1 && record[0] == *END {
                return None;
            }
            from += text[from..to].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let row = self.row(text, from, to, &record);
            let bad = matches!(row.error, Some(RowError::Quote { .. } | RowError::Fields { .. }));
            self.rows.push(row);
            let rest = text[from..to].iter().position(|&byte| byte == b'\n').map(|end| from + end + 1);
            if let Some(next) = rest.filter(|&next| bad && next < to && self.again < MAX_PASSES * text.len()) {
                self.again += to - next;
                return Some(next);
            }
            from = to;
        }
        None
    }

    /// The record between two offsets as a row. Only an open quote reaches the end of the text.
    fn row(&mut self, text: &[u8], from: usize, to: usize, record: &ByteRecord) -> Row {
        let field = |place| record.get(place).and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        let ([id, description], found, expected) = (self.places.map(field), record.len(), self.columns);
        let open = to == text.len();
        match (id, description) {
            (Some(id), Some(description)) if found == expected && !open => Row::new(id, description),
            (id, _) => {
                let line = self.line_of(text, from);
                let error = if open {
                    RowError::Quote { line }
                } else if found != expected {
                    RowError::Fields { line, found, expected }
                } else {
                    RowError::Utf8 { line, field: if id.is_none() { "id" } else { "description" } }
                };
                Row::bad(line, id, error)
            }
        }
    }

    fn line_of(&mut self, text: &[u8], offset: usize) -> u64 {
        let (before, line) = self.line;
        let line = line + text[before..offset].iter().filter(|&&byte| byte == b'\n').count() as u64;
        self.line = (offset, line);
        line + 1
    }
}

fn reader(text: &[u8]) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn ids(text: &[u8]) -> Vec<(String, Option<RowError>)> {
        rows(text).unwrap().into_iter().map(|row| (row.id, row.error)).collect()
    }

    fn good(id: &str) -> (String, Option<RowError>) {
        (id.to_owned(), None)
    }

    #[test]
    fn quotes_line_ends_and_a_byte_order_mark_are_no_part_of_the_text() {
        let text = b"\xef\xbb\xbfid,question,description\r\na,,\"x, \"\"y\"\"\r\nz\"\r\n\r\n\"b\",q,plain";
        let expected = [Row::new("a", "x, \"y\"\r\nz"), Row::new("b", "plain")];
        assert_eq!(rows(text).unwrap(), expected);
        assert_eq!(rows(b"description,id\n").unwrap(), []);
    }

    #[test]
    fn a_missing_column_is_named() {
        assert_eq!(rows(b"id,text\na,b\n"), Err("description"));
        assert_eq!(rows(b""), Err("id"));
        assert_eq!(rows(b"\"id,description\na,b"), Err("id"));
    }

    #[test]
    fn lines_with_too_many_or_too_few_fields_are_bad_rows() {
        let found = ids(b"id,description\na,b\nc,d,e\n\nf\ng,h\n");
        let bad = |line, found| Some(RowError::Fields { line, found, expected: 2 });
        assert_eq!(found, [good("a"), ("c".to_owned(), bad(3, 3)), ("f".to_owned(), bad(5, 1)), good("g")]);
    }

    #[test]
    fn an_open_quote_costs_one_row() {
        let found = ids(b"id,description\na,b\nc,\"open\nd,e\nf,\"g, h\"\ni,\"open too\r\nj,k");
        let names: Vec<_> = found.iter().map(|(id, error)| (id.as_str(), error.is_some())).collect();
        let expected = [("a", false), ("c", true), ("d", false), ("f", false), ("i", true), ("j", false)];
        assert_eq!(names, expected);
        assert_eq!(found[4].1, Some(RowError::Quote { line: 6 }));
    }

    #[test]
    fn bytes_that_are_no_text_are_a_bad_row() {
        let found = ids(b"id,description\na,\xff\xfe\n\xff,b\nc,d\n");
        let bad = |line, field| Some(RowError::Utf8 { line, field });
        let expected = [("a".to_owned(), bad(2, "description")), ("line 3".to_owned(), bad(3, "id")), good("c")];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_file_of_nothing_but_open_quotes_takes_bounded_time() {
        let start = Instant::now();
        let text = [b"id,description\n".as_slice(), &b"x\"y,\"\n".repeat(100_000)].concat();
        assert!(rows(&text).unwrap().iter().all(|row| row.error.is_some()));
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
}
