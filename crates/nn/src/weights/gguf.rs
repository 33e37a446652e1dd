//! Tensors of GGUF files, read when they are asked for.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use candle_core::quantized::gguf_file::Content;
use candle_core::quantized::{GgmlDType, QStorage, QTensor};
use candle_core::{DType, Device, Tensor};

use super::source::Source;
use super::weights_error::WeightsError;

/// A GGUF file.
pub(super) struct Gguf {
    path: PathBuf,
    file: Mutex<File>,
    content: Content,
    shapes: BTreeMap<String, Vec<usize>>,
}

impl fmt::Debug for Gguf {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Gguf").field("path", &self.path).field("shapes", &self.shapes).finish()
    }
}

impl Gguf {
    /// Reads the header, and checks that every tensor ends before the file does.
    pub(super) fn open(path: &Path) -> Result<Self, WeightsError> {
        let io = |source| WeightsError::Io { file: path.to_owned(), source };
        let mut file = File::open(path).map_err(io)?;
        let actual = file.metadata().map_err(io)?.len();
        let content = Content::read(&mut file).map_err(|error| invalid(path, error.to_string()))?;
        for (name, info) in &content.tensor_infos {
            let end = end_of(info.shape.dims(), info.ggml_dtype)
                .and_then(|bytes| bytes.checked_add(content.tensor_data_offset)?.checked_add(info.offset))
                .ok_or_else(|| invalid(path, format!("{name} has shape {:?}", info.shape.dims())))?;
            if end > actual {
                return Err(WeightsError::Truncated { file: path.to_owned(), expected: end, actual });
            }
        }
        let shapes = content.tensor_infos.iter().map(|(name, info)| (name.clone(), info.shape.dims().to_vec()));
        let shapes = shapes.collect();
        Ok(Self { path: path.to_owned(), file: Mutex::new(file), content, shapes })
    }

    fn kind(&self, name: &str) -> Option<GgmlDType> {
        self.content.tensor_infos.get(name).map(|info| info.ggml_dtype)
    }

    /// Kind and bytes of some elements.
    fn read(&self, name: &str, elements: &Range<usize>) -> Result<(GgmlDType, Vec<u8>), WeightsError> {
        let refused = || {
            let reason = format!("elements {elements:?} of {name} are not whole blocks of it");
            invalid(&self.path, reason)
        };
        let info = self.content.tensor_infos.get(name).ok_or_else(refused)?;
        let (kind, block) = (info.ggml_dtype, info.ggml_dtype.block_size());
        let is_whole = elements.start.is_multiple_of(block) && elements.end.is_multiple_of(block);
        if !is_whole || elements.start > elements.end || elements.end > info.shape.elem_count() {
            return Err(refused());
        }
        let mut bytes = vec![0; elements.len() / block * kind.type_size()];
        let start = (elements.start / block * kind.type_size()) as u64;
        let start = SeekFrom::Start(self.content.tensor_data_offset + info.offset + start);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let read = file.seek(start).and_then(|_| file.read_exact(&mut bytes));
        read.map_err(|source| WeightsError::Io { file: self.path.clone(), source })?;
        Ok((kind, bytes))
    }

    /// The elements widened, in the tensor's own type if they are in no blocks.
    fn wide(&self, name: &str, elements: &Range<usize>, shape: &[usize]) -> Result<Tensor, WeightsError> {
        let (kind, bytes) = self.read(name, elements)?;
        let widen = || {
            let storage = QStorage::from_data(bytes.into(), &Device::Cpu, kind)?;
            let wide = QTensor::new(storage, shape)?.dequantize(&Device::Cpu)?;
            wide.to_dtype(dtype(kind).unwrap_or(DType::F32))
        };
        widen().map_err(|source| self.conversion(name, source))
    }

    fn conversion(&self, name: &str, source: candle_core::Error) -> WeightsError {
        WeightsError::Convert { file: self.path.clone(), tensor: name.to_owned(), source: Box::new(source) }
    }
}

/// Bytes of a tensor; nothing for one that cannot be.
fn end_of(shape: &[usize], kind: GgmlDType) -> Option<u64> {
    let elements = shape.iter().try_fold(1_usize, |product, side| product.checked_mul(*side))?;
    let last = shape.last().copied().unwrap_or(1);
    if !last.is_multiple_of(kind.block_size()) {
        return None;
    }
    (elements / kind.block_size()).checked_mul(kind.type_size()).map(|bytes| bytes as u64)
}

/// The type of elements that are not in blocks.
fn dtype(kind: GgmlDType) -> Option<DType> {
    match kind {
        GgmlDType::F32 => Some(DType::F32),
        GgmlDType::F16 => Some(DType::F16),
        GgmlDType::BF16 => Some(DType::BF16),
        _ => None,
    }
}

impl Source for Gguf {
    fn file(&self, _name: &str) -> &Path {
        &self.path
    }

    fn names(&self) -> Vec<&str> {
        self.shapes.keys().map(String::as_str).collect()
    }

    fn shape(&self, name: &str) -> Option<&[usize]> {
        self.shapes.get(name).map(Vec::as_slice)
    }

    /// What is in blocks is widened to f32, unless it is used as it is.
    fn dtype(&self, name: &str) -> Option<DType> {
        self.kind(name).map(|kind| dtype(kind).unwrap_or(DType::F32))
    }

    fn load(&self, name: &str) -> Result<Tensor, WeightsError> {
        let shape = self.shape(name).unwrap_or_default();
        self.wide(name, &(0..shape.iter().product()), shape)
    }

    /// Rows of blocks that are cut elsewhere than between two of them are widened whole.
    fn load_part(&self, name: &str, elements: Range<usize>) -> Result<Tensor, WeightsError> {
        let block = self.kind(name).map_or(1, |kind| kind.block_size());
        if elements.start.is_multiple_of(block) && elements.end.is_multiple_of(block) {
            return self.wide(name, &elements, &[elements.len()]);
        }
        let part = self.load(name)?.flatten_all().and_then(|row| row.narrow(0, elements.start, elements.len()));
        part.map_err(|source| self.conversion(name, source))
    }

    fn has_blocks(&self, name: &str) -> bool {
        self.kind(name).is_some_and(|kind| dtype(kind).is_none())
    }

    fn block_bytes(&self, name: &str) -> u64 {
        let bytes = || end_of(self.shape(name)?, self.kind(name)?);
        bytes().unwrap_or(0)
    }

    fn blocks(&self, name: &str, elements: Range<usize>) -> Result<(GgmlDType, Vec<u8>), WeightsError> {
        self.read(name, &elements)
    }
}

fn invalid(path: &Path, reason: String) -> WeightsError {
    WeightsError::Format { file: path.to_owned(), format: "GGUF", reason }
}
