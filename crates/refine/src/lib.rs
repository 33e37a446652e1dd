//! Shapes against pixels by gradient: an exact-area differentiable rasteriser and an optimiser.

mod arc;
mod compose;
mod cover;
mod dual;
mod error;
mod outline;
mod picture;
mod polygons;
mod ramp;
mod rasteriser;
mod scalar;
mod scene;
mod stroke;
mod tape;
mod walk;

pub use error::RasterError;
pub use picture::{MAX_SIDE, Picture};
pub use ramp::{Ramp, RampStop};
pub use rasteriser::Rasteriser;
pub use scalar::Scalar;
pub use scene::{Contour, Layer, Line, Paint, Region, Scene, Step, Values};
