//! Files of a model's folder.

use std::io::{Error, ErrorKind};

use linocut_nn::{Location, ReadError};
use serde::de::DeserializeOwned;

use super::error::ModelError;

pub(super) fn read_text(file: &Location) -> Result<String, ModelError> {
    let bytes = file.read().map_err(|ReadError { file, source }| ModelError::Io { file, source })?;
    let damaged =
        |_| ModelError::Io { file: file.path(), source: Error::new(ErrorKind::InvalidData, "it is no UTF-8") };
    String::from_utf8(bytes.into_owned()).map_err(damaged)
}

pub(crate) fn read_json<T: DeserializeOwned>(file: &Location) -> Result<T, ModelError> {
    let text = read_text(file)?;
    serde_json::from_str(&text).map_err(|error| ModelError::Config { file: file.path(), reason: error.to_string() })
}

/// Reads a file that need not be there.
pub(super) fn read_json_if<T: DeserializeOwned>(file: &Location) -> Result<Option<T>, ModelError> {
    if file.exists() { read_json(file).map(Some) } else { Ok(None) }
}
