//! Errors of the tracers.

use thiserror::Error;

/// Why a picture could not be traced.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The picture has no pixels.
    #[error("picture of {width} x {height} px has no pixels")]
    EmptyPicture {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Not even the smallest drawing fits the budget: a background of one colour, or an empty drawing for a cut-out.
    #[error("budget of {budget} bytes is too small: the smallest drawing takes {needed} bytes")]
    BudgetTooSmall {
        /// The budget in bytes.
        budget: usize,
        /// Size of the smallest drawing in bytes.
        needed: usize,
    },
    /// An option is out of its range.
    #[error("option {name} is {value}, expected {expected}")]
    Option {
        /// Name of the field.
        name: &'static str,
        /// Its value.
        value: f64,
        /// The allowed range.
        expected: &'static str,
    },
    /// A shape of the given drawing that a search over polygons cannot use.
    #[error("shape {index} {reason}, expected outlines filled with one colour or a plain gradient")]
    Shape {
        /// Index in the paint order, from 0.
        index: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The given drawing has more shapes than a search has layers.
    #[error("drawing of {count} shapes, expected at most {most}")]
    TooManyShapes {
        /// Number of shapes in the drawing.
        count: usize,
        /// The maximum.
        most: usize,
    },
    /// The picture cannot be reduced to the grid.
    #[error(transparent)]
    Resize(#[from] linocut_raster::ResizeError),
    /// The VTracer library failed.
    #[error("the VTracer library failed")]
    VTracer(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Checks one option against its range.
pub(crate) fn in_range(
    name: &'static str,
    value: impl Into<f64>,
    range: std::ops::RangeInclusive<f64>,
    expected: &'static str,
) -> Result<(), TraceError> {
    let value = value.into();
    if range.contains(&value) { Ok(()) } else { Err(TraceError::Option { name, value, expected }) }
}
