//! Where a model's files are: on disk, or in the program itself.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use crate::place::Placement;
use crate::weights::{Weights, WeightsError};

/// The files of a model that is part of the program.
#[derive(PartialEq, Eq, Debug)]
pub struct Bundle {
    /// Name, which errors have before that of a file.
    pub name: &'static str,
    /// Paths in the layout of a folder, with `/` between their parts, and contents.
    pub files: &'static [(&'static str, &'static [u8])],
}

/// A file or folder of a model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Location {
    /// On disk.
    Disk(PathBuf),
    /// In the program.
    Bundled(&'static Bundle, String),
    /// Nowhere: what a file of that path would say.
    Said(PathBuf, Arc<str>),
}

/// A file that is not there, or cannot be read.
#[derive(Debug, Error)]
#[error("cannot read {}", file.display())]
pub struct ReadError {
    /// The file.
    pub file: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

impl<P: Into<PathBuf>> From<P> for Location {
    fn from(path: P) -> Self {
        Self::Disk(path.into())
    }
}

impl From<&'static Bundle> for Location {
    fn from(bundle: &'static Bundle) -> Self {
        Self::Bundled(bundle, String::new())
    }
}

impl Location {
    /// What is at this path, with `/` between its parts, from here.
    #[must_use]
    pub fn join(&self, path: &str) -> Self {
        match self {
            Self::Disk(folder) => Self::Disk(folder.join(path)),
            Self::Bundled(bundle, folder) if folder.is_empty() => Self::Bundled(bundle, path.to_owned()),
            Self::Bundled(bundle, folder) => Self::Bundled(bundle, format!("{folder}/{path}")),
            Self::Said(folder, _) => Self::Disk(folder.join(path)),
        }
    }

    /// The path, for messages; that of a file in the program begins with the bundle's name.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        match self {
            Self::Disk(path) | Self::Said(path, _) => path.clone(),
            Self::Bundled(bundle, path) => Path::new(bundle.name).join(path),
        }
    }

    /// Whether there is a file or folder.
    #[must_use]
    pub fn exists(&self) -> bool {
        match self {
            Self::Disk(path) => path.exists(),
            Self::Bundled(bundle, path) => bundle.files.iter().any(|(file, _)| Path::new(file).starts_with(path)),
            Self::Said(..) => true,
        }
    }

    /// The contents of a file.
    ///
    /// # Errors
    ///
    /// [`ReadError`] if it is not there, or cannot be read.
    pub fn read(&self) -> Result<Cow<'static, [u8]>, ReadError> {
        let found = match self {
            Self::Disk(path) => fs::read(path).map(Cow::Owned),
            Self::Bundled(..) => self.bundled(|file, path| file == path).map(|(_, bytes)| Cow::Borrowed(bytes)),
            Self::Said(_, text) => Ok(Cow::Owned(text.as_bytes().to_owned())),
        };
        found.map_err(|source| ReadError { file: self.path(), source })
    }

    /// The weights in a file or folder, for a place.
    ///
    /// # Errors
    ///
    /// As [`Weights::open`].
    pub fn weights(&self, place: &Placement) -> Result<Weights, WeightsError> {
        match self {
            Self::Disk(path) | Self::Said(path, _) => place.weights(path),
            Self::Bundled(..) => {
                let is_here =
                    |file: &str, path: &str| Path::new(file).starts_with(path) && file.ends_with(".safetensors");
                let (file, bytes) =
                    self.bundled(is_here).map_err(|source| WeightsError::Io { file: self.path(), source })?;
                let origin = Self::from(file).path();
                Ok(Weights::of_bytes(origin, bytes, place.dtype, &place.device)?.with_linear_kind(place.linear_kind))
            }
        }
    }

    /// The first file of the bundle of which `is_it` holds, given its path and this one.
    fn bundled(&self, is_it: impl Fn(&str, &str) -> bool) -> io::Result<(&'static str, &'static [u8])> {
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        let Self::Bundled(bundle, path) = self else { return Err(missing()) };
        bundle.files.iter().find(|(file, _)| is_it(file, path)).copied().ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static BUNDLE: Bundle =
        Bundle { name: "small", files: &[("unet/config.json", b"{}"), ("model_index.json", b"[]")] };

    #[test]
    fn files_in_the_program_are_found_as_in_a_folder() {
        let root = Location::from(&BUNDLE);
        assert!(root.exists() && root.join("unet").exists() && root.join("unet/config.json").exists());
        assert!(!root.join("une").exists() && !root.join("vae/config.json").exists());
        assert_eq!(&*root.join("unet").join("config.json").read().unwrap(), b"{}");
        assert_eq!(root.join("unet").join("config.json").path(), Path::new("small/unet/config.json"));
    }

    #[test]
    fn what_is_missing_is_named_with_its_bundle() {
        let root = Location::from(&BUNDLE);
        let text = root.join("vae/config.json").read().unwrap_err().to_string();
        assert_eq!(text, "cannot read small/vae/config.json");
        let text = root.join("unet").weights(&Placement::default()).unwrap_err().to_string();
        assert!(text.contains("small/unet"), "{text}");
    }
}
