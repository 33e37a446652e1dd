//! What every kind of weights file offers.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::ops::Range;
use std::path::Path;

use candle_core::quantized::GgmlDType;
use candle_core::{DType, Tensor};

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

    /// Whether there are only names and shapes, every element zero.
    fn is_hollow(&self) -> bool {
        false
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

    /// Some elements of a tensor in a row, as [`Source::load`] has them.
    ///
    /// # Errors
    ///
    /// As there, and for elements that there are not.
    fn load_part(&self, name: &str, elements: Range<usize>) -> Result<Tensor, WeightsError> {
        let whole = self.load(name)?;
        let part = whole.flatten_all().and_then(|row| row.narrow(0, elements.start, elements.len())?.copy());
        part.map_err(|source| WeightsError::Convert {
            file: self.file(name).to_owned(),
            tensor: name.to_owned(),
            source: Box::new(source),
        })
    }

    /// Whether a tensor is in blocks of few bits.
    fn has_blocks(&self, _name: &str) -> bool {
        false
    }

    /// Bytes of a tensor for which [`Source::has_blocks`] holds.
    fn block_bytes(&self, _name: &str) -> u64 {
        0
    }

    /// Kind and bytes of the blocks that hold some elements of a tensor for which [`Source::has_blocks`] holds.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or the elements are not whole blocks.
    fn blocks(&self, name: &str, _elements: Range<usize>) -> Result<(GgmlDType, Vec<u8>), WeightsError> {
        let reason = format!("{name} is not in blocks");
        Err(WeightsError::Format { file: self.file(name).to_owned(), format: "GGUF", reason })
    }
}
