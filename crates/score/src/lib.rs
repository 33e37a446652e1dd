//! How good a picture is.
//!
//! [`Likeness`] scores without any model: how much the SVG looks like the picture that it was made from, and how much of
//! the description it shows. [`MetricRenderer`] draws an SVG the way the contest's metric does before it looks at it.
//! [`defence`] is what that metric then does to the picture.
//!
//! [`contest`] is the score of one picture: recipes as data and the judges who give the parts; [`metric`] is a run over a
//! list of rows; [`select`] chooses among candidates.
//!
//! With the feature `judge`, [`Judge`] says how well a picture fits its description: a small network that is part of the library.
//!
//! With the feature `neural`: `aesthetic`, `clip`, `siglip` and `paligemma` are networks that look at it, from published files;
//! `smooth` is the defences with a gradient.

#[cfg(feature = "neural")]
pub mod aesthetic;
#[cfg(feature = "neural")]
mod batches;
#[cfg(feature = "neural")]
pub mod clip;
pub mod contest;
pub mod defence;
#[cfg(feature = "judge")]
mod judge;
mod likeness;
pub mod metric;
mod metric_renderer;
#[cfg(any(feature = "judge", feature = "ocr"))]
mod network;
#[cfg(feature = "ocr")]
mod ocr;
#[cfg(feature = "neural")]
pub mod paligemma;
#[cfg(feature = "neural")]
mod pixel_values;
pub mod select;
#[cfg(feature = "neural")]
pub mod siglip;
#[cfg(feature = "neural")]
pub mod smooth;
#[cfg(feature = "neural")]
mod tokens;
#[cfg(feature = "neural")]
mod tower_config;
#[cfg(feature = "neural")]
mod tower_error;

#[cfg(feature = "neural")]
pub use candle_core::Device;
#[cfg(feature = "judge")]
pub use judge::{Judge, JudgeError, Seen};
pub use likeness::{Likeness, LikenessError};
pub use metric_renderer::{METRIC_SIDE, MetricRenderError, MetricRenderer};
#[cfg(any(feature = "judge", feature = "ocr"))]
pub use network::NetworkError;
#[cfg(feature = "ocr")]
pub use ocr::{Line, PpOcrScore, ReadError, Reader, ReaderOptions};
#[cfg(feature = "neural")]
pub use pixel_values::{PictureSize, PixelError, PixelValues};
#[cfg(feature = "neural")]
pub use tower_error::TowerError;
