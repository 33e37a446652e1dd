//! Reading goldens.

use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor};
use safetensors::{Dtype, SafeTensors};
use serde_json::Value;

/// A safetensors file in memory.
pub(crate) struct Golden(Vec<u8>);

impl Golden {
    pub(crate) fn open(path: &Path) -> Self {
        Self(std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    }

    fn tensors(&self) -> SafeTensors<'_> {
        SafeTensors::deserialize(&self.0).unwrap()
    }

    pub(crate) fn metadata(&self) -> std::collections::HashMap<String, String> {
        let (_, header) = SafeTensors::read_metadata(&self.0).unwrap();
        header.metadata().clone().unwrap_or_default()
    }

    /// The cases that the metadata describes, by name.
    pub(crate) fn cases(&self) -> serde_json::Map<String, Value> {
        serde_json::from_str(&self.metadata()["cases"]).unwrap()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors().names().into_iter().any(|held| held == name)
    }

    pub(crate) fn numbers(&self, name: &str) -> Vec<f64> {
        let tensors = self.tensors();
        let view = tensors.tensor(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let bytes = view.data();
        match view.dtype() {
            Dtype::I16 => bytes.as_chunks().0.iter().map(|b| f64::from(i16::from_le_bytes(*b))).collect(),
            Dtype::F32 => bytes.as_chunks().0.iter().map(|b| f64::from(f32::from_le_bytes(*b))).collect(),
            Dtype::F64 => bytes.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect(),
            other => panic!("{name} is {other:?}"),
        }
    }

    pub(crate) fn tensor(&self, name: &str) -> Tensor {
        let shape = self.tensors().tensor(name).unwrap().shape().to_vec();
        let values: Vec<f32> = self.numbers(name).into_iter().map(|value| value as f32).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }
}

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/diffusion")
}

/// Largest difference over the largest value expected.
pub(crate) fn relative_error(actual: &Tensor, expected: &Tensor) -> f64 {
    assert_eq!(actual.dims(), expected.dims());
    let flat = |tensor: &Tensor| tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
    let (actual, expected) = (flat(actual), flat(expected));
    let most = expected.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    let apart = actual.iter().zip(&expected).map(|(a, b)| f64::from((a - b).abs()));
    apart.fold(0.0, |worst, error| if error.is_nan() { f64::INFINITY } else { worst.max(error) }) / f64::from(most)
}

/// Largest difference of two lists, each relative to its value (or to 1 where that is larger than the value).
pub(crate) fn list_error(actual: &[f64], expected: &[f64], floor: f64) -> f64 {
    assert_eq!(actual.len(), expected.len());
    let apart = actual.iter().zip(expected).map(|(a, b)| (a - b).abs() / b.abs().max(floor));
    apart.fold(0.0, |worst, error| if error.is_nan() { f64::INFINITY } else { worst.max(error) })
}
