//! Runs ONNX networks, in rten or in ONNX Runtime.

#[cfg(feature = "onnxruntime")]
mod native;
mod rten;

use std::fmt::Debug;

use thiserror::Error;

/// A tensor: values in row-major order and their shape.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Tensor {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

/// A loaded network with one input of four axes (batch, channel, height, width) and one output.
pub(crate) trait Network: Send + Sync + Debug {
    /// The output for an input.
    fn run(&self, shape: [usize; 4], values: &[f32]) -> Result<Tensor, NetworkError>;
    /// An entry of the file's metadata.
    fn metadata(&self, key: &str) -> Option<String>;
    /// Name of the runtime.
    fn runtime(&self) -> &'static str;
}

/// Loads a network into ONNX Runtime if the user has named its library, otherwise into rten.
///
/// # Errors
///
/// [`NetworkError::Load`] if the file cannot be read; with the feature `onnxruntime`, [`NetworkError::Library`] if
/// `ORT_DYLIB_PATH` names something that is not a usable library.
pub(crate) fn load(file: &'static [u8], threads: usize) -> Result<Box<dyn Network>, NetworkError> {
    #[cfg(feature = "onnxruntime")]
    if let Some(library) = native::library() {
        return Ok(Box::new(native::Native::load(&library, file, threads)?));
    }
    Ok(Box::new(rten::Embedded::load(file, threads)?))
}

/// Why a network could not be loaded or run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// The library of the native runtime cannot be used.
    #[error("ORT_DYLIB_PATH names {path}, which is not a usable ONNX Runtime: {reason}")]
    Library {
        /// Where the library was looked for.
        path: String,
        /// What the runtime says.
        reason: String,
    },
    /// The runtime cannot read the file of the network.
    #[error("{runtime} cannot load the network: {reason}")]
    Load {
        /// What should have run the network.
        runtime: &'static str,
        /// What the runtime says.
        reason: String,
    },
    /// The runtime failed at an input.
    #[error("{runtime} cannot run the network on an input of shape {shape:?}: {reason}")]
    Run {
        /// Name of the runtime.
        runtime: &'static str,
        /// Batch, channels, height, width.
        shape: [usize; 4],
        /// What the runtime says.
        reason: String,
    },
    /// The output has an unexpected shape.
    #[error("output {tensor} has shape {actual:?}, expected {expected}")]
    ShapeMismatch {
        /// Which output.
        tensor: &'static str,
        /// The shape that was expected, in words.
        expected: String,
        /// The shape that was found.
        actual: Vec<usize>,
    },
    /// The recogniser does not say which characters its classes are.
    #[error("the recogniser's metadata has no entry {key}")]
    NoAlphabet {
        /// The entry that was looked for.
        key: &'static str,
    },
}

#[cfg(all(test, feature = "ocr"))]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_network_is_an_error() {
        let error = load(b"not a network", 1).unwrap_err();
        assert!(matches!(error, NetworkError::Load { .. }), "{error}");
    }

    #[test]
    fn an_input_of_the_wrong_shape_is_an_error() {
        let network = load(linocut_ocr_networks::RECOGNISER, 1).unwrap();
        let error = network.run([1, 2, 48, 32], &[0.0; 2 * 48 * 32]).unwrap_err();
        assert!(matches!(error, NetworkError::Run { shape: [1, 2, 48, 32], .. }), "{error}");
    }
}
