//! CSV with named columns, read so that one bad line costs only one row.

use csv::{ByteRecord, ReaderBuilder};

use super::encoding;
use super::error::{LineError, ListError};

/// A line after the last: whoever swallows it has an open quote.
const END: &[u8] = b"\x1f";
/// How often the text may be read anew for lines that were lost in an open quote.
const MAX_PASSES: usize = 16;

/// A row below the first line of a CSV text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CsvRow {
    /// Number of its first line, from 1.
    pub line: u64,
    /// The fields of the columns that were asked for, in the order in which they were asked for; none where a field cannot be read.
    pub fields: Vec<Option<String>>,
    /// Why the row cannot be used.
    pub error: Option<LineError>,
}

/// The rows of a CSV text (RFC 4180, UTF-8 with or without a byte order mark; lines end in LF, CR LF or CR).
///
/// Its first line names the columns in any order, upper or lower case; columns that are not asked for are ignored. A row with too many
/// or too few fields, with an open quote or with a field that is not UTF-8 has its [`CsvRow::error`] set.
///
/// # Errors
///
/// [`ListError`] if the text has another encoding, or the first line does not name one of the columns.
pub fn read_csv(text: &[u8], columns: &[&'static str]) -> Result<Vec<CsvRow>, ListError> {
    let text = encoding::utf8(text)?;
    let mut table = Table { text: [text, b"\n", END, b"\n"].concat(), asked: columns.to_vec(), ..Table::default() };
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
    /// Columns that are asked for, and their positions.
    asked: Vec<&'static str>,
    places: Vec<usize>,
    rows: Vec<CsvRow>,
    /// Bytes that were read more than once.
    again: usize,
    /// An offset and the number of its line less one; both only grow.
    line: (usize, u64),
}

impl Table {
    /// Reads the names of the columns; returns the offset of what follows.
    fn header(&mut self) -> Result<usize, ListError> {
        let mut reader = reader(&self.text);
        let mut names = ByteRecord::new();
        // Reading from memory does not fail.
        let _ = reader.read_byte_record(&mut names);
        let position =
            |name: &str| names.iter().position(|field| field.trim_ascii().eq_ignore_ascii_case(name.as_bytes()));
        let place =
            |&column: &&'static str| position(column).ok_or(ListError::Column { column, expected: self.asked.clone() });
        self.places = self.asked.iter().map(place).collect::<Result<_, _>>()?;
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
            let bad = matches!(row.error, Some(LineError::Quote { .. } | LineError::Fields { .. }));
            self.rows.push(row);
            let rest = text[from..to].iter().position(|byte| matches!(byte, b'\r' | b'\n')).map(|end| from + end + 1);
            if let Some(next) = rest.filter(|&next| bad && next < to && self.again < MAX_PASSES * text.len()) {
                self.again += to - next;
                return Some(next);
            }
            from = to;
        }
        None
    }

    /// The record between two offsets as a row. Only an open quote reaches the end of the text.
    fn row(&mut self, text: &[u8], from: usize, to: usize, record: &ByteRecord) -> CsvRow {
        let field = |&place: &usize| record.get(place).and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        let fields: Vec<Option<String>> = self.places.iter().map(field).collect();
        let (line, found, expected) = (self.line_of(text, from), record.len(), self.columns);
        let error = if to == text.len() {
            Some(LineError::Quote { line })
        } else if found != expected {
            Some(LineError::Fields { line, found, expected })
        } else {
            let unread = fields.iter().zip(&self.asked).find(|(field, _)| field.is_none());
            unread.map(|(_, &field)| LineError::Utf8 { line, field })
        };
        CsvRow { line, fields, error }
    }

    /// Number of the line that begins at an offset. A CR LF counts once.
    fn line_of(&mut self, text: &[u8], offset: usize) -> u64 {
        let (before, line) = self.line;
        let ends = |at: &usize| text[*at] == b'\n' || (text[*at] == b'\r' && text.get(at + 1) != Some(&b'\n'));
        let line = line + (before..offset).filter(ends).count() as u64;
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

    const COLUMNS: [&str; 2] = ["id", "description"];

    fn ids(text: &[u8]) -> Vec<(String, Option<LineError>)> {
        let rows = read_csv(text, &COLUMNS).unwrap();
        rows.into_iter().map(|row| (row.fields[0].clone().unwrap_or_default(), row.error)).collect()
    }

    fn good(id: &str) -> (String, Option<LineError>) {
        (id.to_owned(), None)
    }

    fn missing(text: &[u8]) -> &'static str {
        match read_csv(text, &COLUMNS) {
            Err(ListError::Column { column, .. }) => column,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn quotes_line_ends_and_a_byte_order_mark_are_no_part_of_the_text() {
        let text = b"\xef\xbb\xbfid,question,description\r\na,,\"x, \"\"y\"\"\r\nz\"\r\n\r\n\"b\",q,plain";
        let row = |line, id: &str, description: &str| CsvRow {
            line,
            fields: vec![Some(id.to_owned()), Some(description.to_owned())],
            error: None,
        };
        let expected = [row(2, "a", "x, \"y\"\r\nz"), row(5, "b", "plain")];
        assert_eq!(read_csv(text, &COLUMNS).unwrap(), expected);
        assert_eq!(read_csv(b"description,id\n", &COLUMNS).unwrap(), []);
        assert_eq!(ids(b"Description, ID\nx,a\n"), [good("a")]);
    }

    #[test]
    fn a_missing_column_is_named() {
        assert_eq!(missing(b"id,text\na,b\n"), "description");
        assert_eq!(missing(b""), "id");
        assert_eq!(missing(b"\"id,description\na,b"), "id");
        let error = read_csv(b"id,text\n", &COLUMNS).unwrap_err();
        assert_eq!(error.to_string(), "the first line names no column `description`, expected `id`, `description`");
    }

    #[test]
    fn another_encoding_is_named() {
        let text: Vec<u8> = "\u{feff}id,description\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read_csv(&text, &COLUMNS), Err(ListError::Encoding { encoding: "UTF-16" }));
    }

    #[test]
    fn lines_that_end_in_cr_are_counted_and_an_open_quote_costs_one_of_them() {
        let found = ids(b"id,description\ra,b\r\rc,\"open\rd,e\rf,g");
        assert_eq!(found, [good("a"), ("c".to_owned(), Some(LineError::Quote { line: 4 })), good("d"), good("f")]);
    }

    #[test]
    fn lines_with_too_many_or_too_few_fields_are_bad_rows() {
        let found = ids(b"id,description\na,b\nc,d,e\n\nf\ng,h\n");
        let bad = |line, found| Some(LineError::Fields { line, found, expected: 2 });
        assert_eq!(found, [good("a"), ("c".to_owned(), bad(3, 3)), ("f".to_owned(), bad(5, 1)), good("g")]);
    }

    #[test]
    fn an_open_quote_costs_one_row() {
        let found = ids(b"id,description\na,b\nc,\"open\nd,e\nf,\"g, h\"\ni,\"open too\r\nj,k");
        let names: Vec<_> = found.iter().map(|(id, error)| (id.as_str(), error.is_some())).collect();
        let expected = [("a", false), ("c", true), ("d", false), ("f", false), ("i", true), ("j", false)];
        assert_eq!(names, expected);
        assert_eq!(found[4].1, Some(LineError::Quote { line: 6 }));
    }

    #[test]
    fn bytes_that_are_no_text_are_a_bad_row() {
        let found = ids(b"id,description\na,\xff\xfe\n\xff,b\nc,d\n");
        let bad = |line, field| Some(LineError::Utf8 { line, field });
        let expected = [("a".to_owned(), bad(2, "description")), (String::new(), bad(3, "id")), good("c")];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_file_of_nothing_but_open_quotes_takes_bounded_time() {
        let start = Instant::now();
        let text = [b"id,description\n".as_slice(), &b"x\"y,\"\n".repeat(100_000)].concat();
        assert!(read_csv(&text, &COLUMNS).unwrap().iter().all(|row| row.error.is_some()));
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
}
