//! Errors of refining a drawing.

use linocut_core::StageError;
use linocut_raster::ResizeError;
use thiserror::Error;

use crate::loss::LossError;
use crate::raster::error::RasterError;

/// Why a drawing could not be refined.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RefineError {
    /// The task has no picture to refine towards.
    #[error("the task has no picture to refine towards")]
    NoTarget,
    /// The drawing does not fit the budget as it is.
    #[error("drawing of {bytes} bytes is over the budget of {budget} bytes")]
    OverBudget {
        /// The drawing's bytes.
        bytes: usize,
        /// The budget in bytes.
        budget: usize,
    },
    /// An option is out of its range.
    #[error("option {name} is {value}, expected {expected}")]
    Option {
        /// Name of the field.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        expected: &'static str,
    },
    /// The loss or its gradient is infinite or NaN.
    #[error("loss of {value} or its gradient is not finite at step {step}")]
    NotFinite {
        /// The step, counted from 0.
        step: u32,
        /// The loss.
        value: f64,
    },
    /// The drawing cannot be drawn, or the picture has no pixels.
    #[error(transparent)]
    Raster(#[from] RasterError),
    /// The loss cannot be evaluated on the picture.
    #[error(transparent)]
    Loss(#[from] LossError),
    /// The picture cannot be resized.
    #[error(transparent)]
    Resize(#[from] ResizeError),
    /// The rewrite that settles the drawing on the grid failed.
    #[error(transparent)]
    Settle(StageError),
}

/// Checks one option against its range.
pub(crate) fn in_range(
    name: &'static str,
    value: impl Into<f64>,
    range: std::ops::RangeInclusive<f64>,
    expected: &'static str,
) -> Result<(), RefineError> {
    let value = value.into();
    if range.contains(&value) { Ok(()) } else { Err(RefineError::Option { name, value, expected }) }
}
