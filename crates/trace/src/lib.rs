//! Pixels to flat shapes under a byte budget.
//!
//! - [`BudgetTracer`] searches: polygons on an integer grid are moved, added and dropped as long as that saves more error
//!   than its bytes are worth. The best picture for its bytes, in seconds. Its [`steps`] can be called one by one.
//! - [`VTracer`] wraps the library of that name, [`Contours`] is the k-means and contour method of the contest. Both make a
//!   drawing several times too large and cut whatever costs the least squared error for its bytes. In tenths of a second.
//!
//! Each reduces the picture to a grid with its proportions, and its drawing begins with a background over the whole
//! picture. Work is bounded by counts, so the same picture, options and seed give the same bytes.
//!
//! ```
//! use image::RgbImage;
//! use linocut_core::{ByteBudget, Stop, Task};
//! use linocut_trace::Contours;
//!
//! let image = RgbImage::from_fn(64, 48, |x, y| [if x > y { 255 } else { 20 }, 90, 160].into());
//! let stop = Stop::never();
//! let drawing = Contours::default().trace(&image, &Task::new(ByteBudget::new(300), &stop))?;
//! assert!(drawing.byte_count() <= 300);
//! assert_eq!((drawing.width, drawing.height), (64, 48));
//! # Ok::<(), linocut_trace::TraceError>(())
//! ```

mod budget;
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
mod offer;
mod outline;
mod plan;
mod price;
mod prune;
mod reduce;
mod regions;
mod search;
mod simplify;
mod span;
mod vtracer;

pub use budget::steps;
pub use budget::{BudgetTracer, Objective, TraceProgress, Work};
pub use contours::Contours;
pub use error::TraceError;
pub use vtracer::{Layering, VTracer};
