//! Reads the log of a run for display.

use std::fs;
use std::path::Path;

use super::error::GalleryError;
use super::row::Row;
use crate::run_log::{FILE, Line, Record, lines};

/// A run: its rows in the order in which they were finished.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Run {
    /// Name of the folder.
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
    /// What the reader of the page should know about the log.
    pub(super) notes: Vec<String>,
}

impl Run {
    /// Reads the log of a folder and its pictures.
    pub(super) fn read(folder: &Path) -> Result<Self, GalleryError> {
        let path = folder.join(FILE);
        let text = fs::read(&path).map_err(|source| GalleryError::Io { path: path.clone(), source })?;
        let (mut rows, mut notes) = (Vec::new(), Vec::new());
        let read = lines::<Record>(&text).map_err(|source| GalleryError::List { path: path.clone(), source })?;
        for Line { number: line, content, .. } in read {
            match content {
                Ok(Some(record)) => match Row::of(record, folder) {
                    Ok(row) => rows.push(row),
                    Err(file) => return Err(GalleryError::Outside { path, line, file }),
                },
                Ok(None) => notes.push(format!("{FILE} line {line} is cut off")),
                Err(reason) => return Err(GalleryError::Line { path, line, reason }),
            }
        }
        Ok(Self { name: name(folder), rows, notes })
    }
}

/// What a folder is called: its last name, or the whole path if that has none.
fn name(folder: &Path) -> String {
    let name = folder.file_name().map_or_else(|| folder.to_string_lossy(), |name| name.to_string_lossy());
    name.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = r#"{"id":"a","description":"a boat","file":"a.svg","bytes":6,"score":0.5,"scores":{"likeness":0.5},"origin":"collage, seed 1","cut_short":false,"seconds":1.5,"timings":{},"error":null}"#;
    const B: &str = r#"{"id":"b","description":"a sea","file":null,"bytes":null,"score":null,"scores":{},"origin":null,"unused_words":["sea"],"cut_short":false,"seconds":0.0,"timings":{},"error":"no ink"}"#;

    fn read(log: &str) -> Result<Run, GalleryError> {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(FILE), log).unwrap();
        fs::write(home.path().join("a.svg"), "<svg/>").unwrap();
        Run::read(home.path())
    }

    #[test]
    fn lines_with_and_without_the_newer_fields_are_rows() {
        let run = read(&format!("{A}\n\n{B}\n")).unwrap();
        assert_eq!(run.rows[0].svg.as_deref(), Some("<svg/>"));
        assert_eq!(run.rows[1].record.unused_words, ["sea"]);
        assert_eq!(run.rows[1].record.error.as_deref(), Some("no ink"));
        assert!(run.notes.is_empty());
    }

    #[test]
    fn a_last_line_that_is_cut_off_is_noted_and_the_rest_stays() {
        let whole = format!("{A}\n{B}");
        assert_eq!(read(&whole).unwrap().rows.len(), 2);
        for length in A.len() + 2..whole.len() {
            let run = read(&whole[..length]).unwrap();
            assert_eq!((run.rows.len(), run.notes), (1, vec!["results.jsonl line 2 is cut off".to_owned()]));
        }
    }

    #[test]
    fn a_line_that_is_no_result_is_named_with_its_file() {
        let error = read(&format!("{A}\n{{\"id\":7}}\n{B}\n")).unwrap_err();
        assert!(matches!(error, GalleryError::Line { line: 2, .. }), "{error}");
        assert!(error.to_string().contains("results.jsonl line 2 is no result"), "{error}");
    }

    #[test]
    fn a_picture_outside_the_folder_is_refused() {
        let error = read(&A.replace("a.svg", "../../secret")).unwrap_err();
        assert!(matches!(&error, GalleryError::Outside { line: 1, file, .. } if file == "../../secret"), "{error}");
    }

    #[test]
    fn a_folder_without_results_is_named() {
        let error = Run::read(Path::new("no such folder")).unwrap_err();
        assert!(error.to_string().starts_with("cannot read no such folder/results.jsonl: "), "{error}");
    }

    #[test]
    fn a_folder_is_called_by_its_last_name() {
        assert_eq!(name(Path::new("runs/forest/")), "forest");
        assert_eq!(name(Path::new("..")), "..");
    }
}
