//! The folder of a batch: one owner at a time, and files that are complete or absent.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::BatchError;

/// File whose lock means that a batch is at work. It is never removed: whoever waits for it may hold it open.
const LOCK: &str = ".lock";
/// How the names of unfinished files end; they begin with a dot.
const UNFINISHED: &str = ".unfinished";

/// A folder that belongs to this batch until it is dropped, or the process ends in whatever way.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    lock: File,
}

impl Folder {
    /// Makes the folder if need be, locks it, and clears what an earlier batch left unfinished.
    pub(super) fn open(path: &Path) -> Result<Self, BatchError> {
        fs::create_dir_all(path).map_err(BatchError::io("make the folder", path))?;
        let lock = path.join(LOCK);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&lock);
        let file = file.map_err(BatchError::io("open", &lock))?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => BatchError::Locked { path: path.to_path_buf() },
            TryLockError::Error(error) => BatchError::io("lock", &lock)(error),
        })?;
        let folder = Self { path: path.to_path_buf(), lock: file };
        folder.clear().map_err(BatchError::io("clear", path))?;
        Ok(folder)
    }

    /// Where the file of this name is, or would be.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file so that after a crash at any moment it is either whole or as it was before.
    pub(super) fn write(&self, name: &str, content: &[u8]) -> Result<(), BatchError> {
        let (path, unfinished) = (self.path(name), self.path(&format!(".{name}{UNFINISHED}")));
        let written = || {
            let mut file = OpenOptions::new().write(true).create_new(true).open(&unfinished)?;
            file.write_all(content)?;
            file.sync_all()?;
            fs::rename(&unfinished, &path)?;
            self.sync()
        };
        written().map_err(BatchError::io("write", &path))
    }

    /// Makes sure that names given until now outlive a crash of the system. Only Unix can say so.
    pub(super) fn sync(&self) -> io::Result<()> {
        if cfg!(unix) { File::open(&self.path)?.sync_all() } else { Ok(()) }
    }

    fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name();
            if name.to_str().is_some_and(|name| name.starts_with('.') && name.ends_with(UNFINISHED)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Drop for Folder {
    /// Unlocks the folder at once. Closing the file alone would not: a process that is being started at this moment holds a copy
    /// of every open file until its program begins, and the lock with it.
    fn drop(&mut self) {
        // If it fails, the system unlocks when the file is closed.
        let _ = self.lock.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_has_one_owner_at_a_time() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("new/folder");
        let first = Folder::open(&path).unwrap();
        let second = Folder::open(&path).unwrap_err();
        assert!(
            matches!(&second, BatchError::Locked { .. }) && second.to_string().ends_with("is in use by another batch")
        );
        drop(first);
        assert!(Folder::open(&path).is_ok());
    }

    #[test]
    fn unfinished_files_are_cleared_and_others_stay() {
        let home = tempfile::tempdir().unwrap();
        for name in [".a.svg.unfinished", ".hidden", "a.unfinished", "b.svg"] {
            fs::write(home.path().join(name), "x").unwrap();
        }
        Folder::open(home.path()).unwrap();
        assert_eq!(names(home.path()), [".hidden", ".lock", "a.unfinished", "b.svg"]);
    }

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::open(home.path()).unwrap();
        folder.write("a.svg", b"long content").unwrap();
        folder.write("a.svg", b"short").unwrap();
        assert_eq!(fs::read(folder.path("a.svg")).unwrap(), b"short");
        assert_eq!(names(home.path()), [".lock", "a.svg"]);
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::open(home.path()).unwrap();
        fs::create_dir_all(home.path().join("a.svg/full")).unwrap();
        let error = folder.write("a.svg", b"x").unwrap_err().to_string();
        assert!(error.starts_with("cannot write ") && error.contains("a.svg: "), "{error}");
    }
}
