//! The interface of `vtracer`, with a byte budget and a seed added: for programs that call it already.
//!
//! The names and the order of the arguments are those of vtracer's Python packages: 0.6 ([`convert_raw_image_to_svg`],
//! [`convert_pixels_to_svg`], with [`Classic`] for its eleven options) and 1.0 ([`Config`], [`convert_bytes`], [`convert_pixels`]).
//! The functions that take paths, `convert_image_to_svg_py` and `convert_file`, are in the Python package only: this crate does not
//! touch files. The engine of both is vtracer 1.0, so outlines differ slightly from those of 0.6; the text has the form of the version
//! that is called. PNG and JPEG are read.
//!
//! With [`Budget::max_bytes`], an SVG that is longer is traced by [`BudgetTracer`](crate::BudgetTracer) in its place.
//!
//! ```
//! use linocut_core::Stop;
//! use linocut_trace::compat::{Budget, Classic, convert_pixels_to_svg};
//!
//! let pixels: Vec<u8> = (0..64 * 48).flat_map(|i| if i % 64 < 30 { [200, 40, 40, 255] } else { [250, 240, 220, 255] }).collect();
//! let svg = convert_pixels_to_svg(&pixels, (64, 48), &Classic::default(), &Budget::default(), &Stop::never())?;
//! assert!(svg.contains("transform=\"translate("));
//! let budget = Budget { max_bytes: Some(200), ..Budget::default() };
//! assert!(convert_pixels_to_svg(&pixels, (64, 48), &Classic::default(), &budget, &Stop::never())?.len() <= 200);
//! # Ok::<(), linocut_trace::compat::CompatError>(())
//! ```

mod budgeted;
mod classic;
mod config;
mod error;
mod pixels;
mod run;
mod text;

pub use budgeted::Budget;
pub use classic::{Classic, ColorMode, convert_pixels_to_svg, convert_raw_image_to_svg};
pub use config::{Config, convert_bytes, convert_pixels};
pub use error::CompatError;
pub use vtracer::{Clustering, Color, FitMode, Hierarchical, Preset};
