//! How good a picture is.
//!
//! [`Likeness`] scores without any model: how much the SVG looks like the picture that it was made from, and how much of
//! the description it shows. [`MetricRenderer`] draws an SVG the way the contest's metric does before it looks at it.
//! [`defence`] is what that metric then does to the picture.

pub mod defence;
mod likeness;
mod metric_renderer;

pub use likeness::{Likeness, LikenessError};
pub use metric_renderer::{METRIC_SIDE, MetricRenderError, MetricRenderer};
