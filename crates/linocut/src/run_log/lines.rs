//! The lines of a log, with the last one perhaps torn: a run that is killed may leave half a line.

use serde::de::DeserializeOwned;

/// A line that is not blank.
#[derive(Debug)]
pub(crate) struct Line<'a, T> {
    /// Number, from 1.
    pub(crate) number: u64,
    /// The line without the white space at its end.
    pub(crate) text: &'a [u8],
    /// What it says; none if it is the last one and torn, with the reason if it cannot be read otherwise.
    pub(crate) content: Result<Option<T>, String>,
}

/// The lines of a log in their order.
pub(crate) fn lines<T: DeserializeOwned>(text: &[u8]) -> impl Iterator<Item = Line<'_, T>> {
    let numbered = text.split_inclusive(|&byte| byte == b'\n').zip(1..);
    numbered.filter(|(line, _)| !line.trim_ascii().is_empty()).map(|(line, number)| {
        let content = match serde_json::from_slice(line) {
            Ok(content) => Ok(Some(content)),
            Err(_) if !line.ends_with(b"\n") => Ok(None),
            Err(error) => Err(error.to_string()),
        };
        Line { number, text: line.trim_ascii_end(), content }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u64, Result<Option<u32>, ()>)> {
        lines(text.as_bytes()).map(|line| (line.number, line.content.map_err(drop))).collect()
    }

    #[test]
    fn blank_lines_count_but_say_nothing() {
        assert_eq!(read("1\n\n  \n2\n"), [(1, Ok(Some(1))), (4, Ok(Some(2)))]);
    }

    #[test]
    fn only_the_last_line_can_be_torn() {
        assert_eq!(read("1\n[2"), [(1, Ok(Some(1))), (2, Ok(None))]);
        assert_eq!(read("[1\n2"), [(1, Err(())), (2, Ok(Some(2)))]);
        assert_eq!(read("[1\n"), [(1, Err(()))]);
    }
}
