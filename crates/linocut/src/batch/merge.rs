//! Merges the folders of shards into one, as if a single batch had drawn the list.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::BatchError;
use super::file_name::file_name;
use super::folder::Folder;
use super::results::Finished;
use super::row::Row;
use super::shard::Shard;
use crate::run_log::{FILE, Line, lines};

/// What [`merge`] found. Equal rows count once.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Merged {
    /// Rows with an SVG.
    pub drawn: usize,
    /// Rows with an error.
    pub failed: usize,
    /// Rows of the list that no shard has finished.
    pub left: usize,
    /// Numbers of shards that have no folder, from 1.
    pub missing: Vec<u32>,
    /// How many shards there are.
    pub shards: u32,
}

impl fmt::Display for Merged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { drawn, failed, left, missing, shards } = self;
        write!(f, "{drawn} drawn, {failed} with errors, from {shards} shards")?;
        if !missing.is_empty() {
            let numbers: Vec<String> = missing.iter().map(ToString::to_string).collect();
            write!(f, ", of which {} are missing", numbers.join(", "))?;
        }
        if *left > 0 { write!(f, ", {left} left") } else { Ok(()) }
    }
}

/// Puts the SVGs and the log of all shards of a list into the folder that holds theirs, in the order of the list.
///
/// The shards stay as they are, and what the folder itself has is kept. Merging may be interrupted and repeated, and repeated again once
/// more shards are finished: the log is written last, as a whole. [`Batch`](super::Batch) can then draw in the same folder what is left.
///
/// # Errors
///
/// [`BatchError::Shards`] if there are none, or those of several divisions; else as for
/// [`Batch::run`](super::Batch::run).
pub fn merge(folder: &Path, rows: &[Row]) -> Result<Merged, BatchError> {
    let shards = shards(folder)?;
    let count = shards[0].count();
    let whole = Folder::open(folder)?;
    let mut log: HashMap<(String, String), Found> = HashMap::new();
    let mut own: Vec<(String, String)> = Vec::new();
    for path in shards.iter().map(|shard| shard.folder(folder)).chain([folder.to_path_buf()]) {
        for found in finished(&path)? {
            let key = (found.row.id.clone(), found.row.description.clone());
            if path == folder {
                own.push(key.clone());
            }
            log.entry(key).or_insert(found);
        }
    }
    let mut merged = Merged { shards: count, ..Merged::default() };
    let present: BTreeSet<u32> = shards.iter().map(|shard| shard.index()).collect();
    merged.missing = (1..=count).filter(|index| !present.contains(index)).collect();
    let (mut seen, mut text) = (HashSet::new(), Vec::new());
    for row in rows {
        let key = (row.id.clone(), row.description.clone());
        if !seen.insert(key.clone()) {
            continue;
        }
        let Some(found) = log.get(&key) else {
            merged.left += 1;
            continue;
        };
        match &found.row.file {
            Some(file) => {
                let path = found.folder.join(file);
                whole.write(file, &fs::read(&path).map_err(BatchError::io("read", &path))?)?;
                merged.drawn += 1;
            }
            None => merged.failed += 1,
        }
        text.extend_from_slice(&found.line);
        text.push(b'\n');
    }
    // Rows of another list that were drawn in this folder.
    for found in own.iter().filter(|key| !seen.contains(*key)).filter_map(|key| log.get(key)) {
        text.extend_from_slice(&found.line);
        text.push(b'\n');
    }
    whole.write(FILE, &text)?;
    Ok(merged)
}

/// A row that a shard has finished.
struct Found {
    row: Finished,
    line: Vec<u8>,
    folder: PathBuf,
}

/// The shards whose folders are there, all of one division; at least one.
fn shards(folder: &Path) -> Result<Vec<Shard>, BatchError> {
    let entries = fs::read_dir(folder).map_err(BatchError::io("read", folder))?;
    let mut shards = Vec::new();
    for entry in entries {
        let entry = entry.map_err(BatchError::io("read", folder))?;
        shards.extend(entry.file_name().to_str().and_then(Shard::named).filter(|_| entry.path().is_dir()));
    }
    shards.sort_by_key(|shard| (shard.count(), shard.index()));
    let counts: BTreeSet<u32> = shards.iter().map(|shard| shard.count()).collect();
    if counts.len() == 1 {
        return Ok(shards);
    }
    Err(BatchError::Shards { path: folder.to_path_buf(), counts: counts.into_iter().collect() })
}

/// The rows that a shard has finished and whose SVGs are there. A torn last line counts as none.
fn finished(folder: &Path) -> Result<Vec<Found>, BatchError> {
    let path = folder.join(FILE);
    let text = match fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text.map_err(BatchError::io("read", &path))?,
    };
    let mut found = Vec::new();
    for Line { number: line, text, content } in
        lines::<Finished>(&text).map_err(|source| BatchError::List { path: path.clone(), source })?
    {
        let row = match content {
            Ok(Some(row)) => row,
            Ok(None) => continue,
            Err(reason) => return Err(BatchError::Results { path, line, reason }),
        };
        let named = file_name(&row.id).ok();
        if let Some(file) = row.file.as_ref().filter(|file| named.as_ref() != Some(file)) {
            let reason = format!("`{file}` is not the file of id `{}`", row.id);
            return Err(BatchError::Results { path, line, reason });
        }
        if row.file.as_ref().is_none_or(|file| folder.join(file).is_file()) {
            found.push(Found { row, line: text, folder: folder.to_path_buf() });
        }
    }
    Ok(found)
}
