//! `config.json` of a folder.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::neural::tower_error::TowerError;

/// Reads `config.json`, which names its kind of model in `model_type`.
pub(crate) fn read<T: DeserializeOwned>(folder: &Path, model_type: &str) -> Result<T, TowerError> {
    let file = folder.join("config.json");
    let text = fs::read(&file).map_err(|source| TowerError::Io { file: file.clone(), source })?;
    let invalid = |reason: String| TowerError::Config { file: file.clone(), reason };
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(|error| invalid(error.to_string()))?;
    let found = value.get("model_type").and_then(|found| found.as_str()).unwrap_or("nothing");
    if found != model_type {
        return Err(invalid(format!("model_type is {found}, expected {model_type}")));
    }
    serde_json::from_value(value).map_err(|error| invalid(error.to_string()))
}
