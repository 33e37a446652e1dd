//! Errors of the judge.

use linocut_raster::ResizeError;
use linocut_words::WordsError;
use thiserror::Error;

use crate::embedded::network::NetworkError;

/// Why a picture or a text could not be judged.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum JudgeError {
    /// The picture has no pixels.
    #[error("cannot judge a picture of {size:?} (width, height, px): each side needs at least 1 px")]
    NoPixels {
        /// Width and height, px.
        size: (u32, u32),
    },
    /// The picture cannot be resized.
    #[error(transparent)]
    Resize(#[from] ResizeError),
    /// A network cannot be loaded or run.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The word vectors cannot be used.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// The network's metadata do not say how its output becomes a probability.
    #[error("the judge's metadata has no number {key}")]
    Calibration {
        /// The entry that was looked for.
        key: &'static str,
    },
}
