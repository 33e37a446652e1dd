//! Errors of OCR.

use linocut_raster::ResizeError;
use thiserror::Error;

use super::options::LONGEST_SIDES;
use crate::embedded::network::NetworkError;

/// Why a picture could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The picture has no pixels.
    #[error("cannot read a picture of {size:?} (width, height, px): each side needs at least 1 px")]
    NoPixels {
        /// Width and height, px.
        size: (u32, u32),
    },
    /// The option is out of its range.
    #[error("longest side is {actual} px, expected {} to {}", LONGEST_SIDES.start(), LONGEST_SIDES.end())]
    LongestSide {
        /// The option, px.
        actual: u32,
    },
    /// The picture or a line of it cannot be resized.
    #[error(transparent)]
    Resize(#[from] ResizeError),
    /// A network cannot be loaded or run.
    #[error(transparent)]
    Network(#[from] NetworkError),
}
