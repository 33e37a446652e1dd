//! What every kind of weights file offers.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::ops::Range;
use std::path::Path;

use candle_core::quantized::QTensor;
use candle_core::{DType, Device, Tensor};

use super::weights_error::WeightsError;

/// Named tensors that are read one at a time.
pub(super) trait Source: Debug + Send + Sync {
    /// The file that holds a tensor; for a tensor that no file holds, the file or folder of the whole.
    fn file(&self, name: &str) -> &Path;

    /// All names, sorted.
    fn names(&self) -> Vec<&str>;

    /// Shape of a tensor, or nothing if there is no such tensor.
    fn shape(&self, name: &str) -> Option<&[usize]>;

    /// Type of a tensor's elements; nothing if there is no such tensor or candle lacks the type.
    fn dtype(&self, name: &str) -> Option<DType>;

    /// How messages call a tensor: by its name, and by that in the file if it is another.
    fn called(&self, name: &str) -> String {
        name.to_owned()
    }

    /// What the file says about itself, if its format has room for that.
    fn metadata(&self) -> Option<&BTreeMap<String, String>> {
        None
    }

    /// The tensor as it is stored, on the CPU. The name is one of [`Source::names`].
    ///
    /// # Errors
    ///
    /// When the file cannot be read or has elements of a kind that candle lacks.
    fn load(&self, name: &str) -> Result<Tensor, WeightsError>;

    /// These rows of a tensor: [`Source::load`] of a part along the first dimension, which is long enough.
    ///
    /// # Errors
    ///
    /// As [`Source::load`].
    fn load_rows(&self, name: &str, rows: Range<usize>) -> Result<Tensor, WeightsError> {
        cut_rows(self, name, rows)
    }

    /// Whether a tensor is in blocks of few bits.
    fn has_blocks(&self, _name: &str) -> bool {
        false
    }

    /// Bytes of a tensor for which [`Source::has_blocks`] holds.
    fn block_bytes(&self, _name: &str) -> u64 {
        0
    }

    /// A tensor for which [`Source::has_blocks`] holds, as it is stored.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    fn blocks(&self, name: &str, _device: &Device) -> Result<QTensor, WeightsError> {
        let reason = format!("{name} is not in blocks");
        Err(WeightsError::Format { file: self.file(name).to_owned(), format: "GGUF", reason })
    }
}

/// Rows of a tensor that is read whole.
pub(super) fn cut_rows(
    source: &(impl Source + ?Sized),
    name: &str,
    rows: Range<usize>,
) -> Result<Tensor, WeightsError> {
    let cut = source.load(name)?.narrow(0, rows.start, rows.len()).and_then(|rows| rows.force_contiguous());
    cut.map_err(|error| WeightsError::Convert {
        file: source.file(name).to_owned(),
        tensor: name.to_owned(),
        source: Box::new(error),
    })
}
