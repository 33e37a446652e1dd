//! Errors of the finishing passes.

use linocut_core::ByteBudget;
use linocut_svg::Drawing;
use thiserror::Error;

/// Longest side of a drawing, in units, for which the reserved bytes suffice: coordinates of five digits.
pub(crate) const MAX_SIDE: u32 = 99_999;

/// Maximum number of steps of a border.
pub(crate) const MAX_STEPS: u32 = 8;

/// Why a finishing pass could not change a drawing.
#[derive(Clone, PartialEq, Debug, Error)]
#[non_exhaustive]
pub enum FinishError {
    /// The finished drawing would exceed the budget.
    #[error("the finished drawing takes {needed} bytes, the budget is {budget}")]
    Budget {
        /// Size of the finished drawing in bytes.
        needed: usize,
        /// The budget in bytes.
        budget: ByteBudget,
    },
    /// The drawing's grid is too large for the reserved bytes.
    #[error("a side of {side} units is longer than {MAX_SIDE} units")]
    Side {
        /// The longer side in units.
        side: u32,
    },
    /// The number of steps of a border is out of range.
    #[error("option `steps` is {steps}, expected 1 to {MAX_STEPS}")]
    Steps {
        /// The number of steps.
        steps: u32,
    },
    /// An option that is a share is out of range.
    #[error("option `{option}` is {value}, expected {expected}")]
    Share {
        /// Name of the option.
        option: &'static str,
        /// Its value.
        value: f32,
        /// The allowed range.
        expected: &'static str,
    },
}

/// Returns the finished drawing if it fits the budget and the reserved bytes cover its grid.
pub(crate) fn fitting(drawing: Drawing, budget: ByteBudget) -> Result<Drawing, FinishError> {
    let side = drawing.width.max(drawing.height);
    if side > MAX_SIDE {
        return Err(FinishError::Side { side });
    }
    let needed = drawing.byte_count();
    if budget.fits(needed) { Ok(drawing) } else { Err(FinishError::Budget { needed, budget }) }
}

/// Checks a share against its range.
pub(crate) fn share(
    option: &'static str,
    value: f32,
    least: f32,
    most: f32,
    expected: &'static str,
) -> Result<f32, FinishError> {
    if (least..=most).contains(&value) { Ok(value) } else { Err(FinishError::Share { option, value, expected }) }
}
