//! Shapes against pixels by gradient: an exact-area differentiable rasteriser and an optimiser.
//!
//! - [`Rasteriser`] draws a [`Scene`] of layers with [`Values`] and takes the gradient of a loss from the [`Picture`] back to
//!   every point, colour and opacity
//! - [`Loss`]: what a picture should be. [`Mse`], [`Ssim`], a weighted [`Sum`], or any closure
//! - [`Model`] turns a drawing into a scene and back onto the integer grid
//! - [`Refiner`] puts these together: Adam over a drawing's values, within a byte budget
//!
//! ```
//! use image::{Rgb, RgbImage};
//! use linocut_core::{ByteBudget, Stop, Task};
//! use linocut_refine::Refiner;
//! use linocut_svg::{Color, Drawing, Geometry, Point, Shape};
//!
//! let picture = RgbImage::from_fn(64, 64, |x, y| {
//!     let inside = (x as f32 - 36.0).hypot(y as f32 - 30.0) < 20.0;
//!     Rgb(if inside { [200, 40, 30] } else { [255; 3] })
//! });
//! let mut drawing = Drawing::new(64, 64);
//! drawing.shapes.push(Shape::filled(Geometry::circle(Point::new(32, 32), 15), Color::new(180, 60, 60)));
//!
//! let stop = Stop::never();
//! let refined = Refiner { side: 64, ..Refiner::default() }.refine(&drawing, &picture, &Task::new(ByteBudget::new(200), &stop))?;
//! assert!(refined.after < 0.1 * refined.before);
//! assert!(refined.drawing.byte_count() <= 200);
//! # Ok::<(), linocut_refine::RefineError>(())
//! ```
//!
//! Feature `candle` (off by default): the picture as a tensor in a candle graph.

mod adam;
mod arc;
mod backward;
mod boundary;
mod colors;
mod compose;
mod cover;
mod descent;
mod dual;
mod error;
mod fit;
mod gaussian;
mod loss;
mod model;
mod objective;
mod outline;
mod picture;
mod pieces;
mod polygons;
mod ramp;
mod rasteriser;
mod refine_error;
mod refiner;
mod restore;
mod scalar;
mod scene;
mod snap;
mod ssim;
mod stroke;
mod tape;
#[cfg(feature = "candle")]
mod tensor;
mod uncompose;
mod upright;
mod values;
mod walk;

pub use error::RasterError;
pub use loss::{Loss, LossError, Mse, Sum};
pub use model::Model;
pub use objective::Objective;
pub use picture::{MAX_SIDE, Picture};
pub use ramp::{Ramp, RampStop};
pub use rasteriser::Rasteriser;
pub use refine_error::RefineError;
pub use refiner::{Refined, Refiner, Unsettled};
pub use restore::Spelling;
pub use scalar::Scalar;
pub use scene::{Contour, Layer, Line, Paint, Region, Scene, Step};
pub use ssim::Ssim;
#[cfg(feature = "candle")]
pub use tensor::{TensorError, rasterise};
pub use upright::Edges;
pub use values::Values;
