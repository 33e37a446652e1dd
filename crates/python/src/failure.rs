//! Errors of the library as exceptions of the same names, which `linocut/_errors.py` defines.

use std::error::Error;

use linocut::core::with_causes;
use pyo3::prelude::*;
use pyo3::types::PyType;

/// An exception of this name, ours or Python's own, with a message.
pub(crate) fn exception(py: Python<'_>, name: &str, message: String) -> PyErr {
    let ours = py.import("linocut._errors").and_then(|module| module.getattr(name));
    let class = ours.or_else(|_| py.import("builtins").and_then(|module| module.getattr(name)));
    match class.and_then(|class| Ok(class.cast_into::<PyType>()?)) {
        Ok(class) => PyErr::from_type(class, message),
        Err(error) => error,
    }
}

/// An error and its causes as an exception of this name.
pub(crate) fn raised(py: Python<'_>, name: &str, error: &(dyn Error + 'static)) -> PyErr {
    exception(py, name, with_causes(error))
}
