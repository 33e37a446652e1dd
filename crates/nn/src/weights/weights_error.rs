//! Why weights could not be loaded.

use std::path::PathBuf;

use thiserror::Error;

use super::adapt::AdaptError;
use crate::nf4::Nf4Error;

/// Why weights could not be loaded. Shapes are in the order of the file, outermost dimension first.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The file cannot be read.
    #[error("cannot read {}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The folder has no weights, or several files of which none has a usual name.
    #[error("{} holds {count} safetensors files and none with a usual name such as model.safetensors", folder.display())]
    NoSingleFile {
        /// The folder.
        folder: PathBuf,
        /// Safetensors files in it.
        count: usize,
    },
    /// The index names a shard that is not there.
    #[error("{} names the shard {shard}, which is missing", index.display())]
    MissingShard {
        /// The index file.
        index: PathBuf,
        /// Name of the shard's file.
        shard: String,
    },
    /// The file does not have the format that its name promises.
    #[error("{} is not a valid {format} file: {reason}", file.display())]
    Format {
        /// The file.
        file: PathBuf,
        /// The format expected.
        format: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The file is shorter than its header says.
    #[error("{} is truncated: expected {expected} bytes, got {actual}", file.display())]
    Truncated {
        /// The file.
        file: PathBuf,
        /// Bytes that the header promises.
        expected: u64,
        /// Bytes in the file.
        actual: u64,
    },
    /// The file lacks a tensor: it is of another model.
    #[error("{} has no tensor {tensor}{} among its {count}{}", file.display(), shaped(expected), example(actual))]
    MissingTensor {
        /// The file.
        file: PathBuf,
        /// Name of the tensor.
        tensor: String,
        /// Shape wanted; empty for a scalar, or if any will do.
        expected: Vec<usize>,
        /// Number of tensors in the file.
        count: usize,
        /// A tensor that the file does have.
        actual: Option<String>,
    },
    /// A tensor of which a part is wanted cannot be cut so.
    #[error("{tensor} in {} has shape {actual:?}, of which {wanted} is wanted", file.display())]
    Cut {
        /// The file.
        file: PathBuf,
        /// Name of the tensor.
        tensor: String,
        /// What is wanted of it, in words.
        wanted: String,
        /// Shape in the file.
        actual: Vec<usize>,
    },
    /// A tensor has another shape than the model needs.
    #[error("{tensor} in {} has shape {actual:?}, expected {expected:?}", file.display())]
    ShapeMismatch {
        /// The file.
        file: PathBuf,
        /// Name of the tensor.
        tensor: String,
        /// Shape that the model needs.
        expected: Vec<usize>,
        /// Shape in the file.
        actual: Vec<usize>,
    },
    /// A tensor has numbers of a kind that cannot be read.
    #[error("{tensor} in {} has elements of type {actual}, expected one of {expected}", file.display())]
    ElementType {
        /// The file.
        file: PathBuf,
        /// Name of the tensor.
        tensor: String,
        /// Types that can be read.
        expected: &'static str,
        /// Type in the file.
        actual: String,
    },
    /// A weight is NaN or infinite.
    #[error("{tensor} in {} is {actual} at element {element}, expected a finite number", file.display())]
    NotFinite {
        /// The file.
        file: PathBuf,
        /// Name of the tensor.
        tensor: String,
        /// Index of the first bad element, row-major.
        element: usize,
        /// Its value.
        actual: f64,
    },
    /// The file has tensors that the model never asked for: it is of another model.
    #[error("{} holds {count} tensors that the model does not use, such as {example}", file.display())]
    Unused {
        /// The file or folder.
        file: PathBuf,
        /// Number of unused tensors.
        count: usize,
        /// The first of them.
        example: String,
        /// All of them, sorted.
        tensors: Vec<String>,
    },
    /// A weight in four bits cannot be read.
    #[error("{tensor} in {} is not readable as NF4", file.display())]
    Nf4 {
        /// The file.
        file: PathBuf,
        /// Name of the tensor.
        tensor: String,
        /// What is wrong with it.
        source: Box<Nf4Error>,
    },
    /// A tensor cannot be changed as it is loaded.
    #[error("cannot change {tensor}")]
    Adapt {
        /// Name of the tensor.
        tensor: String,
        /// Why not.
        source: AdaptError,
    },
    /// The tensor cannot be brought to the type or device wanted.
    #[error("cannot convert {tensor} of {}", file.display())]
    Convert {
        /// The file.
        file: PathBuf,
        /// Name of the tensor.
        tensor: String,
        /// What candle says.
        source: Box<candle_core::Error>,
    },
}

fn shaped(shape: &[usize]) -> String {
    if shape.is_empty() { String::new() } else { format!(" of shape {shape:?}") }
}

fn example(tensor: &Option<String>) -> String {
    tensor.as_ref().map(|name| format!(", such as {name}")).unwrap_or_default()
}
