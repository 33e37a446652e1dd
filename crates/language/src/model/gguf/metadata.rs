//! What a GGUF file says of itself.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use linocut_nn::candle_core::quantized::gguf_file::{Content, Value};

use crate::model::ModelError;

/// Keys and values.
pub(super) struct Metadata {
    file: PathBuf,
    values: HashMap<String, Value>,
}

impl Metadata {
    pub(super) fn read(file: &Path) -> Result<Self, ModelError> {
        let mut opened = File::open(file).map_err(|source| ModelError::Io { file: file.to_owned(), source })?;
        let wrong = |reason: String| ModelError::Config { file: file.to_owned(), reason };
        let content = Content::read(&mut opened).map_err(|error| wrong(error.to_string()))?;
        Ok(Self { file: file.to_owned(), values: content.metadata })
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// The value of a key, read as `kind`; nothing if there is no such key.
    fn get<T>(&self, key: &str, kind: &str, read: impl Fn(&Value) -> Option<T>) -> Result<Option<T>, ModelError> {
        let Some(value) = self.values.get(key) else { return Ok(None) };
        let wrong = || {
            let actual = format!("{:?}", value.value_type()).to_lowercase();
            self.wrong(format!("`{key}` is of type {actual}, expected {kind}"))
        };
        read(value).map(Some).ok_or_else(wrong)
    }

    pub(super) fn number(&self, key: &str) -> Result<Option<usize>, ModelError> {
        self.get(key, "a whole number", whole)
    }

    pub(super) fn float(&self, key: &str) -> Result<Option<f64>, ModelError> {
        self.get(key, "a number", |value| match value {
            Value::F32(number) => Some(f64::from(*number)),
            Value::F64(number) => Some(*number),
            other => whole(other).map(|number| number as f64),
        })
    }

    pub(super) fn truth(&self, key: &str) -> Result<Option<bool>, ModelError> {
        self.get(key, "true or false", |value| value.to_bool().ok())
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<&str>, ModelError> {
        let is_text = self.get(key, "a text", |value| matches!(value, Value::String(_)).then_some(()))?;
        Ok(is_text.and_then(|()| self.values.get(key)?.to_string().ok()).map(String::as_str))
    }

    pub(super) fn texts(&self, key: &str) -> Result<Option<Vec<&str>>, ModelError> {
        self.list(key, "texts", |value| value.to_string().ok().map(String::as_str))
    }

    pub(super) fn numbers(&self, key: &str) -> Result<Option<Vec<usize>>, ModelError> {
        self.list(key, "whole numbers", whole)
    }

    pub(super) fn floats(&self, key: &str) -> Result<Option<Vec<f32>>, ModelError> {
        self.list(key, "numbers", |value| value.to_f32().ok())
    }

    fn list<'a, T>(
        &'a self,
        key: &str,
        of: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<Vec<T>>, ModelError> {
        let Some(value) = self.values.get(key) else { return Ok(None) };
        let wrong = || self.wrong(format!("`{key}` is no list of {of}"));
        let values = value.to_vec().map_err(|_| wrong())?;
        values.iter().map(read).collect::<Option<Vec<T>>>().map(Some).ok_or_else(wrong)
    }

    /// What must be there.
    pub(super) fn needed<T>(&self, key: &str, found: Option<T>) -> Result<T, ModelError> {
        found.ok_or_else(|| self.wrong(format!("`{key}` is missing")))
    }

    pub(super) fn wrong(&self, reason: String) -> ModelError {
        ModelError::Config { file: self.file.clone(), reason }
    }
}

fn whole(value: &Value) -> Option<usize> {
    let number = match value {
        Value::U8(number) => u64::from(*number),
        Value::U16(number) => u64::from(*number),
        Value::U32(number) => u64::from(*number),
        Value::U64(number) => *number,
        Value::I8(number) => u64::try_from(*number).ok()?,
        Value::I16(number) => u64::try_from(*number).ok()?,
        Value::I32(number) => u64::try_from(*number).ok()?,
        Value::I64(number) => u64::try_from(*number).ok()?,
        _ => return None,
    };
    usize::try_from(number).ok()
}
