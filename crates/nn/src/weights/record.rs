//! The record of the tensors that were asked for.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What became of a tensor that was asked for.
#[derive(Debug)]
struct Asked {
    shape: Vec<usize>,
    /// Bytes in memory, as it was converted or packed.
    bytes: u64,
}

/// The tensors asked for, by their names in the file.
#[derive(Debug, Default)]
pub(super) struct Record(Mutex<BTreeMap<String, Asked>>);

impl Record {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Asked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A tensor was asked for.
    pub(super) fn add(&self, name: String, shape: Vec<usize>, bytes: u64) {
        self.lock().insert(name, Asked { shape, bytes });
    }

    /// Says that a tensor that was asked for takes so many bytes, as it was packed.
    pub(super) fn takes(&self, name: &str, bytes: u64) {
        if let Some(asked) = self.lock().get_mut(name) {
            asked.bytes = bytes;
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.lock().contains_key(name)
    }

    /// Names and shapes, sorted by name.
    pub(super) fn shapes(&self) -> Vec<(String, Vec<usize>)> {
        self.lock().iter().map(|(name, asked)| (name.clone(), asked.shape.clone())).collect()
    }

    /// Bytes in memory of all of them.
    pub(super) fn bytes(&self) -> u64 {
        self.lock().values().map(|asked| asked.bytes).sum()
    }
}
