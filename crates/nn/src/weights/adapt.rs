//! Weights changed as they are loaded.

use std::fmt::Debug;

use candle_core::Tensor;

/// Why a tensor could not be changed.
pub type AdaptError = Box<dyn std::error::Error + Send + Sync>;

/// Changes tensors between the file and the layer, as a merged LoRA does.
pub trait Adapt: Debug + Send + Sync {
    /// The tensor to use in place of the stored one: same shape, any float type, on the CPU. `name` is the one in the file.
    ///
    /// # Errors
    ///
    /// When what would be merged does not fit.
    fn adapt(&self, name: &str, stored: Tensor) -> Result<Tensor, AdaptError>;
}
