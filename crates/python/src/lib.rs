//! The compiled part of the Python package `linocut`: conversions, and calls into the library. What users see is in `python/linocut`.

mod arrays;
mod drawing;
mod failure;
mod losses;
mod models;
mod picture;
mod refining;
mod scoring;
mod svgs;
mod tracing;
mod vtracer;
mod work;

use pyo3::prelude::*;

#[pymodule]
fn _linocut(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    tracing::register(module)?;
    drawing::register(module)?;
    models::register(module)?;
    svgs::register(module)?;
    scoring::register(module)?;
    refining::register(module)?;
    vtracer::register(module)
}
