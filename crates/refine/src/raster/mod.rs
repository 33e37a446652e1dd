//! The differentiable rasteriser: layers of shapes to pixels by exact areas, and gradients of pixels back to coordinates.
//!
//! ```text
//! scene      layers, contours, paints, and the values they refer to
//!   polygon    each contour or stroke as closed rings of points, with the derivative of every point by the values
//!     coverage   each ring's edges as winding numbers of pixels; gradients of windings back to the ends of edges
//!       paint      each layer's colour over what lies beneath, and the same step backwards
//! ```
//!
//! [`rasteriser`] runs these for all layers from the bottom to the top and keeps on its [`tape`] what [`backward`] needs
//! to run them the other way round.

mod backward;
mod coverage;
pub(crate) mod error;
pub(crate) mod limits;
mod paint;
pub(crate) mod picture;
mod polygon;
pub(crate) mod rasteriser;
pub(crate) mod scalar;
pub(crate) mod scene;
mod tape;
#[cfg(feature = "candle")]
pub(crate) mod tensor;
