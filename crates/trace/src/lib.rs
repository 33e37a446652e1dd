//! Pixels to flat shapes under a byte budget: VTracer and the contour method.
//!
//! Both tracers reduce the picture to a grid, make a drawing that is several times too large, and cut it: whichever
//! vertex, shape or element costs the least squared error for its bytes goes first, until the budget holds. The drawing
//! begins with a background over the whole picture, and its grid has the picture's proportions. Work is bounded by
//! counts, so the same picture, options and seed give the same bytes.
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

pub use budget::{BudgetTracer, Objective, TraceProgress, Work};
pub use contours::Contours;
pub use error::TraceError;
pub use vtracer::{Layering, VTracer};
