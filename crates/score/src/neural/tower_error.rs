//! Why a picture or a text could not be embedded.

use std::path::PathBuf;

use linocut_nn::ReadError;
use linocut_nn::weights::WeightsError;
use thiserror::Error;

use crate::neural::pixel_values::PixelError;

/// Why a network that looks at pictures or texts could not be loaded or run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TowerError {
    /// The weights cannot be loaded.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// A configuration file cannot be read.
    #[error("cannot read {}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A configuration file is not what it should be.
    #[error("{} is not a configuration of the model: {reason}", file.display())]
    Config {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The tokenizer's file cannot be used, or it cannot encode the text.
    #[error("the tokenizer of {} failed: {reason}", file.display())]
    Tokenizer {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A picture cannot be brought to the size of the network.
    #[error(transparent)]
    Pixels(#[from] PixelError),
    /// An aesthetic head does not lead from an embedding to one number.
    #[error("layer {layer} of the head in {} has shape {actual:?}, expected [outputs, {expected}]", file.display())]
    Head {
        /// The file.
        file: PathBuf,
        /// Name of the layer.
        layer: String,
        /// Inputs that the layer should have.
        expected: usize,
        /// Shape in the file; empty if it is not there.
        actual: Vec<usize>,
    },
    /// A tensor operation failed.
    #[error("cannot compute the embedding")]
    Tensor(#[source] Box<candle_core::Error>),
}

impl From<ReadError> for TowerError {
    fn from(ReadError { file, source }: ReadError) -> Self {
        Self::Io { file, source }
    }
}

impl From<candle_core::Error> for TowerError {
    fn from(error: candle_core::Error) -> Self {
        Self::Tensor(Box::new(error))
    }
}
