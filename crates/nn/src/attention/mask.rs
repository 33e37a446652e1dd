//! Which keys a query sees.

use candle_core::{Device, Result, Tensor};

/// Which keys a query sees.
#[derive(Clone, Debug, Default)]
pub enum Mask {
    /// All of them.
    #[default]
    None,
    /// Those at its own position and before. The last query stands at the last key, so keys may come from a cache.
    Causal,
    /// What is added to the scores: (batch or 1, queries, keys), f32; minus infinity hides a key. A query that sees no key
    /// gives zeros.
    Additive(Tensor),
}

impl Mask {
    /// What is added to scores of shape (batch, heads, queries, keys), broadcastable to it; nothing if all keys are seen.
    pub(super) fn addend(&self, queries: usize, keys: usize, device: &Device) -> Result<Option<Tensor>> {
        match self {
            Self::None => Ok(None),
            Self::Causal => causal(queries, keys, device).map(Some),
            Self::Additive(mask) => mask.unsqueeze(1).map(Some),
        }
    }
}

/// (1, 1, queries, keys).
fn causal(queries: usize, keys: usize, device: &Device) -> Result<Tensor> {
    let sees = |at: usize| at % keys + queries <= keys + at / keys;
    let values = (0..queries * keys).map(|at| if sees(at) { 0.0 } else { f32::NEG_INFINITY }).collect::<Vec<_>>();
    Tensor::from_vec(values, (1, 1, queries, keys), device)
}
