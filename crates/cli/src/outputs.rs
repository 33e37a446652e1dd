//! Files that a subcommand is going to write, looked at before any work begins.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// A file with what it is to hold, for example `SVG`.
pub(crate) type Output<'a> = (&'static str, &'a Path);

/// Whether all files can be written: none is a folder, their folders are there, and no two are the same file or an input.
pub(crate) fn check(outputs: &[Output<'_>], inputs: &[&Path]) -> Result<(), Failure> {
    for (index, &(what, path)) in outputs.iter().enumerate() {
        let real = real(path).map_err(Failure::io("write", path))?;
        let same = |other: &Path| self::real(other).is_ok_and(|other| other == real);
        if let Some((other, _)) = outputs[..index].iter().find(|(_, other)| same(other)) {
            return Err(Failure::Collision { path: path.to_path_buf(), first: other, second: what });
        }
        if inputs.iter().any(|input| same(input)) {
            return Err(Failure::Collision { path: path.to_path_buf(), first: "input", second: what });
        }
        writable(path).map_err(Failure::io("write", path))?;
    }
    Ok(())
}

/// The path without links in its folder.
fn real(path: &Path) -> io::Result<PathBuf> {
    if let Ok(real) = path.canonicalize() {
        return Ok(real);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| io::Error::other("the path ends in no file name"))?;
    let missing =
        |source| io::Error::new(io::ErrorKind::NotFound, format!("the folder {}: {source}", folder.display()));
    Ok(folder.canonicalize().map_err(missing)?.join(name))
}

/// Opens a file without changing it; a file that was not there is not there afterwards.
fn writable(path: &Path) -> io::Result<()> {
    let is_new = !path.exists();
    OpenOptions::new().append(true).create(true).open(path)?;
    if is_new { fs::remove_file(path) } else { Ok(()) }
}
