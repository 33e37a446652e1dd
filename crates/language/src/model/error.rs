//! What goes wrong with models.

use std::path::PathBuf;

use linocut_nn::candle_core;
use linocut_nn::weights::WeightsError;
use linocut_raster::ResizeError;

use crate::constraint::ConstraintError;

/// Why a model cannot be opened, or does not write a drawing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A file cannot be read.
    #[error("cannot read {}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file is not valid JSON, lacks a field, or has one of another kind.
    #[error("{}: {reason}", file.display())]
    Config {
        /// The file.
        file: PathBuf,
        /// What is wrong, with line and column.
        reason: String,
    },
    /// A configuration asks for something that is not supported.
    #[error("{}: `{field}` is {actual}, supported is {expected}", file.display())]
    Unsupported {
        /// The file.
        file: PathBuf,
        /// Name of the field.
        field: &'static str,
        /// What it may be.
        expected: String,
        /// What it is.
        actual: String,
    },
    /// The weights do not fit the configuration, or cannot be read.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// A tokenizer cannot be read.
    #[error("{}: {reason}", file.display())]
    Tokenizer {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A text cannot be cut into tokens, or tokens not be made a text.
    #[error("the tokenizer fails: {reason}")]
    Encode {
        /// Why.
        reason: String,
    },
    /// A chat template fails.
    #[error("the chat template fails: {reason}")]
    Template {
        /// Why, with the line.
        reason: String,
    },
    /// A prompt is too long for the model.
    #[error("a prompt of {actual} tokens leaves no room for a drawing in a context of {limit}")]
    TooLong {
        /// Tokens of the prompt.
        actual: usize,
        /// Tokens of the context.
        limit: usize,
    },
    /// Options of sampling that cannot be.
    #[error("`{field}` is {actual}, expected {expected}")]
    Sampling {
        /// The option.
        field: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        actual: f32,
    },
    /// The vocabulary cannot be constrained, or the budget is too small.
    #[error(transparent)]
    Constraint(#[from] ConstraintError),
    /// What was written is valid, but no flat drawing.
    #[error("what the model wrote cannot be read as a drawing: {reason}")]
    Unreadable {
        /// Why.
        reason: String,
    },
    /// Without the mask, what was written is no SVG and cannot be made one.
    #[error("what the model wrote is no drawing and cannot be mended: {reason}")]
    Unmendable {
        /// Why.
        reason: String,
    },
    /// An end was asked for before anything was drawn.
    #[error("stopped before anything was drawn")]
    Stopped,
    /// The network gives numbers that are not finite.
    #[error("the model gives no finite logit for the next token")]
    NotFinite,
    /// A picture without pixels, or too large.
    #[error("the picture cannot be brought to the model's size")]
    Picture(#[source] ResizeError),
    /// An operation on tensors failed.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}
