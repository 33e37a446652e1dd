//! A loss that is a Python callable.

use linocut::refine::{Loss, LossError, Picture};
use numpy::{PyArray1, PyArray3, PyArrayMethods, PyUntypedArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Calls `loss(array)`, which returns the loss and its gradient, an array of the same shape.
///
/// Arrays are 3 x height x width of `float32`, levels of 0 to 1; values may lie outside.
pub(crate) struct PyLoss(pub(crate) Py<PyAny>);

impl PyLoss {
    fn call(&self, py: Python<'_>, picture: &Picture, gradient: &mut Picture) -> PyResult<f64> {
        let (width, height) = picture.size();
        let shape = [3, height as usize, width as usize];
        let mut samples = Vec::with_capacity(shape.iter().product());
        (0..3).for_each(|channel| samples.extend_from_slice(picture.plane(channel)));
        let array = PyArray1::from_vec(py, samples).reshape(shape)?;
        let (loss, slope): (f64, Bound<'_, PyArray3<f32>>) = self.0.bind(py).call1((array,))?.extract()?;
        if slope.shape() != shape {
            return Err(PyValueError::new_err(format!(
                "gradient of shape {:?}, expected {shape:?}: channels, height, width",
                slope.shape()
            )));
        }
        let slope = slope.try_readonly().map_err(|error| PyValueError::new_err(error.to_string()))?;
        let slope = slope.as_array();
        for channel in 0..3 {
            let plane = slope.index_axis(numpy::ndarray::Axis(0), channel);
            gradient.plane_mut(channel).iter_mut().zip(plane).for_each(|(sample, slope)| *sample = *slope);
        }
        Ok(loss)
    }
}

impl Loss for PyLoss {
    fn evaluate(&mut self, picture: &Picture, gradient: &mut Picture) -> Result<f64, LossError> {
        Python::attach(|py| self.call(py, picture, gradient)).map_err(|error| LossError::Other(Box::new(error)))
    }
}
