//! A row as the page shows it: its line of the log and its picture.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Component, Path};

use crate::run_log::Record;

/// Longest SVG that is put on a page, in bytes. A hundred times what a valid one may have.
pub(super) const MAX_SVG_BYTES: u64 = 1 << 20;

/// A row of a run, as the page shows it.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Row {
    /// Its line of the log.
    pub(super) record: Record,
    /// The SVG, if the row has one that can be shown.
    pub(super) svg: Option<String>,
    /// Why the SVG cannot be shown.
    pub(super) problem: Option<String>,
}

impl Row {
    /// The row of a record with its picture, or with the reason why that cannot be shown. A file outside the folder of the log is
    /// an error, which is its name.
    pub(super) fn of(record: Record, folder: &Path) -> Result<Self, String> {
        let Some(file) = &record.file else { return Ok(Self { record, ..Self::default() }) };
        if !is_name(file) {
            return Err(file.clone());
        }
        Ok(match svg(&folder.join(file)) {
            Ok(svg) => Self { svg: Some(svg), record, problem: None },
            Err(why) => Self { problem: Some(format!("{file} {why}")), record, svg: None },
        })
    }
}

/// Whether a path is nothing but the name of a file.
fn is_name(file: &str) -> bool {
    let mut components = Path::new(file).components();
    matches!((components.next(), components.next()), (Some(Component::Normal(name)), None) if name == file)
}

/// The text of an SVG, or what is wrong with it.
fn svg(path: &Path) -> Result<String, String> {
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => "is missing".to_owned(),
        _ => format!("cannot be read: {error}"),
    })?;
    let mut text = Vec::new();
    let read = file.take(MAX_SVG_BYTES + 1).read_to_end(&mut text);
    read.map_err(|error| format!("cannot be read: {error}"))?;
    if text.len() as u64 > MAX_SVG_BYTES {
        return Err(format!("is longer than {MAX_SVG_BYTES} bytes"));
    }
    String::from_utf8(text).map_err(|_| "is not UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_file(file: &str, folder: &Path) -> Result<Row, String> {
        Row::of(Record { file: Some(file.to_owned()), ..Record::default() }, folder)
    }

    #[test]
    fn only_names_within_the_folder_are_shown() {
        for file in ["a.svg", "海辺.svg", "a b.svg"] {
            assert!(with_file(file, Path::new("none")).is_ok(), "{file:?}");
        }
        for file in ["", ".", "..", "../a.svg", "/etc/passwd", "a/b.svg", "./a.svg", "a.svg/"] {
            assert_eq!(with_file(file, Path::new("none")), Err(file.to_owned()));
        }
    }

    #[test]
    fn what_cannot_be_shown_is_said_and_the_row_stays() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("latin.svg"), b"<svg>\xe4</svg>").unwrap();
        std::fs::write(home.path().join("long.svg"), vec![b' '; MAX_SVG_BYTES as usize + 1]).unwrap();
        std::fs::write(home.path().join("most.svg"), vec![b' '; MAX_SVG_BYTES as usize]).unwrap();
        let problem = |file: &str| with_file(file, home.path()).unwrap().problem;
        assert_eq!(problem("gone.svg").unwrap(), "gone.svg is missing");
        assert_eq!(problem("latin.svg").unwrap(), "latin.svg is not UTF-8");
        assert_eq!(problem("long.svg").unwrap(), "long.svg is longer than 1048576 bytes");
        assert_eq!(problem("most.svg"), None);
    }
}
