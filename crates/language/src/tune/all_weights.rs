//! Every weight is learnt.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use linocut_nn::candle_core::{DType, Tensor, Var};
use linocut_nn::weights::{Adapt, AdaptError};

/// Makes a variable of every tensor as it is read; one that is read twice, such as a tied table, is the same variable.
#[derive(Debug, Default)]
pub(super) struct AllWeights {
    made: Mutex<BTreeMap<String, Var>>,
}

impl AllWeights {
    /// All of them by name.
    pub(super) fn variables(&self) -> Vec<(String, Var)> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.iter().map(|(name, variable)| (name.clone(), variable.clone())).collect()
    }
}

impl Adapt for AllWeights {
    fn adapt(&self, name: &str, stored: Tensor) -> Result<Tensor, AdaptError> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(variable) = made.get(name) {
            return Ok(variable.as_tensor().clone());
        }
        let variable = Var::from_tensor(&stored.to_dtype(DType::F32)?)?;
        let tensor = variable.as_tensor().clone();
        made.insert(name.to_owned(), variable);
        Ok(tensor)
    }

    fn check(&self, _name: &str, _shape: &[usize]) -> Result<(), AdaptError> {
        Ok(())
    }
}
