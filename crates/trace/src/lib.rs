//! Pixels to flat shapes under a byte budget: VTracer and the contour method.

mod convert;
mod cover;
mod error;
mod fit;
mod join;
mod layer;
mod price;
mod prune;
mod reduce;
mod simplify;
mod span;
mod vtracer;

pub use error::TraceError;
pub use vtracer::{Layering, VTracer};
