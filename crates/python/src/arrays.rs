//! Pictures as numpy arrays.

use image::{RgbImage, RgbaImage};
use numpy::{PyArray1, PyArray3, PyArrayMethods};
use pyo3::prelude::*;

/// Height x width x 3 of `uint8`; the array takes over the pixels.
pub(crate) fn rgb(py: Python<'_>, image: RgbImage) -> PyResult<Bound<'_, PyArray3<u8>>> {
    let (width, height) = image.dimensions();
    PyArray1::from_vec(py, image.into_raw()).reshape([height as usize, width as usize, 3])
}

/// Height x width x 4 of `uint8`; the array takes over the pixels.
pub(crate) fn rgba(py: Python<'_>, image: RgbaImage) -> PyResult<Bound<'_, PyArray3<u8>>> {
    let (width, height) = image.dimensions();
    PyArray1::from_vec(py, image.into_raw()).reshape([height as usize, width as usize, 4])
}
