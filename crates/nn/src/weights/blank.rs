//! Weights without a file: names and shapes, every element zero.

use std::collections::BTreeMap;
use std::path::Path;

use candle_core::{DType, Tensor};

use super::outline::zeros;
use super::source::Source;
use super::weights_error::WeightsError;

/// Names and shapes of a model that nobody has to download.
#[derive(Debug)]
pub(super) struct Blank {
    pub(super) shapes: BTreeMap<String, Vec<usize>>,
}

impl Source for Blank {
    fn file(&self, _name: &str) -> &Path {
        Path::new("blank weights")
    }

    fn names(&self) -> Vec<&str> {
        self.shapes.keys().map(String::as_str).collect()
    }

    fn shape(&self, name: &str) -> Option<&[usize]> {
        self.shapes.get(name).map(Vec::as_slice)
    }

    fn dtype(&self, name: &str) -> Option<DType> {
        self.shapes.contains_key(name).then_some(DType::F32)
    }

    fn is_hollow(&self) -> bool {
        true
    }

    /// A view of one zero: no memory whatever the shape.
    fn load(&self, name: &str) -> Result<Tensor, WeightsError> {
        let shape = self.shapes.get(name).map_or(&[][..], Vec::as_slice);
        zeros(shape, DType::F32).map_err(|source| WeightsError::Convert {
            file: self.file(name).into(),
            tensor: name.to_owned(),
            source: Box::new(source),
        })
    }
}
