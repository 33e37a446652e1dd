//! Refines a flat vector drawing by gradient descent until it looks more like a picture, within a byte budget.
//!
//! Four modules, each of which uses only those above it:
//!
//! - `raster`: the [`Rasteriser`] draws a [`Scene`] of layers, whose numbers are [`Values`], into a [`Picture`], and takes the
//!   gradient of a loss from the picture back to every point, colour and opacity
//! - `loss`: a [`Loss`] says how far a picture is from what it should be. [`Mse`], [`Ssim`], a weighted [`Sum`], or any
//!   closure
//! - `model`: a [`Model`] is a drawing as a scene with values that may move within bounds, and the way back to the integer
//!   grid
//! - `descent`: the [`Refiner`] puts these together. Adam moves the values, coordinates return to the grid, and shapes
//!   return to their old outlines where the result is over the budget
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
//! The feature `candle` (off by default) adds the rasterised picture as a tensor in a candle graph.

mod descent;
mod loss;
mod model;
mod raster;

pub use descent::error::RefineError;
pub use descent::refiner::{Refined, Refiner};
pub use descent::unsettled::Unsettled;
pub use loss::mse::Mse;
pub use loss::objective::Objective;
pub use loss::ssim::Ssim;
pub use loss::sum::Sum;
pub use loss::{Loss, LossError};
pub use model::Model;
pub use model::restore::Spelling;
pub use model::upright::Edges;
pub use raster::error::RasterError;
pub use raster::limits::MAX_SIDE;
pub use raster::picture::Picture;
pub use raster::rasteriser::Rasteriser;
pub use raster::scalar::Scalar;
pub use raster::scene::contour::{Contour, Step};
pub use raster::scene::ramp::{Ramp, RampStop};
pub use raster::scene::values::Values;
pub use raster::scene::{Layer, Line, Paint, Region, Scene};
#[cfg(feature = "candle")]
pub use raster::tensor::{TensorError, rasterise};
