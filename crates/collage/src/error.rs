//! What can go wrong in the composer.

use linocut_core::StageError;
use linocut_svg::{ParseError, RenderError};
use linocut_words::WordsError;
use thiserror::Error;

/// Why no picture was made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CollageError {
    /// Not even one flat rectangle fits.
    #[error("budget of {budget} bytes is too small, the plainest drawing takes {needed} bytes")]
    BudgetTooSmall {
        /// The budget in bytes.
        budget: usize,
        /// What the plainest drawing takes, in bytes.
        needed: usize,
    },
    /// The side of the picture is out of range.
    #[error("picture side of {side} px is outside 16 to 4096 px")]
    Side {
        /// The side in pixels.
        side: u32,
    },
    /// A stop was asked for before there was a picture.
    #[error("stopped before there was a picture")]
    Stopped,
    /// The bundled archive cannot be read.
    #[error("cannot read `{entry}` of the bundled art: {source}")]
    Archive {
        /// The file in the archive.
        entry: String,
        /// What went wrong.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A bundled picture cannot be read as shapes.
    #[error("cannot read the bundled picture `{name}`: {source}")]
    Picture {
        /// Name of the picture.
        name: String,
        /// What went wrong.
        source: ParseError,
    },
    /// The bundled word vectors cannot be read.
    #[error("cannot read the word vectors: {0}")]
    Words(#[from] WordsError),
    /// The finished drawing cannot be rendered.
    #[error("cannot render the drawing: {0}")]
    Render(#[from] RenderError),
}

impl From<CollageError> for StageError {
    fn from(error: CollageError) -> Self {
        Self::new("collage", error)
    }
}
