//! The contest's defences: filters between a picture and the models that judge it, except those that use random numbers.

mod bilateral;
mod chain;
mod fourier;
mod low_pass;
mod median;
mod planes;

pub use chain::FixedDefences;

use image::RgbImage;
use thiserror::Error;

/// Shortest side, in px: the low pass keeps nothing but the mean below.
const MIN_SIDE: u32 = 4;
/// Longest side, in px.
const MAX_SIDE: u32 = 65_535;
/// Most pixels; 2^24.
const MAX_PIXELS: u64 = 1 << 24;

/// Replaces each sample by the median of the 9 x 9 px around it.
///
/// Channels are filtered independently; the outermost pixels are repeated beyond the edges. The time does not depend on the
/// size of the window.
///
/// # Shapes
///
/// - `image`: W x H, 8-bit sRGB
/// - returns W x H
///
/// # Errors
///
/// [`FixedDefenceError::TooSmall`] if a side is under 4 px; [`FixedDefenceError::TooLarge`] if one is over 65,535 px or the
/// picture has over 2^24 px.
///
/// # Source
///
/// Step 3 of the contest's chain of defences: Pillow's `MedianFilter(9)`, bit for bit.
pub fn median(image: &RgbImage) -> Result<RgbImage, FixedDefenceError> {
    prepared(image)?.median(image)
}

/// Keeps the spatial frequencies inside a centred disc.
///
/// `y = clip(re(ifft2(fft2(x) * disc)), 0, 255)`, truncated to 8 bits, for each channel. The disc has a radius of a quarter
/// of the shorter side, rounded down, in bins; its rim is kept.
///
/// # Shapes
///
/// - `image`: W x H, 8-bit sRGB
/// - returns W x H
///
/// # Errors
///
/// [`FixedDefenceError::TooSmall`] if a side is under 4 px; [`FixedDefenceError::TooLarge`] if one is over 65,535 px or the
/// picture has over 2^24 px.
///
/// # Source
///
/// Step 4 of the contest's chain of defences as numpy 2 computes it from f32: forward in f64, backward in f32, rounded to f32
/// after each axis. Equal bit for bit where no side has a prime factor over 11, and up to rounding elsewhere. With f64 input,
/// or with numpy 1, about 0.002 % of a photograph's samples and up to some 2 % of those of regular stripes differ by a level.
pub fn low_pass(image: &RgbImage) -> Result<RgbImage, FixedDefenceError> {
    prepared(image)?.low_pass(image)
}

/// Smooths within a disc 5 px across, but not over edges: pixels count less the more their colour differs.
///
/// A mean of 13 pixels, weighted by `exp(-d^2 / (2 * 75^2))` for both the distance in px and the sum of the channels'
/// differences in levels; the picture is mirrored around its outermost pixels. Rounded, halves to even.
///
/// # Shapes
///
/// - `image`: W x H, 8-bit sRGB
/// - returns W x H
///
/// # Errors
///
/// [`FixedDefenceError::TooSmall`] if a side is under 4 px; [`FixedDefenceError::TooLarge`] if one is over 65,535 px or the
/// picture has over 2^24 px.
///
/// # Source
///
/// Step 5 of the contest's chain of defences: OpenCV's `bilateralFilter(image, 5, 75, 75)`. OpenCV's builds sum in different
/// orders, so a few samples whose mean lies between two levels, fewer than ten in a picture of 384 x 384, differ by 1 level.
pub fn bilateral(image: &RgbImage) -> Result<RgbImage, FixedDefenceError> {
    prepared(image)?.bilateral(image)
}

/// [`median`], [`low_pass`] and [`bilateral`] in this order: what the contest's models can still see of a picture.
///
/// This is the contest's chain without its random crop and its two JPEG round trips. [`FixedDefences`] does the same to many
/// pictures of one size and prepares only once.
///
/// # Shapes
///
/// - `image`: W x H, 8-bit sRGB
/// - returns W x H
///
/// # Errors
///
/// [`FixedDefenceError::TooSmall`] if a side is under 4 px; [`FixedDefenceError::TooLarge`] if one is over 65,535 px or the
/// picture has over 2^24 px.
pub fn fixed_defences(image: &RgbImage) -> Result<RgbImage, FixedDefenceError> {
    prepared(image)?.apply(image)
}

fn prepared(image: &RgbImage) -> Result<FixedDefences, FixedDefenceError> {
    FixedDefences::new(image.width(), image.height())
}

/// Checks a size, (width, height) in px.
fn check(size: (u32, u32)) -> Result<(), FixedDefenceError> {
    if size.0.min(size.1) < MIN_SIDE {
        return Err(FixedDefenceError::TooSmall { size });
    }
    if size.0.max(size.1) > MAX_SIDE || u64::from(size.0) * u64::from(size.1) > MAX_PIXELS {
        return Err(FixedDefenceError::TooLarge { size });
    }
    Ok(())
}

/// Why a picture cannot be filtered. Sizes are (width, height) in px.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FixedDefenceError {
    /// A side is too short.
    #[error("cannot filter pictures of {size:?} (width, height, px): each side needs at least {MIN_SIDE} px")]
    TooSmall {
        /// The size of the picture.
        size: (u32, u32),
    },
    /// A side or the whole is over the limit.
    #[error(
        "cannot filter pictures of {size:?} (width, height, px): a side may have {MAX_SIDE} px, the whole {MAX_PIXELS}"
    )]
    TooLarge {
        /// The size of the picture.
        size: (u32, u32),
    },
    /// The filters were prepared for another size.
    #[error("the filters are for pictures of {expected:?} (width, height, px), got {actual:?}")]
    SizeMismatch {
        /// The size that the filters are for.
        expected: (u32, u32),
        /// The size of the picture.
        actual: (u32, u32),
    },
}
