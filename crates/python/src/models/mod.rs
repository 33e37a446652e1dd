//! Text-to-image models: by the name of a published one, from a folder, from one file.

#[cfg(feature = "models")]
mod load;
#[cfg(not(feature = "models"))]
mod none;

use std::process;
use std::sync::{Arc, OnceLock};

use linocut::core::with_causes;
use linocut::pipeline::{BoxGenerate, Named};
use linocut::{Generate, Prompt};
use numpy::PyArray3;
use pyo3::prelude::*;

use crate::arrays;
use crate::failure::exception;
use crate::work::{detached, interruptible};

#[cfg(feature = "models")]
use load as here;
#[cfg(not(feature = "models"))]
use none as here;

/// The process that first opened a model: threads that share out the work of its networks do not outlive a fork.
static OWNER: OnceLock<u32> = OnceLock::new();

/// A model, and how it differs from what its publisher says.
struct Asked {
    model: String,
    steps: Option<usize>,
    guidance: Option<f64>,
    style: Option<String>,
    negative: Option<String>,
    size: Option<(u32, u32)>,
    device: String,
}

/// An opened model.
#[pyclass(frozen, module = "linocut._linocut")]
pub(crate) struct Model {
    name: String,
    generator: Arc<dyn Generate + Send + Sync>,
}

impl Model {
    /// The model as a stage of a pipeline.
    ///
    /// # Errors
    ///
    /// `ForkError` in a process that was forked since a model was opened.
    pub(crate) fn generator(&self, py: Python<'_>) -> PyResult<Named<BoxGenerate>> {
        check_owner(py)?;
        Ok(Named::new(&self.name, Box::new(Arc::clone(&self.generator))))
    }
}

fn check_owner(py: Python<'_>) -> PyResult<()> {
    if *OWNER.get_or_init(process::id) == process::id() {
        return Ok(());
    }
    let message = "a model was opened before this process was forked: start processes with `spawn`, or fork first";
    Err(exception(py, "ForkError", message.to_owned()))
}

#[pymethods]
impl Model {
    /// The picture of a description.
    fn picture<'py>(&self, py: Python<'py>, description: String, seed: u64) -> PyResult<Bound<'py, PyArray3<u8>>> {
        check_owner(py)?;
        let prompt = Prompt::new(description, seed);
        let picture = interruptible(py, |stop| self.generator.generate(&prompt, stop))?;
        arrays::rgb(py, picture.map_err(|error| exception(py, "ModelError", with_causes(&error)))?)
    }
}

#[pyfunction]
#[pyo3(signature = (model, steps, guidance, style, negative, size, device))]
#[expect(clippy::too_many_arguments, reason = "as the Python class has them")]
fn open_model(
    py: Python<'_>,
    model: String,
    steps: Option<usize>,
    guidance: Option<f64>,
    style: Option<String>,
    negative: Option<String>,
    size: Option<(u32, u32)>,
    device: String,
) -> PyResult<Model> {
    check_owner(py)?;
    let asked = Asked { model, steps, guidance, style, negative, size, device };
    let opened = detached(py, || here::open(&asked))?;
    let generator = opened.map_err(|error| exception(py, "ModelError", with_causes(&*error)))?;
    Ok(Model { name: asked.model, generator })
}

/// Names of models that this build knows, and whether their files are on this machine.
#[pyfunction]
fn known_models(py: Python<'_>) -> PyResult<Vec<(&'static str, bool)>> {
    detached(py, here::known)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Model>()?;
    module.add_function(wrap_pyfunction!(open_model, module)?)?;
    module.add_function(wrap_pyfunction!(known_models, module)?)
}
