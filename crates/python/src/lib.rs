//! skeleton
use pyo3::prelude::*;
#[pymodule]
fn _linocut(_m: &Bound<'_, PyModule>) -> PyResult<()> { Ok(()) }
