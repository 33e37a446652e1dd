//! What goes wrong when a model is loaded or run.

use std::path::PathBuf;

use linocut_core::Stop;
use linocut_nn::weights::WeightsError;
use linocut_nn::{Location, ReadError};

use crate::hub::MissingFiles;
use crate::lora::LoraError;
use crate::sampler::SamplerError;
use crate::text::TextError;

/// Why a model cannot be loaded or run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The weights do not fit the configuration, or cannot be read.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// A LoRA cannot be merged.
    #[error(transparent)]
    Lora(Box<LoraError>),
    /// A tokenizer cannot be read, or a text cannot be encoded.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A file cannot be read.
    #[error("{}: {source}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Files of a named model are nowhere on this machine.
    #[error(transparent)]
    NotLocated(#[from] MissingFiles),
    /// Files that a model needs are not there.
    #[error("{} lacks {missing:?}", folder.display())]
    MissingFiles {
        /// The model's folder.
        folder: PathBuf,
        /// The files.
        missing: Vec<PathBuf>,
    },
    /// A scheduler's configuration cannot be used.
    #[error("{}: {source}", file.display())]
    Sampler {
        /// The file.
        file: PathBuf,
        /// Why.
        source: Box<SamplerError>,
    },
    /// A configuration is not valid JSON, lacks a field, or has one of another kind.
    #[error("{}: {reason}", file.display())]
    Config {
        /// The file.
        file: PathBuf,
        /// What is wrong, with line and column.
        reason: String,
    },
    /// A configuration asks for something that the published models of this family do not use.
    #[error("`{field}` is {actual}, supported is {expected}")]
    Unsupported {
        /// Name of the field.
        field: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        actual: String,
    },
    /// An option that has no other meaning for a model than its own.
    #[error("`{option}` is {actual}; this model knows only {expected}")]
    Fixed {
        /// Name of the option.
        option: &'static str,
        /// What the model knows.
        expected: String,
        /// What was asked for.
        actual: String,
    },
    /// A folder holds weights that are sampled in another way than those of the name that it goes by.
    #[error("{}: the network predicts {actual}, that of {model} predicts {expected}: name the folder itself", file.display())]
    Prediction {
        /// The scheduler's configuration.
        file: PathBuf,
        /// Name of the model.
        model: &'static str,
        /// What the model's network predicts.
        expected: &'static str,
        /// What the folder's does.
        actual: String,
    },
    /// A folder of a kind of model that is not known.
    #[error("{} is a {actual}, supported are {expected}", folder.display())]
    UnknownClass {
        /// The folder.
        folder: PathBuf,
        /// The classes that are known.
        expected: String,
        /// The class that it names.
        actual: String,
    },
    /// A file that is no checkpoint of a known kind.
    #[error("{} is {actual}; supported are {expected}", file.display())]
    UnknownFile {
        /// The file.
        file: PathBuf,
        /// What it is.
        actual: String,
        /// What it may be.
        expected: &'static str,
    },
    /// A checkpoint in one file has no tokenizer, and maybe lacks networks: they are nowhere on this machine.
    #[error("{} is a checkpoint of {kind} and needs files that are not in it: {missing}", file.display())]
    Incomplete {
        /// The file.
        file: PathBuf,
        /// What it is.
        kind: &'static str,
        /// What is missing, and where it was looked for.
        missing: Box<MissingFiles>,
    },
    /// A checkpoint in one file has no such network, and neither has the folder that completes it.
    #[error("{} has no {network}, and {} has none either", file.display(), base.display())]
    NoNetwork {
        /// The file.
        file: PathBuf,
        /// The folder.
        base: PathBuf,
        /// The network.
        network: &'static str,
    },
    /// A checkpoint in one file cannot be completed from a model of another kind.
    #[error("{base}, of the family {actual}, cannot complete {}, a checkpoint of {kind}", file.display())]
    OtherBase {
        /// The file.
        file: PathBuf,
        /// What it is.
        kind: &'static str,
        /// The model that was to complete it.
        base: String,
        /// The family of that.
        actual: &'static str,
    },
    /// An input of the wrong shape.
    #[error("{tensor} has shape {actual:?}, expected {expected}")]
    ShapeMismatch {
        /// What the tensor holds.
        tensor: &'static str,
        /// The shape that is wanted.
        expected: String,
        /// The shape that it has.
        actual: Vec<usize>,
    },
    /// A model takes more memory than is allowed, however it is kept.
    #[error(transparent)]
    Fit(Box<crate::family::Fit>),
    /// An end was asked for while the model ran.
    #[error("stopped")]
    Stopped,
    /// An operation on tensors failed.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}

impl From<ReadError> for ModelError {
    fn from(ReadError { file, source }: ReadError) -> Self {
        Self::Io { file, source }
    }
}

impl From<LoraError> for ModelError {
    fn from(error: LoraError) -> Self {
        Self::Lora(Box::new(error))
    }
}

/// An error if an end is asked for.
pub(crate) fn go_on(stop: &Stop) -> Result<(), ModelError> {
    if stop.requested() { Err(ModelError::Stopped) } else { Ok(()) }
}

/// Reads a model's configuration.
pub(crate) fn read_config<T: serde::de::DeserializeOwned>(file: &Location) -> Result<T, ModelError> {
    let config = serde_json::from_slice(&file.read()?);
    config.map_err(|error| ModelError::Config { file: file.path(), reason: error.to_string() })
}

/// What every configuration is checked by: a field that may be no other than `expected`.
pub(crate) fn require(
    holds: bool,
    field: &'static str,
    expected: &'static str,
    actual: &impl std::fmt::Debug,
) -> Result<(), ModelError> {
    if holds { Ok(()) } else { Err(ModelError::Unsupported { field, expected, actual: format!("{actual:?}") }) }
}

/// What is wrong with a configuration of a shared network, if anything: the field, what it may be, and what it is.
pub(crate) fn faultless(fault: Option<(&'static str, &'static str, usize)>) -> Result<(), ModelError> {
    fault.map_or(Ok(()), |(field, expected, actual)| require(false, field, expected, &actual))
}
