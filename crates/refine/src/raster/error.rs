//! Errors of the rasteriser.

use thiserror::Error;

use crate::raster::limits::MAX_SIDE;

/// Why a scene could not be drawn, or its gradient not be computed.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum RasterError {
    /// The picture has no pixels.
    #[error("picture of {width} x {height} px has no pixels")]
    Empty {
        /// Width in px.
        width: u32,
        /// Height in px.
        height: u32,
    },
    /// A side is too long.
    #[error("picture of {width} x {height} px is too large: a side may have {MAX_SIDE} px")]
    TooLarge {
        /// Width in px.
        width: u32,
        /// Height in px.
        height: u32,
    },
    /// Two pictures differ in size, as (width, height) in px.
    #[error("picture of {actual:?} (width, height, px), expected {expected:?}")]
    Size {
        /// The size that is needed.
        expected: (u32, u32),
        /// The size that was given.
        actual: (u32, u32),
    },
    /// A layer refers to a value that does not exist.
    #[error("layer {layer} refers to {kind} {index} of {count}")]
    Index {
        /// The layer, counted from the bottom.
        layer: usize,
        /// `point`, `color` or `opacity`.
        kind: &'static str,
        /// The index.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// A layer's number of pieces for each curve is out of range.
    #[error("layer {layer} has {pieces} straight pieces for each curve, expected 1 to 256")]
    Pieces {
        /// The layer, counted from the bottom.
        layer: usize,
        /// The number.
        pieces: u16,
    },
    /// A value is infinite or NaN.
    #[error("{kind} {index} is not finite")]
    NotFinite {
        /// `point`, `color` or `opacity`.
        kind: &'static str,
        /// The index.
        index: usize,
    },
    /// What the backward pass needs would take too much memory.
    #[error("the backward pass needs {pixels} px, layer upon layer, and may keep {limit} px")]
    Memory {
        /// Pixels to keep when the limit was passed.
        pixels: usize,
        /// The limit.
        limit: usize,
    },
    /// A backward pass without a forward pass of the same scene before it.
    #[error("no forward pass of a scene with {layers} layers and as many values came before")]
    NoForward {
        /// Layers of the scene.
        layers: usize,
    },
}
