//! Which of the built-in losses a drawing is refined by.

use crate::loss::{Loss, LossError, Mse, Sum};
use crate::picture::Picture;
use crate::ssim::Ssim;

/// What a refined drawing should be near to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Objective {
    /// Least mean squared error: the best PSNR.
    Mse,
    /// Greatest structural similarity.
    Ssim,
    /// The mean squared error and this weight times `1 - SSIM`; 0 to 1000.
    Both(f64),
}

impl Objective {
    /// The loss with respect to a target.
    ///
    /// # Errors
    ///
    /// [`LossError::TooSmall`] where SSIM counts and a side is under 11 px.
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
