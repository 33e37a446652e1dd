//! Scorers that are large neural networks, run from their published weights.

#![cfg(feature = "neural")]

pub mod aesthetic;
mod batches;
pub mod clip;
pub mod paligemma;
mod pixel_values;
mod published_judges;
pub mod siglip;
#[cfg(feature = "small-paligemma")]
mod small_paligemma;
#[cfg(feature = "small-siglip")]
mod small_siglip;
pub mod smooth;
mod tokens;
mod tower_config;
mod tower_error;

pub use candle_core::Device;
pub use pixel_values::{PictureSize, PixelError, PixelValues};
pub use published_judges::OpenError;
pub use tower_error::TowerError;

/// What a tower gives, in f32.
fn wide(vectors: &candle_core::Tensor) -> candle_core::Result<candle_core::Tensor> {
    vectors.to_dtype(candle_core::DType::F32)
}
