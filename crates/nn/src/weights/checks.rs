//! What is checked of a tensor, and what errors say of it.

use std::path::PathBuf;

use candle_core::Tensor;

use super::finite::first_non_finite;
use super::handle::Weights;
use super::weights_error::WeightsError;
use crate::nf4::Nf4Error;

impl Weights {
    /// The error of a weight in four bits that cannot be read.
    pub(crate) fn nf4_error(&self, name: &str, source: Nf4Error) -> WeightsError {
        let (file, tensor) = self.whereabouts(&self.file_name(name));
        WeightsError::Nf4 { file, tensor, source: Box::new(source) }
    }

    /// The error of a packed weight whose unpacked shape is not the one wanted.
    pub(crate) fn shape_error(&self, name: &str, expected: &[usize], actual: &[usize]) -> WeightsError {
        let (file, tensor) = self.whereabouts(&self.file_name(name));
        WeightsError::ShapeMismatch { file, tensor, expected: expected.to_vec(), actual: actual.to_vec() }
    }

    pub(crate) fn conversion(&self, name: &str, source: candle_core::Error) -> WeightsError {
        let (file, tensor) = self.whereabouts(&self.file_name(name));
        WeightsError::Convert { file, tensor, source: Box::new(source) }
    }

    /// The file of a tensor, and how messages call it.
    fn whereabouts(&self, name: &str) -> (PathBuf, String) {
        (self.shared.source.file(name).to_owned(), self.called(name))
    }

    pub(super) fn called(&self, name: &str) -> String {
        self.shared.source.called(name)
    }

    pub(super) fn check_shape(&self, name: &str, expected: &[usize]) -> Result<(), WeightsError> {
        let ((file, tensor), expected) = (self.whereabouts(name), expected.to_vec());
        match self.shared.source.shape(name) {
            Some(actual) if actual == expected => Ok(()),
            Some(actual) => Err(WeightsError::ShapeMismatch { file, tensor, expected, actual: actual.to_vec() }),
            None => {
                let names = self.shared.source.names();
                let actual = names.first().map(|name| (*name).to_owned());
                Err(WeightsError::MissingTensor { file, tensor, expected, count: names.len(), actual })
            }
        }
    }

    pub(super) fn check_finite(&self, name: &str, stored: &Tensor) -> Result<(), WeightsError> {
        let Some((element, actual)) = first_non_finite(stored) else { return Ok(()) };
        let (file, tensor) = self.whereabouts(name);
        Err(WeightsError::NotFinite { file, tensor, element, actual })
    }
}
