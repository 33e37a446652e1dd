//! The lines of a log, with the last one perhaps torn: a run that is killed may leave half a line.

use serde::de::DeserializeOwned;

use crate::list::{JsonLine, JsonLines, ListError, from_json};

/// A line that is not blank.
#[derive(Debug)]
pub(crate) struct Line<T> {
    /// Number, from 1.
    pub(crate) number: u64,
    /// The line without white space around it.
    pub(crate) text: Vec<u8>,
    /// What it says; none if it is the last one and torn, with the reason if it cannot be read otherwise.
    pub(crate) content: Result<Option<T>, String>,
}

/// The lines of a log in their order, or that it is in another encoding.
pub(crate) fn lines<T: DeserializeOwned>(text: &[u8]) -> Result<Vec<Line<T>>, ListError> {
    let line = |JsonLine { number, text, is_ended }| {
        let content = match from_json(&text) {
            Ok(content) => Ok(Some(content)),
            Err(_) if !is_ended => Ok(None),
            Err(error) => Err(error.to_string()),
        };
        Line { number, text, content }
    };
    Ok(JsonLines::of(text)?.into_iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u64, Result<Option<u32>, ()>)> {
        lines(text.as_bytes()).unwrap().into_iter().map(|line| (line.number, line.content.map_err(drop))).collect()
    }

    #[test]
    fn blank_lines_and_a_byte_order_mark_say_nothing() {
        assert_eq!(read("\u{feff}1\n\n  \n2\n"), [(1, Ok(Some(1))), (4, Ok(Some(2)))]);
    }

    #[test]
    fn only_the_last_line_can_be_torn() {
        assert_eq!(read("1\n[2"), [(1, Ok(Some(1))), (2, Ok(None))]);
        assert_eq!(read("[1\n2"), [(1, Err(())), (2, Ok(Some(2)))]);
        assert_eq!(read("[1\n"), [(1, Err(()))]);
    }
}
