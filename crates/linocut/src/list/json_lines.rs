//! JSON Lines, one value a line.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{self, BufRead};

use serde::de::DeserializeOwned;

use super::encoding;
use super::error::ListError;

/// A line that is not blank.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JsonLine {
    /// Number, from 1; blank lines count.
    pub number: u64,
    /// The line without white space around it.
    pub text: Vec<u8>,
    /// Whether a line end follows. The last line of a log whose writer was killed has none.
    pub is_ended: bool,
}

/// The lines of a JSON Lines text. They end in LF, CR LF or CR; a byte order mark is no part of the first.
#[derive(Debug)]
pub struct JsonLines<R> {
    text: R,
    number: u64,
    waiting: VecDeque<JsonLine>,
}

impl<R: BufRead> JsonLines<R> {
    /// The lines of a text.
    pub fn new(text: R) -> Self {
        Self { text, number: 0, waiting: VecDeque::new() }
    }

    /// Reads up to the next LF.
    fn fill(&mut self) -> io::Result<bool> {
        let mut chunk = Vec::new();
        if self.text.read_until(b'\n', &mut chunk)? == 0 {
            return Ok(false);
        }
        if self.number == 0 {
            chunk = encoding::utf8(&chunk).map_err(invalid)?.to_vec();
        }
        let mut rest = &chunk[..];
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            let end_length = end.map_or(0, |end| if rest[end..].starts_with(b"\r\n") { 2 } else { 1 });
            let (line, next) = (&rest[..end.unwrap_or(rest.len())], end.map_or(rest.len(), |end| end + end_length));
            self.number += 1;
            let text = line.trim_ascii();
            if !text.is_empty() {
                let (number, is_ended) = (self.number, end.is_some());
                self.waiting.push_back(JsonLine { number, text: text.to_vec(), is_ended });
            }
            rest = &rest[next..];
        }
        Ok(true)
    }
}

fn invalid(error: ListError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

impl JsonLines<&[u8]> {
    /// All lines of a text in memory.
    ///
    /// # Errors
    ///
    /// [`ListError::Encoding`].
    pub fn of(text: &[u8]) -> Result<Vec<JsonLine>, ListError> {
        // Reading from memory fails for no other reason.
        let lines = JsonLines::new(encoding::utf8(text)?);
        Ok(lines.filter_map(io::Result::ok).collect())
    }
}

impl<R: BufRead> Iterator for JsonLines<R> {
    type Item = io::Result<JsonLine>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.waiting.is_empty() {
            match self.fill() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
        self.waiting.pop_front().map(Ok)
    }
}

/// What a line says. `NaN`, `Infinity` and `-Infinity`, which some writers leave although JSON has no such numbers, are read as null.
///
/// # Errors
///
/// Why the line is no such value.
pub fn from_json<T: DeserializeOwned>(text: &[u8]) -> serde_json::Result<T> {
    serde_json::from_slice(text).or_else(|error| match with_nulls(text) {
        Cow::Owned(text) => serde_json::from_slice(&text),
        Cow::Borrowed(_) => Err(error),
    })
}

/// The text with null in place of what is not a finite number, outside strings.
fn with_nulls(text: &[u8]) -> Cow<'_, [u8]> {
    let (mut at, mut in_string, mut out) = (0, false, Vec::new());
    let mut copied = 0;
    while at < text.len() {
        match text[at] {
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            b'N' | b'I' | b'-' if !in_string => {
                let names: [&[u8]; 3] = [b"NaN", b"Infinity", b"-Infinity"];
                if let Some(name) = names.into_iter().find(|name| text[at..].starts_with(name)) {
                    out.extend_from_slice(&text[copied..at]);
                    out.extend_from_slice(b"null");
                    at += name.len();
                    copied = at;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.extend_from_slice(&text[copied..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn lines(text: &[u8]) -> Vec<(u64, String, bool)> {
        let line = |line: JsonLine| (line.number, String::from_utf8(line.text).unwrap(), line.is_ended);
        JsonLines::new(text).map(|read| line(read.unwrap())).collect()
    }

    #[test]
    fn every_line_end_counts_and_blank_lines_are_skipped() {
        let line = |number, text: &str, is_ended| (number, text.to_owned(), is_ended);
        for text in ["1\n\n  \n2", "\u{feff}1\r\n\r\n\t\r\n2", "1\r\r \r2"] {
            assert_eq!(lines(text.as_bytes()), [line(1, "1", true), line(4, "2", false)], "{text:?}");
        }
        assert_eq!(lines(b"1\r2\n3\r\n"), [line(1, "1", true), line(2, "2", true), line(3, "3", true)]);
        assert_eq!(lines(b""), []);
    }

    #[test]
    fn another_encoding_is_named() {
        let error = JsonLines::new(&b"\xff\xfe{\0}\0\n\0"[..]).next().unwrap().unwrap_err();
        assert_eq!(error.to_string(), "the list is UTF-16, expected UTF-8");
    }

    #[test]
    fn numbers_that_are_not_finite_are_null_outside_strings() {
        let read: Value = from_json(br#"{"a":NaN,"b":[-Infinity,Infinity,-1],"c":"NaN \" NaN","NaN":1}"#).unwrap();
        assert_eq!(read, json!({"a": null, "b": [null, null, -1], "c": "NaN \" NaN", "NaN": 1}));
        assert!(from_json::<Value>(b"[NaN").is_err());
        assert!(from_json::<Value>(b"nan").is_err());
        assert!(from_json::<Value>(br#""\"#).is_err());
    }
}
