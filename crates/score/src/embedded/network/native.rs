//! The native runtime: ONNX Runtime, from a library that the user has installed.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::session::Session;
use ort::value::TensorRef;

use super::{Network, NetworkError, Tensor};

const RUNTIME: &str = "ONNX Runtime";

/// The environment variable that names the library.
const LIBRARY_VARIABLE: &str = "ORT_DYLIB_PATH";

/// The environment; ONNX Runtime allows one per process.
static ENVIRONMENT: Mutex<Option<Environment>> = Mutex::new(None);

/// A network in ONNX Runtime. A session runs one input at a time.
#[derive(Debug)]
pub(super) struct Native(Mutex<Session>);

/// The library that the environment variable names, if it is set.
pub(super) fn library() -> Option<PathBuf> {
    std::env::var_os(LIBRARY_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from)
}

impl Native {
    /// Loads the library, once per process, and the network's file.
    pub(super) fn load(library: &Path, file: &[u8], threads: usize) -> Result<Self, NetworkError> {
        let environment = environment(library)
            .map_err(|reason| NetworkError::Library { path: library.display().to_string(), reason })?;
        let session =
            session(&environment, file, threads).map_err(|reason| NetworkError::Load { runtime: RUNTIME, reason })?;
        Ok(Self(Mutex::new(session)))
    }

    fn output(&self, shape: [usize; 4], values: &[f32]) -> ort::Result<Tensor> {
        let mut session = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let outputs = session.run(ort::inputs![TensorRef::from_array_view((shape, values))?])?;
        let (shape, values) = outputs[0].try_extract_tensor::<f32>()?;
        Ok(Tensor { shape: shape.iter().map(|&side| side as usize).collect(), values: values.to_vec() })
    }
}

/// The environment of the process, made with the library that is named first.
fn environment(library: &Path) -> Result<Environment, String> {
    let mut made = ENVIRONMENT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(environment) = made.as_ref() {
        return Ok(environment.clone());
    }
    let builder = ort::init_from(library).map_err(|error| error.to_string())?;
    let environment = builder.build().map_err(|error| error.to_string())?;
    Ok(made.insert(environment).clone())
}

fn session(environment: &Environment, file: &[u8], threads: usize) -> Result<Session, String> {
    let builder = Session::builder(environment).map_err(|error| error.to_string())?;
    let mut builder = builder.with_intra_threads(threads.max(1)).map_err(|error| error.to_string())?;
    builder.commit_from_memory(file).map_err(|error| error.to_string())
}

impl Network for Native {
    fn run(&self, shape: [usize; 4], values: &[f32]) -> Result<Tensor, NetworkError> {
        self.output(shape, values).map_err(|error| NetworkError::Run {
            runtime: RUNTIME,
            shape,
            reason: error.to_string(),
        })
    }

    fn metadata(&self, key: &str) -> Option<String> {
        let session = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        session.metadata().ok()?.custom(key)
    }

    fn runtime(&self) -> &'static str {
        RUNTIME
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[ignore = "needs a process without $ORT_DYLIB_PATH: a library that is loaded once stays"]
    fn a_library_that_is_not_there_is_an_error() {
        let error = Native::load(Path::new("/nowhere/libonnxruntime.so"), b"", 1).unwrap_err();
        assert!(matches!(error, NetworkError::Library { .. }), "{error}");
    }

    #[test]
    #[ignore = "needs ONNX Runtime 1.24 or newer in $ORT_DYLIB_PATH"]
    fn a_file_that_is_no_network_is_an_error() {
        let library = library().expect("ORT_DYLIB_PATH is set");
        let error = Native::load(&library, b"not a network", 1).unwrap_err();
        assert!(matches!(error, NetworkError::Load { .. }), "{error}");
    }
}
