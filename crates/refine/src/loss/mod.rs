//! Losses: how far a picture is from what it should be, and the gradient of that distance by every sample.

mod gaussian;
pub(crate) mod mse;
pub(crate) mod objective;
pub(crate) mod ssim;
pub(crate) mod sum;

use std::error::Error;

use thiserror::Error;

use crate::raster::picture::Picture;

/// A loss: a number to minimise, and its gradient with respect to the picture.
///
/// Closures `FnMut(&Picture, &mut Picture) -> f64` are losses too.
///
/// # Shapes
///
/// - `picture`: W x H, values as in [`Picture`], not clamped
/// - `gradient`: W x H; overwritten with the whole gradient
pub trait Loss {
    /// Returns the loss of a picture and writes its gradient into `gradient`.
    ///
    /// # Errors
    ///
    /// [`LossError`] if the loss cannot be evaluated on the picture.
    fn evaluate(&mut self, picture: &Picture, gradient: &mut Picture) -> Result<f64, LossError>;
}

impl<F: FnMut(&Picture, &mut Picture) -> f64> Loss for F {
    fn evaluate(&mut self, picture: &Picture, gradient: &mut Picture) -> Result<f64, LossError> {
        Ok(self(picture, gradient))
    }
}

/// Checks that a picture and a gradient have the target's size.
pub(crate) fn check(target: &Picture, picture: &Picture, gradient: &Picture) -> Result<(), LossError> {
    let expected = target.size();
    match [picture.size(), gradient.size()].into_iter().find(|actual| *actual != expected) {
        Some(actual) => Err(LossError::Size { expected, actual }),
        None => Ok(()),
    }
}

/// Why a loss could not be evaluated. Sizes are (width, height) in px.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LossError {
    /// The picture has another size than the target.
    #[error("picture of {actual:?} (width, height, px), expected {expected:?}")]
    Size {
        /// The target's size.
        expected: (u32, u32),
        /// The picture's size.
        actual: (u32, u32),
    },
    /// A side is too short for the measure.
    #[error("{measure} needs at least {min} px a side, got {size:?} (width, height, px)")]
    TooSmall {
        /// Name of the measure.
        measure: &'static str,
        /// Shortest side, in px.
        min: u32,
        /// The target's size.
        size: (u32, u32),
    },
    /// A loss of another kind failed.
    #[error(transparent)]
    Other(Box<dyn Error + Send + Sync>),
}
