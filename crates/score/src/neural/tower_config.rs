//! `config.json` of a folder.

use linocut_nn::Location;
use serde::de::DeserializeOwned;

use crate::neural::tower_error::TowerError;

/// Reads `config.json`, which names its kind of model in `model_type`.
pub(crate) fn read<T: DeserializeOwned>(folder: &Location, model_type: &str) -> Result<T, TowerError> {
    let file = folder.join("config.json");
    let text = file.read()?;
    let invalid = |reason: String| TowerError::Config { file: file.path(), reason };
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(|error| invalid(error.to_string()))?;
    let found = value.get("model_type").and_then(|found| found.as_str()).unwrap_or("nothing");
    if found != model_type {
        return Err(invalid(format!("model_type is {found}, expected {model_type}")));
    }
    serde_json::from_value(value).map_err(|error| invalid(error.to_string()))
}
