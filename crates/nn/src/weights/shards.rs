//! Tensors of safetensors files, read when they are asked for.
//!
//! Nothing is memory-mapped: a tensor is read into the memory that it then lives in. Mapped pages would count as resident, and a
//! file that shrinks under a mapping ends the process.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bytemuck::Pod;
use candle_core::{DType, Device, Tensor, WithDType};
use half::{bf16, f16};

use super::header::{self, Entry, Header};
use super::source::Source;
use super::weights_error::WeightsError;

/// Where the bytes of a file are.
#[derive(Debug)]
enum Store {
    Disk(Mutex<File>),
    Memory(&'static [u8]),
}

/// One or several safetensors files.
#[derive(Debug)]
pub(super) struct Shards {
    /// The file, the index or the folder that was opened.
    origin: PathBuf,
    files: Vec<(PathBuf, Store)>,
    /// Shard and entry of each tensor.
    tensors: BTreeMap<String, (usize, Entry)>,
    metadata: BTreeMap<String, String>,
}

impl Shards {
    /// Reads the headers. Of two tensors of one name the one in the later file counts.
    pub(super) fn open(origin: PathBuf, paths: Vec<PathBuf>) -> Result<Self, WeightsError> {
        let mut shards = Self { origin, files: Vec::new(), tensors: BTreeMap::new(), metadata: BTreeMap::new() };
        for path in paths {
            let io = |source| WeightsError::Io { file: path.clone(), source };
            let mut file = File::open(&path).map_err(io)?;
            let length = file.metadata().map_err(io)?.len();
            let header = header::read(&path, &mut file, length)?;
            shards.add(path, header, Store::Disk(Mutex::new(file)));
        }
        Ok(shards)
    }

    /// Reads the header of a file in memory; `origin` is what errors name.
    pub(super) fn of_bytes(origin: PathBuf, bytes: &'static [u8]) -> Result<Self, WeightsError> {
        let header = header::read(&origin, &mut &*bytes, bytes.len() as u64)?;
        let tensors = BTreeMap::new();
        let mut shards = Self { origin: origin.clone(), files: Vec::new(), tensors, metadata: BTreeMap::new() };
        shards.add(origin, header, Store::Memory(bytes));
        Ok(shards)
    }

    /// The type of a tensor's elements, as the format writes it.
    pub(super) fn element(&self, name: &str) -> Option<&str> {
        self.tensors.get(name).map(|(_, entry)| entry.element.as_str())
    }

    fn add(&mut self, path: PathBuf, Header { entries, metadata }: Header, store: Store) {
        self.metadata.extend(metadata);
        let shard = self.files.len();
        self.tensors.extend(entries.into_iter().map(|(name, entry)| (name, (shard, entry))));
        self.files.push((path, store));
    }
}

impl Source for Shards {
    fn file(&self, name: &str) -> &Path {
        self.tensors.get(name).map_or(&self.origin, |(shard, _)| &self.files[*shard].0)
    }

    fn names(&self) -> Vec<&str> {
        self.tensors.keys().map(String::as_str).collect()
    }

    fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|(_, entry)| entry.shape.as_slice())
    }

    fn dtype(&self, name: &str) -> Option<DType> {
        header::dtype(&self.tensors.get(name)?.1.element)
    }

    fn metadata(&self) -> Option<&BTreeMap<String, String>> {
        Some(&self.metadata)
    }

    fn load(&self, name: &str) -> Result<Tensor, WeightsError> {
        let (shard, entry) = &self.tensors[name];
        self.read(name, *shard, entry)
    }

    /// Reads no more than these.
    fn load_part(&self, name: &str, elements: Range<usize>) -> Result<Tensor, WeightsError> {
        let (shard, entry) = &self.tensors[name];
        let size = header::dtype(&entry.element).map_or(1, |dtype| dtype.size_in_bytes());
        let count = entry.shape.iter().product::<usize>();
        if elements.start > elements.end || elements.end > count {
            let reason = format!("{name} has {count} elements, asked for are {elements:?}");
            return Err(WeightsError::Format { file: self.file(name).to_owned(), format: "safetensors", reason });
        }
        let start = entry.start + (elements.start * size) as u64;
        self.read(name, *shard, &Entry { shape: vec![elements.len()], start, ..entry.clone() })
    }
}

impl Shards {
    /// What an entry of a shard says.
    fn read(&self, name: &str, shard: usize, entry: &Entry) -> Result<Tensor, WeightsError> {
        let (path, store) = &self.files[shard];
        let dtype = header::dtype(&entry.element).ok_or_else(|| WeightsError::ElementType {
            file: path.clone(),
            tensor: name.to_owned(),
            expected: header::READABLE,
            actual: entry.element.clone(),
        })?;
        let tensor = match store {
            Store::Disk(file) => read(&mut *file.lock().unwrap_or_else(PoisonError::into_inner), entry, dtype),
            Store::Memory(bytes) => read(&mut Cursor::new(*bytes), entry, dtype),
        };
        tensor.map_err(|source| match source {
            ReadError::Io(source) => WeightsError::Io { file: path.clone(), source },
            ReadError::Candle(source) => {
                WeightsError::Convert { file: path.clone(), tensor: name.to_owned(), source: Box::new(source) }
            }
        })
    }
}

enum ReadError {
    Io(std::io::Error),
    Candle(candle_core::Error),
}

fn read(file: &mut (impl Read + Seek), entry: &Entry, dtype: DType) -> Result<Tensor, ReadError> {
    file.seek(SeekFrom::Start(entry.start)).map_err(ReadError::Io)?;
    match dtype {
        DType::F64 => read_as::<f64>(file, &entry.shape),
        DType::F32 => read_as::<f32>(file, &entry.shape),
        DType::F16 => read_as::<f16>(file, &entry.shape),
        DType::BF16 => read_as::<bf16>(file, &entry.shape),
        DType::I64 => read_as::<i64>(file, &entry.shape),
        DType::I32 => read_as::<i32>(file, &entry.shape),
        DType::I16 => read_as::<i16>(file, &entry.shape),
        DType::U32 => read_as::<u32>(file, &entry.shape),
        _ => read_as::<u8>(file, &entry.shape),
    }
}

fn read_as<T: Pod + WithDType>(file: &mut impl Read, shape: &[usize]) -> Result<Tensor, ReadError> {
    let mut values = vec![T::zeroed(); shape.iter().product()];
    file.read_exact(bytemuck::cast_slice_mut(&mut values)).map_err(ReadError::Io)?;
    Tensor::from_vec(values, shape, &Device::Cpu).map_err(ReadError::Candle)
}
