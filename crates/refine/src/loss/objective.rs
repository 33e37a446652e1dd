//! The choice among the built-in losses.

use crate::loss::mse::Mse;
use crate::loss::ssim::Ssim;
use crate::loss::sum::Sum;
use crate::loss::{Loss, LossError};
use crate::raster::picture::Picture;

/// The built-in loss that a refined drawing should minimise.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Objective {
    /// The mean squared error, whose minimum is the best PSNR.
    Mse,
    /// `1 - SSIM`: one less the structural similarity.
    Ssim,
    /// The mean squared error plus this weight, 0 to 1000, times `1 - SSIM`.
    Both(f64),
}

impl Objective {
    /// The loss against a target.
    ///
    /// # Errors
    ///
    /// [`LossError::TooSmall`] for an objective with SSIM if a side of the target is under 11 px.
    pub fn towards(self, target: Picture) -> Result<Box<dyn Loss>, LossError> {
        Ok(match self {
            Self::Mse => Box::new(Mse::new(target)),
            Self::Ssim => Box::new(Ssim::new(target)?),
            Self::Both(weight) => {
                Box::new(Sum::default().with(1.0, Mse::new(target.clone())).with(weight, Ssim::new(target)?))
            }
        })
    }
}
