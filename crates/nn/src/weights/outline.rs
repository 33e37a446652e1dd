//! The names, shapes and types of weights without their numbers.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use candle_core::{DType, Device, Tensor};

use super::source::Source;
use super::weights_error::WeightsError;

/// What another source has, every element zero: a model can be wired of it without reading the file.
#[derive(Debug)]
pub(super) struct Outline {
    pub(super) of: Arc<dyn Source>,
}

impl Source for Outline {
    fn file(&self, name: &str) -> &Path {
        self.of.file(name)
    }

    fn names(&self) -> Vec<&str> {
        self.of.names()
    }

    fn shape(&self, name: &str) -> Option<&[usize]> {
        self.of.shape(name)
    }

    fn dtype(&self, name: &str) -> Option<DType> {
        self.of.dtype(name)
    }

    fn called(&self, name: &str) -> String {
        self.of.called(name)
    }

    fn metadata(&self) -> Option<&BTreeMap<String, String>> {
        self.of.metadata()
    }

    fn has_blocks(&self, name: &str) -> bool {
        self.of.has_blocks(name)
    }

    fn block_bytes(&self, name: &str) -> u64 {
        self.of.block_bytes(name)
    }

    fn is_hollow(&self) -> bool {
        true
    }

    /// A view of one zero: no memory whatever the shape.
    fn load(&self, name: &str) -> Result<Tensor, WeightsError> {
        let (shape, dtype) = (self.shape(name).unwrap_or_default(), self.dtype(name).unwrap_or(DType::F32));
        zeros(shape, dtype).map_err(|source| WeightsError::Convert {
            file: self.file(name).into(),
            tensor: name.to_owned(),
            source: Box::new(source),
        })
    }
}

pub(super) fn zeros(shape: &[usize], dtype: DType) -> candle_core::Result<Tensor> {
    Tensor::zeros((), dtype, &Device::Cpu)?.broadcast_as(shape)
}
