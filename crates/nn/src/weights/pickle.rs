//! Tensors of a `PyTorch` zip pickle (`.ckpt`, `.pth`, `.pt`, `.bin`).

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use candle_core::pickle::PthTensors;
use candle_core::{DType, Tensor};

use super::source::Source;
use super::weights_error::WeightsError;

/// Where files of a training, which hold more than weights, have these.
const NESTED: &str = "state_dict";
/// Endings of names.
const ENDINGS: [&str; 4] = ["ckpt", "pth", "pt", "bin"];

/// One file with a pickled dictionary of tensors.
struct File {
    path: PathBuf,
    bytes: u64,
    tensors: PthTensors,
}

/// Pickled dictionaries of tensors.
pub(super) struct Pickle {
    /// At least one.
    files: Vec<File>,
    /// File and shape of each tensor.
    shapes: BTreeMap<String, (usize, Vec<usize>)>,
}

impl fmt::Debug for Pickle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<&Path> = self.files.iter().map(|file| &*file.path).collect();
        formatter.debug_struct("Pickle").field("paths", &paths).field("shapes", &self.shapes).finish()
    }
}

impl Pickle {
    /// Whether a file's name ends as those of pickles do.
    pub(super) fn is_named(path: &Path) -> bool {
        path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
    }

    /// Reads what is in the files, without numbers. Of two tensors of one name the one in the later file counts.
    pub(super) fn open(paths: &[PathBuf]) -> Result<Self, WeightsError> {
        let files = paths.iter().map(|path| File::open(path)).collect::<Result<Vec<_>, _>>()?;
        let shapes = files.iter().enumerate().flat_map(|(at, file)| {
            let infos = file.tensors.tensor_infos().iter();
            infos.map(move |(name, info)| (name.clone(), (at, info.layout.dims().to_vec())))
        });
        let shapes = shapes.collect();
        Ok(Self { files, shapes })
    }

    /// The file of a tensor; the first one for a tensor that there is not.
    fn of(&self, name: &str) -> &File {
        &self.files[self.shapes.get(name).map_or(0, |(at, _)| *at)]
    }
}

impl File {
    fn open(path: &Path) -> Result<Self, WeightsError> {
        let metadata = path.metadata().map_err(|source| WeightsError::Io { file: path.to_owned(), source })?;
        let tensors = PthTensors::new(path, Some(NESTED)).or_else(|_| PthTensors::new(path, None));
        let tensors = tensors.map_err(|error| invalid(path, error.to_string()))?;
        Ok(Self { path: path.to_owned(), bytes: metadata.len(), tensors })
    }

    /// A pickle may claim any shape; no tensor that is stored uncompressed is longer than its file.
    fn check_size(&self, name: &str) -> Result<(), WeightsError> {
        let info = &self.tensors.tensor_infos()[name];
        let elements = info.layout.dims().iter().try_fold(1_u64, |product, side| product.checked_mul(*side as u64));
        let expected = elements.and_then(|count| count.checked_mul(info.dtype.size_in_bytes() as u64));
        let expected = expected.unwrap_or(u64::MAX);
        if expected > self.bytes {
            return Err(WeightsError::Truncated { file: self.path.clone(), expected, actual: self.bytes });
        }
        if info.layout.start_offset() > 0 {
            return Err(invalid(&self.path, format!("{name} shares its memory with another tensor")));
        }
        Ok(())
    }
}

impl Source for Pickle {
    fn file(&self, name: &str) -> &Path {
        &self.of(name).path
    }

    fn names(&self) -> Vec<&str> {
        self.shapes.keys().map(String::as_str).collect()
    }

    fn shape(&self, name: &str) -> Option<&[usize]> {
        self.shapes.get(name).map(|(_, shape)| shape.as_slice())
    }

    fn dtype(&self, name: &str) -> Option<DType> {
        self.of(name).tensors.tensor_infos().get(name).map(|info| info.dtype)
    }

    fn load(&self, name: &str) -> Result<Tensor, WeightsError> {
        let file = self.of(name);
        file.check_size(name)?;
        let tensor = file.tensors.get(name).map_err(|error| invalid(&file.path, format!("{name}: {error}")))?;
        let tensor = tensor.ok_or_else(|| invalid(&file.path, format!("{name} has no data")))?;
        tensor.contiguous().map_err(|source| WeightsError::Convert {
            file: file.path.clone(),
            tensor: name.to_owned(),
            source: Box::new(source),
        })
    }
}

fn invalid(path: &Path, reason: String) -> WeightsError {
    WeightsError::Format { file: path.to_owned(), format: "PyTorch zip pickle", reason }
}
