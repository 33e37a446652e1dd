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
    /// Whether the mask is for so many pictures, queries and keys.
    pub(super) fn check(&self, batch: usize, queries: usize, keys: usize) -> Result<()> {
        match self {
            Self::Additive(mask) => match mask.dims() {
                [pictures, n, m] if [1, batch].contains(pictures) && (*n, *m) == (queries, keys) => Ok(()),
                dims => candle_core::bail!("a mask of shape {dims:?} for {batch} x {queries} queries and {keys} keys"),
            },
            Self::None | Self::Causal => Ok(()),
        }
    }

    /// The mask of some pictures of a batch.
    pub(super) fn of_pictures(&self, from: usize, count: usize) -> Result<Self> {
        match self {
            Self::Additive(mask) if mask.dim(0)? > 1 => Ok(Self::Additive(mask.narrow(0, from, count)?)),
            mask => Ok(mask.clone()),
        }
    }

    /// The mask of some of `all` queries over `keys` keys.
    pub(super) fn of_queries(&self, from: usize, count: usize, all: usize, keys: usize) -> Result<Self> {
        if count == all {
            return Ok(self.clone());
        }
        match self {
            Self::None => Ok(Self::None),
            Self::Additive(mask) => Ok(Self::Additive(mask.narrow(1, from, count)?)),
            Self::Causal => {
                let first = (keys + from).saturating_sub(all);
                let sees = |at: usize| at % keys <= first + at / keys;
                let values = (0..count * keys).map(|at| if sees(at) { 0.0 } else { f32::NEG_INFINITY });
                let values = values.collect::<Vec<_>>();
                Ok(Self::Additive(Tensor::from_vec(values, (1, count, keys), &Device::Cpu)?))
            }
        }
    }

    /// What is added to scores of shape (batch, heads, queries, keys), broadcastable to it; nothing if all keys are seen.
    pub(super) fn addend(&self, queries: usize, keys: usize, device: &Device) -> Result<Option<Tensor>> {
        match self {
            Self::None => Ok(None),
            Self::Causal => causal(queries, keys, device).map(Some),
            Self::Additive(mask) => mask.to_device(device)?.unsqueeze(1).map(Some),
        }
    }
}

/// (1, 1, queries, keys).
fn causal(queries: usize, keys: usize, device: &Device) -> Result<Tensor> {
    let sees = |at: usize| at % keys + queries <= keys + at / keys;
    let values = (0..queries * keys).map(|at| if sees(at) { 0.0 } else { f32::NEG_INFINITY }).collect::<Vec<_>>();
    Tensor::from_vec(values, (1, 1, queries, keys), device)
}
