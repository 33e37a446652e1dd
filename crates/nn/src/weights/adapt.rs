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

    /// Whether a tensor of this shape can be changed, asked before any is read.
    ///
    /// # Errors
    ///
    /// As [`Adapt::adapt`].
    fn check(&self, name: &str, shape: &[usize]) -> Result<(), AdaptError>;
}
