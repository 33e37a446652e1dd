//! How good a picture is.

pub mod contest;
mod embedded;
mod fidelity;
mod neural;
pub mod select;

pub use contest::renderer::{METRIC_SIDE, MetricRenderError, MetricRenderer};
#[cfg(any(feature = "judge", feature = "ocr"))]
pub use embedded::*;
pub use fidelity::{Fidelity, FidelityError};
#[cfg(feature = "neural")]
pub use neural::{
    Device, OpenError, PictureSize, PixelError, PixelValues, TowerError, aesthetic, clip, paligemma, siglip, smooth,
};
