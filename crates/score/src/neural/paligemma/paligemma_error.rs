//! Why PaliGemma cannot answer.

use std::path::PathBuf;

use linocut_nn::ReadError;
use linocut_nn::weights::WeightsError;
use thiserror::Error;

use crate::contest::metric::ChoicesError;
use crate::neural::tower_error::TowerError;

/// Why PaliGemma cannot be loaded or cannot answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PaliGemmaError {
    /// A file cannot be read.
    #[error("cannot read {}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The configuration is of another model, or of none.
    #[error("{} is no configuration of PaliGemma 2: {reason}", file.display())]
    Config {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The weights do not fit.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The tokenizer cannot be read.
    #[error("{} is no tokenizer: {reason}", file.display())]
    Tokenizer {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The tokenizer lacks a token, so that it is of another model.
    #[error("the tokenizer has no token {token:?}")]
    MissingToken {
        /// The text of the token.
        token: String,
    },
    /// A special token has another id in the tokenizer than in the configuration.
    #[error("the tokenizer gives {token:?} the id {actual}, the configuration {expected}")]
    TokenMismatch {
        /// The text of the token.
        token: &'static str,
        /// Its id in the configuration.
        expected: u32,
        /// Its id in the tokenizer.
        actual: u32,
    },
    /// A text cannot be cut into tokens, or tokens cannot be joined.
    #[error("the tokenizer fails: {reason}")]
    Encoding {
        /// What it says.
        reason: String,
    },
    /// A prompt is too long.
    #[error("the prompt has {actual} tokens, at most {limit} are possible")]
    TooLong {
        /// Tokens of the prompt, picture included.
        actual: usize,
        /// The most that are possible.
        limit: usize,
    },
    /// The prompt does not have one picture.
    #[error("the prompt has {actual} tokens of a picture in one row, expected {expected}")]
    ImageTokens {
        /// Tokens that a picture has.
        expected: usize,
        /// Those that follow each other in the prompt.
        actual: usize,
    },
    /// A question cannot be asked.
    #[error("the question {question:?}: {source}")]
    Question {
        /// The question.
        question: String,
        /// What is wrong with it.
        source: ChoicesError,
    },
    /// The picture has no pixels or is too large.
    #[error(transparent)]
    Pixels(#[from] TowerError),
    /// The computation fails.
    #[error("the computation fails")]
    Compute(#[from] candle_core::Error),
}

impl From<ReadError> for PaliGemmaError {
    fn from(ReadError { file, source }: ReadError) -> Self {
        Self::Read { file, source }
    }
}
