//! Measures of how much two pictures differ: PSNR, SSIM, MS-SSIM, SSIMULACRA2 and mean absolute difference.

mod absolute;
mod gaussian;
mod multiscale;
mod plane;
mod psnr;
mod ssim;
mod ssimulacra2;

pub use absolute::mean_abs_difference;
pub use gaussian::{SSIM_WINDOW, ssim_weights};
pub use multiscale::ms_ssim;
pub use psnr::psnr;
pub use ssim::ssim;
pub use ssimulacra2::{Ssimulacra2, ssimulacra2};

use image::RgbImage;
use thiserror::Error;

/// Why two pictures cannot be compared. Sizes are (width, height) in px.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DifferenceError {
    /// The pictures have different sizes.
    #[error("cannot compare pictures of {first:?} and {second:?} (width, height, px)")]
    SizeMismatch {
        /// The size of the first picture.
        first: (u32, u32),
        /// The size of the second picture.
        second: (u32, u32),
    },
    /// A side is too short for the measure.
    #[error("{measure} needs at least {min} px a side, got {size:?} (width, height, px)")]
    TooSmall {
        /// Name of the measure.
        measure: &'static str,
        /// Shortest side that it accepts, in px.
        min: u32,
        /// The size of the pictures.
        size: (u32, u32),
    },
}

/// Checks that pictures have one size and no side under `min` px.
fn check(a: &RgbImage, b: &RgbImage, measure: &'static str, min: u32) -> Result<(), DifferenceError> {
    let (first, second) = (a.dimensions(), b.dimensions());
    if first != second {
        return Err(DifferenceError::SizeMismatch { first, second });
    }
    if first.0 < min || first.1 < min {
        let size = first;
        return Err(DifferenceError::TooSmall { measure, min, size });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Measure = fn(&RgbImage, &RgbImage) -> Result<f64, DifferenceError>;
    const MEASURES: [(Measure, u32); 5] =
        [(psnr, 1), (mean_abs_difference, 1), (ssim, 11), (ms_ssim, 161), (ssimulacra2, 8)];

    #[test]
    fn every_measure_refuses_pictures_of_different_sizes() {
        let (a, b) = (RgbImage::new(170, 180), RgbImage::new(180, 170));
        let (first, second) = ((170, 180), (180, 170));
        for (measure, _) in MEASURES {
            let error = measure(&a, &b).unwrap_err();
            assert_eq!(error, DifferenceError::SizeMismatch { first, second });
        }
    }

    #[test]
    fn every_measure_accepts_its_shortest_side_and_refuses_one_less() {
        for (measure, min) in MEASURES {
            let enough = RgbImage::new(min, min + 3);
            assert!(measure(&enough, &enough).is_ok());
            for small in [RgbImage::new(min - 1, 200), RgbImage::new(200, min - 1)] {
                let error = measure(&small, &small).unwrap_err();
                assert!(matches!(error, DifferenceError::TooSmall { min: m, .. } if m == min));
            }
        }
    }
}
