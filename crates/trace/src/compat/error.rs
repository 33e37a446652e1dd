//! Errors of the interface of `vtracer`.

use linocut_raster::DecodeError;
use thiserror::Error;

use crate::error::TraceError;

/// Why a picture could not be converted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CompatError {
    /// The number of pixels is not that of the size.
    #[error("{actual} pixels, expected {expected} ({width} x {height})")]
    PixelCount {
        /// How many there are.
        actual: usize,
        /// How many the size asks for.
        expected: usize,
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
    },
    /// The picture is larger than a decoded one may be.
    #[error("picture of {width} x {height} px, expected at most 16,384 px a side and 2^26 px in all")]
    TooLarge {
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
    },
    /// The bytes are not a picture that can be read.
    #[error("failed to decode the picture: {0}")]
    Decode(#[from] DecodeError),
    /// The stop was requested before there was a result.
    #[error("stopped before the picture was traced")]
    Stopped,
    /// An option is out of range, the budget is too small, or vtracer failed.
    #[error(transparent)]
    Trace(#[from] TraceError),
}
