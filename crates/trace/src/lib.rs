//! Pixels to flat shapes under a byte budget: VTracer and the contour method.

mod canvas;
mod contours;
mod convert;
mod cover;
mod error;
mod fit;
mod importance;
mod join;
mod kmeans;
mod layer;
mod outline;
mod price;
mod prune;
mod reduce;
mod regions;
mod search;
mod simplify;
mod span;
mod vtracer;

pub use contours::Contours;
pub use error::TraceError;
pub use vtracer::{Layering, VTracer};
