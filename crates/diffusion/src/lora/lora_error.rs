//! What goes wrong with a LoRA.

use std::path::PathBuf;

use linocut_nn::weights::WeightsError;

/// Why a LoRA cannot be merged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoraError {
    /// The file cannot be read.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The file has no tensors.
    #[error("{} has no tensors", file.display())]
    Empty {
        /// The file.
        file: PathBuf,
    },
    /// The metadata that tell the strength of the change cannot be read.
    #[error("{}: metadata `{key}`: {reason}", file.display())]
    Metadata {
        /// The file.
        file: PathBuf,
        /// Key of the metadata.
        key: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Two tensors are the same part of one module, for example because the file holds two adapters.
    #[error("{}: `{first}` and `{second}` are the same part of a module", file.display())]
    Twice {
        /// The file.
        file: PathBuf,
        /// Key of the first.
        first: String,
        /// Key of the second.
        second: String,
    },
    /// The halves of a pair have different ranks.
    #[error("{}: up {up:?} and down {down:?} of `{module}` have different ranks", file.display())]
    RankMismatch {
        /// The file.
        file: PathBuf,
        /// The module.
        module: String,
        /// Shape of the upper half, (out, rank, ..).
        up: Vec<usize>,
        /// Shape of the lower half, (rank, in, ..).
        down: Vec<usize>,
    },
    /// Keys that are no part of a LoRA as kohya, diffusers or peft write it.
    #[error("{}: {count} keys are not of a LoRA, for example `{example}`", file.display())]
    UnknownKeys {
        /// The file.
        file: PathBuf,
        /// How many.
        count: usize,
        /// The first of them.
        example: String,
        /// All of them, sorted.
        keys: Vec<String>,
    },
    /// One half of a pair is missing.
    #[error("{}: `{module}` has no `{part}` weight", file.display())]
    MissingHalf {
        /// The file.
        file: PathBuf,
        /// The module.
        module: String,
        /// `up` or `down`.
        part: &'static str,
    },
    /// Modules that the model does not have: the LoRA is for another one.
    #[error("{}: the model has none of {count} modules, for example `{example}`", file.display())]
    UnknownModules {
        /// The file.
        file: PathBuf,
        /// How many.
        count: usize,
        /// The first of them.
        example: String,
        /// All of them, sorted.
        modules: Vec<String>,
    },
    /// A change of another shape than the weight: the LoRA is for another model.
    #[error("{}: `{module}` changes a weight of shape {actual:?} by up {up:?} and down {down:?}", file.display())]
    ShapeMismatch {
        /// The file.
        file: PathBuf,
        /// The module.
        module: String,
        /// Shape of the weight.
        actual: Vec<usize>,
        /// Shape of the upper half.
        up: Vec<usize>,
        /// Shape of the lower half.
        down: Vec<usize>,
    },
}
