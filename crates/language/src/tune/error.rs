//! What goes wrong while a model is tuned.

use std::path::PathBuf;

use linocut_nn::candle_core;
use linocut_nn::weights::WeightsError;

use crate::model::ModelError;

/// Why a model cannot be tuned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TuneError {
    /// A file cannot be read or written.
    #[error("cannot read or write {}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A line of a file of pairs is not one.
    #[error("line {line} of {} is no pair of `description` and `svg`: {reason}", file.display())]
    Pair {
        /// The file.
        file: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A file has no pairs.
    #[error("{} holds no pairs", file.display())]
    NoPairs {
        /// The file.
        file: PathBuf,
    },
    /// A pair does not fit the model.
    #[error("pair {number} ({description:?}) is {actual} tokens long, at most {limit} fit")]
    TooLong {
        /// Number of the pair, from 1.
        number: usize,
        /// Its description.
        description: String,
        /// Tokens of question and answer.
        actual: usize,
        /// Most tokens.
        limit: usize,
    },
    /// No token ends an answer, so a model cannot learn to stop.
    #[error("the tokenizer of {} has no token that ends an answer", folder.display())]
    NoEnd {
        /// The model's folder.
        folder: PathBuf,
    },
    /// An option that cannot be.
    #[error("`{field}` is {actual}, expected {expected}")]
    Option {
        /// The option.
        field: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        actual: String,
    },
    /// A low-rank change is wanted of a layer that the model does not have.
    #[error("the model has no linear layer `{module}`; its layers are {layers}")]
    Module {
        /// What was asked for.
        module: String,
        /// What there is.
        layers: String,
    },
    /// Weights in few bits, through which no gradient goes.
    #[error("{} holds its weights in few bits, through which no gradient goes: tune the model in 16 or 32 bits", folder.display())]
    Packed {
        /// The model's folder.
        folder: PathBuf,
    },
    /// A checkpoint is of another model, or of other options.
    #[error("{} is a checkpoint of another run: `{field}` is {actual} there, {expected} here", file.display())]
    Checkpoint {
        /// The file.
        file: PathBuf,
        /// What differs.
        field: String,
        /// What it is there.
        actual: String,
        /// What it is here.
        expected: String,
    },
    /// The loss or a gradient is no number.
    #[error("the {what} of step {step} is {value}: a lower rate may help")]
    NotFinite {
        /// Which of them.
        what: &'static str,
        /// The step, from 1.
        step: usize,
        /// What it is.
        value: f64,
    },
    /// The picture of the losses cannot be written.
    #[error("cannot draw the losses: {reason}")]
    Plot {
        /// Why.
        reason: String,
    },
    /// The model cannot be opened or written.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Weights cannot be read.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// An operation on tensors failed.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}
