//! Why a sheet or a plot could not be drawn.

use linocut_raster::ResizeError;
use thiserror::Error;

/// Why a sheet could not be drawn.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SheetError {
    /// The side of a cell is out of range.
    #[error("cell side of {side} px is outside 16 to 1024 px")]
    Side {
        /// The side in pixels.
        side: u32,
    },
    /// The sheet would be too large.
    #[error("sheet of {width} x {height} px has more than 2^28 pixels")]
    Size {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// A picture cannot be scaled.
    #[error(transparent)]
    Resize(#[from] ResizeError),
    /// The text cannot be drawn.
    #[error("cannot draw the captions: {0}")]
    Text(#[from] usvg::Error),
}
