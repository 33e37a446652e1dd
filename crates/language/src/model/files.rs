//! Files of a model's folder.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::error::ModelError;

pub(super) fn read_text(file: &Path) -> Result<String, ModelError> {
    fs::read_to_string(file).map_err(|source| ModelError::Io { file: file.to_owned(), source })
}

pub(crate) fn read_json<T: DeserializeOwned>(file: &Path) -> Result<T, ModelError> {
    let text = read_text(file)?;
    serde_json::from_str(&text).map_err(|error| ModelError::Config { file: file.to_owned(), reason: error.to_string() })
}

/// Reads a file that need not be there.
pub(super) fn read_json_if<T: DeserializeOwned>(file: &Path) -> Result<Option<T>, ModelError> {
    if file.is_file() { read_json(file).map(Some) } else { Ok(None) }
}
