//! Writes the log of a batch, `results.jsonl`: appended and synced row by row, read again to resume.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};

use serde::Deserialize;

use super::error::BatchError;
use super::folder::Folder;
use crate::run_log::{FILE, Line, Record, lines};

/// What a line of the log says of a finished row.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(super) struct Finished {
    pub(super) id: String,
    pub(super) description: String,
    pub(super) file: Option<String>,
}

/// The log, open for more.
#[derive(Debug)]
pub(super) struct Results {
    file: File,
    /// Length in bytes.
    length: u64,
    /// Whether a line could not be written, after which there is no other.
    broken: bool,
}

impl Results {
    /// Opens the log of a folder, or begins it. A torn last line is dropped, and so are lines whose SVG is gone.
    pub(super) fn open(folder: &Folder) -> Result<(Self, Vec<Finished>), BatchError> {
        let path = folder.path(FILE);
        let text = match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            text => text.map_err(BatchError::io("read", &path))?,
        };
        let (mut kept, mut finished) = (Vec::with_capacity(text.len()), Vec::new());
        for Line { number: line, text, content } in
            lines::<Finished>(&text).map_err(|source| BatchError::List { path: path.clone(), source })?
        {
            let row = match content {
                Ok(Some(row)) => row,
                Ok(None) => continue,
                Err(reason) => return Err(BatchError::Results { path, line, reason }),
            };
            if row.file.as_ref().is_none_or(|file| folder.path(file).is_file()) {
                kept.extend_from_slice(&text);
                kept.push(b'\n');
                finished.push(row);
            }
        }
        if kept != text || text.is_empty() {
            folder.write(FILE, &kept)?;
        }
        let file = OpenOptions::new().append(true).open(&path).map_err(BatchError::io("open", &path))?;
        Ok((Self { file, length: kept.len() as u64, broken: false }, finished))
    }

    /// Adds a line; on return it outlives a crash.
    pub(super) fn append(&mut self, record: &Record, folder: &Folder) -> Result<(), BatchError> {
        let written = self.try_append(record);
        if written.is_err() {
            self.broken = true;
            // What got through of the line; if this fails too, the next run drops it.
            let _ = self.file.set_len(self.length);
        }
        written.map_err(BatchError::io("write", folder.path(FILE)))
    }

    fn try_append(&mut self, record: &Record) -> io::Result<()> {
        if self.broken {
            return Err(io::Error::other("an earlier line could not be written"));
        }
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.file.sync_data()?;
        self.length += line.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::batch::Row;

    fn record(id: &str) -> Record {
        Record::failed(&Row::new(id, "a boat"), "no ink")
    }

    fn ids(home: &Path) -> Vec<String> {
        let (_, finished) = Results::open(&Folder::open(home).unwrap()).unwrap();
        finished.into_iter().map(|row| row.id).collect()
    }

    /// A folder with rows `a` and `b`, and the text of its log.
    fn two_rows() -> (tempfile::TempDir, Vec<u8>) {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::open(home.path()).unwrap();
        let (mut results, finished) = Results::open(&folder).unwrap();
        assert!(finished.is_empty());
        results.append(&record("a"), &folder).unwrap();
        results.append(&record("b"), &folder).unwrap();
        let text = fs::read(home.path().join(FILE)).unwrap();
        (home, text)
    }

    #[test]
    fn a_line_torn_anywhere_is_dropped_and_the_rest_stays() {
        let (home, text) = two_rows();
        let path = home.path().join(FILE);
        let first = text.iter().position(|&byte| byte == b'\n').unwrap() + 1;
        for length in first..text.len() - 1 {
            fs::write(&path, &text[..length]).unwrap();
            assert_eq!(ids(home.path()), ["a"], "torn at byte {length}");
            assert_eq!(fs::read(&path).unwrap(), text[..first]);
        }
        fs::write(&path, [&text[..first], &[0; 50]].concat()).unwrap();
        assert_eq!(ids(home.path()), ["a"]);
    }

    #[test]
    fn a_whole_last_line_without_its_end_is_kept() {
        let (home, text) = two_rows();
        let path = home.path().join(FILE);
        fs::write(&path, &text[..text.len() - 1]).unwrap();
        assert_eq!(ids(home.path()), ["a", "b"]);
        assert_eq!(fs::read(&path).unwrap(), text);
    }

    #[test]
    fn a_bad_line_in_the_middle_is_named() {
        let (home, text) = two_rows();
        fs::write(home.path().join(FILE), [b"\n{\"id\": 3}\n", text.as_slice()].concat()).unwrap();
        let error = Results::open(&Folder::open(home.path()).unwrap()).unwrap_err();
        assert!(matches!(error, BatchError::Results { line: 2, .. }), "{error}");
    }

    #[test]
    fn a_row_whose_svg_is_gone_is_not_finished() {
        let (home, _) = two_rows();
        let folder = Folder::open(home.path()).unwrap();
        let (mut results, _) = Results::open(&folder).unwrap();
        results.append(&Record { file: Some("c.svg".to_owned()), error: None, ..record("c") }, &folder).unwrap();
        folder.write("c.svg", b"<svg/>").unwrap();
        drop(folder);
        assert_eq!(ids(home.path()), ["a", "b", "c"]);
        fs::remove_file(home.path().join("c.svg")).unwrap();
        assert_eq!(ids(home.path()), ["a", "b"]);
    }
}
