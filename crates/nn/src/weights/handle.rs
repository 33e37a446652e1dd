//! The handle through which layers ask for their tensors.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::quantized::{QStorage, QTensor};
use candle_core::{DType, Device, Tensor};

use super::adapt::Adapt;
use super::blank::Blank;
use super::folder;
use super::gguf::Gguf;
use super::int8::Int8;
use super::outline::Outline;
use super::pickle::Pickle;
use super::record::Record;
use super::rename::rename;
use super::shards::Shards;
use super::source::Source;
use super::view::{View, Views};
use super::weights_error::WeightsError;
use crate::linear::{Format, LinearKind};

/// Named tensors of a published model, with a prefix that names are relative to.
///
/// Cloning is cheap: handles share the file and the record of what was asked. A tensor is read, checked to be finite and converted
/// when it is asked for; nothing is kept.
#[derive(Clone, Debug)]
pub struct Weights {
    pub(super) shared: Arc<Shared>,
    prefix: String,
    renames: Arc<[(String, String)]>,
    dtype: DType,
    linear_kind: LinearKind,
    keeps_copies: bool,
    /// Whether they are read for a CPU; an outline is for what it is the outline of.
    is_for_cpu: bool,
    formats: Arc<[Arc<dyn Format>]>,
    adapters: Arc<[Arc<dyn Adapt>]>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) source: Arc<dyn Source>,
    origin: PathBuf,
    is_blank: bool,
    device: Device,
    asked: Record,
}

impl Weights {
    /// Opens a `.safetensors` file, an index of shards (`*.safetensors.index.json`), a folder with one of them, or a pickle, as
    /// [`Weights::pth`], by its ending (`.ckpt`, `.pth`, `.pt`, `.bin`); also pickles in shards by their index (`*.bin.index.json`) and a
    /// folder that has `pytorch_model.bin` or its index but no safetensors.
    ///
    /// Only headers are read. Tensors are converted to `dtype` and moved to `device` when they are asked for. Tensors in 8 bits with a scale
    /// for each row, as optimum-quanto writes them (`weight._data`, `weight._scale`), are widened then.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] for a file that cannot be read, is truncated or is not safetensors, a missing shard, and a folder without
    /// one clear candidate.
    pub fn open(path: impl AsRef<Path>, dtype: DType, device: &Device) -> Result<Self, WeightsError> {
        let path = path.as_ref();
        if Pickle::is_named(path) {
            return Self::pth(path, dtype, device);
        }
        if let Some(files) = folder::pickles(path)? {
            return Ok(Self::new(Arc::new(Pickle::open(&files)?), path, dtype, device));
        }
        Ok(Self::new(Int8::around(folder::open(path)?)?, path, dtype, device))
    }

    /// A `.safetensors` file in memory, such as one that is part of the program; `origin` is what errors name.
    ///
    /// # Errors
    ///
    /// [`WeightsError::Truncated`] and [`WeightsError::Format`], as for files.
    pub fn of_bytes(
        origin: impl Into<PathBuf>,
        bytes: &'static [u8],
        dtype: DType,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        let origin = origin.into();
        let source = Int8::around(Shards::of_bytes(origin.clone(), bytes)?)?;
        Ok(Self::new(source, &origin, dtype, device))
    }

    /// Opens a GGUF file. Its tensors have names of their own: see [`Weights::renamed`]. Linear layers that it has in blocks stay so; the
    /// rest is widened.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] for a file that cannot be read, is truncated or is not GGUF.
    pub fn gguf(path: impl AsRef<Path>, dtype: DType, device: &Device) -> Result<Self, WeightsError> {
        let gguf = Gguf::open(path.as_ref())?;
        Ok(Self::new(Arc::new(gguf), path.as_ref(), dtype, device))
    }

    /// Opens a `PyTorch` zip pickle (`.ckpt`, `.pth`, `.pt`, `.bin`) that holds a dictionary of tensors, or one under `state_dict`.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] for a file that cannot be read or is no such pickle.
    pub fn pth(path: impl AsRef<Path>, dtype: DType, device: &Device) -> Result<Self, WeightsError> {
        let pickle = Pickle::open(&[path.as_ref().to_owned()])?;
        Ok(Self::new(Arc::new(pickle), path.as_ref(), dtype, device))
    }

    /// Weights of which only names and shapes are known: every tensor is a view of one zero, so that a model of any size can be
    /// wired, and what it asks for compared with a published list, without its memory.
    pub fn blank(tensors: impl IntoIterator<Item = (String, Vec<usize>)>) -> Self {
        let blank = Blank { shapes: tensors.into_iter().collect() };
        Self::new(Arc::new(blank), Path::new("blank weights"), DType::F32, &Device::Cpu).hollow()
    }

    /// The same weights without their numbers, and nothing asked for yet: a model can be wired of them before the file is read.
    #[must_use]
    pub fn outline(&self) -> Self {
        let outline = Outline { of: Arc::clone(&self.shared.source) };
        let origin = &self.shared.origin;
        let hollow = Self::new(Arc::new(outline), origin, self.dtype, &Device::Cpu).hollow();
        Self { shared: hollow.shared, ..self.clone() }
    }

    /// The same weights whose names are those of the file.
    pub(super) fn unnamed(&self) -> Self {
        Self { prefix: String::new(), renames: Arc::new([]), ..self.clone() }
    }

    fn hollow(mut self) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.is_blank = true;
        }
        self
    }

    fn new(source: Arc<dyn Source>, origin: &Path, dtype: DType, device: &Device) -> Self {
        let shared = Shared {
            source,
            origin: origin.to_owned(),
            is_blank: false,
            device: device.clone(),
            asked: Record::default(),
        };
        Self {
            shared: Arc::new(shared),
            prefix: String::new(),
            renames: Arc::new([]),
            dtype,
            linear_kind: LinearKind::default(),
            keeps_copies: false,
            is_for_cpu: device.is_cpu(),
            formats: Arc::new([]),
            adapters: Arc::new([]),
        }
    }

    /// The same weights with names relative to `part` as well.
    #[must_use]
    pub fn pp(&self, part: impl Display) -> Self {
        Self { prefix: format!("{}{part}.", self.prefix), ..self.clone() }
    }

    /// The same weights with other names in the file: pairs of what the model says and what the file says, applied in order to the
    /// whole name, each where it first begins a part of the name.
    #[must_use]
    pub fn renamed<'a>(&self, renames: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let added = renames.into_iter().map(|(from, to)| (from.to_owned(), to.to_owned()));
        Self { renames: added.chain(self.renames.iter().cloned()).collect(), ..self.clone() }
    }

    /// The same weights in which parts of tensors have names of their own: `views` gives those that take the place of a tensor of the
    /// file, by its name and shape; nothing for a tensor that keeps its name, an empty list for one that nobody needs. Nothing has been
    /// asked of them yet.
    #[must_use]
    pub fn viewed(&self, views: impl Fn(&str, &[usize]) -> Option<Vec<View>>) -> Self {
        let Shared { source, origin, is_blank, device, .. } = &*self.shared;
        let source = Arc::new(Views::of(Arc::clone(source), views));
        let mut viewed = Self::new(source, origin, self.dtype, device);
        if *is_blank {
            viewed = viewed.hollow();
        }
        Self { shared: viewed.shared, ..self.clone() }
    }

    /// The same weights, converted to another type when asked.
    #[must_use]
    pub fn with_dtype(&self, dtype: DType) -> Self {
        Self { dtype, ..self.clone() }
    }

    /// The same weights, from which linear layers are made in another kind.
    #[must_use]
    pub fn with_linear_kind(&self, linear_kind: LinearKind) -> Self {
        Self { linear_kind, ..self.clone() }
    }

    /// The same weights, whose layers in blocks of ggml may keep the second copy that the CPU multiplies with, as large as the blocks or
    /// larger: for models that are called often with few rows of input, as for text that is written token by token. Without it, products
    /// with few rows take up to two and a half times as long, and those with many make the copy anew each time. Blocks of 8 bits and `Q4_K` need no
    /// copy on processors with AVX-512 VNNI.
    #[must_use]
    pub fn with_copies(&self) -> Self {
        Self { keeps_copies: true, ..self.clone() }
    }

    /// The same weights, in whose file linear layers may be in one more format.
    #[must_use]
    pub fn with_format(&self, format: Arc<dyn Format>) -> Self {
        Self { formats: self.formats.iter().cloned().chain([format]).collect(), ..self.clone() }
    }

    /// The same weights, in whose file linear layers are in none of the formats that were added.
    #[must_use]
    pub fn without_formats(&self) -> Self {
        Self { formats: Arc::new([]), ..self.clone() }
    }

    /// The same weights, changed by adapters in turn when they are asked for.
    #[must_use]
    pub fn adapted(&self, adapters: impl IntoIterator<Item = Arc<dyn Adapt>>) -> Self {
        Self { adapters: self.adapters.iter().cloned().chain(adapters).collect(), ..self.clone() }
    }

    /// A tensor of this name and shape, in this handle's type and on its device. On the CPU it is contiguous, unless
    /// [`Weights::is_blank`].
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if the file lacks the tensor, has it in another shape, or it is not finite.
    pub fn get(&self, name: &str, shape: &[usize]) -> Result<Tensor, WeightsError> {
        self.get_dtype(name, shape, self.dtype)
    }

    /// As [`Weights::get`], in another type.
    ///
    /// # Errors
    ///
    /// As [`Weights::get`].
    pub fn get_dtype(&self, name: &str, shape: &[usize], dtype: DType) -> Result<Tensor, WeightsError> {
        let stored = self.get_checked(name, shape, dtype)?;
        self.convert(stored, dtype).map_err(|source| self.conversion(name, source))
    }

    /// As [`Weights::get`], in the type that layers compute in: for tensors that are added and not multiplied by a layer.
    ///
    /// # Errors
    ///
    /// As [`Weights::get`].
    pub fn get_computed(&self, name: &str, shape: &[usize]) -> Result<Tensor, WeightsError> {
        self.get_dtype(name, shape, self.compute())
    }

    /// As [`Weights::get`], in the type of the file; in f32 if an adapter changed it.
    pub(crate) fn get_stored(&self, name: &str, shape: &[usize]) -> Result<Tensor, WeightsError> {
        let stored = self.shared.source.dtype(&self.file_name(name)).unwrap_or(DType::F32);
        let stored = self.get_checked(name, shape, stored)?;
        let dtype = stored.dtype();
        self.convert(stored, dtype).map_err(|source| self.conversion(name, source))
    }

    /// As [`Weights::get`], in the type of the file unless this handle's type is narrower or the device is a card, which computes in it.
    ///
    /// # Errors
    ///
    /// As [`Weights::get`].
    pub fn get_narrowed(&self, name: &str, shape: &[usize]) -> Result<Tensor, WeightsError> {
        let stored = self.shared.source.dtype(&self.file_name(name)).unwrap_or(DType::F32);
        let is_wider = stored.size_in_bytes() > self.dtype.size_in_bytes() || !self.adapters.is_empty();
        let is_wider = is_wider || !self.shared.device.is_cpu();
        self.get_dtype(name, shape, if is_wider { self.dtype } else { stored })
    }

    /// Whether the file has a tensor in blocks of few bits, to be used as they are.
    pub(crate) fn has_blocks(&self, name: &str) -> bool {
        self.shared.source.has_blocks(&self.file_name(name))
    }

    /// Bytes of a tensor in blocks.
    pub(crate) fn block_bytes(&self, name: &str) -> u64 {
        self.shared.source.block_bytes(&self.file_name(name))
    }

    /// A tensor in blocks of few bits on this handle's device: as in the file, or made anew of the same kind if an adapter changes it.
    pub(crate) fn get_blocks(&self, name: &str, shape: &[usize]) -> Result<Arc<QTensor>, WeightsError> {
        let file_name = self.file_name(name);
        if !self.adapters.is_empty() {
            let (kind, _) = self.shared.source.blocks(&file_name, 0..0)?;
            let changed = self.get_dtype(name, shape, DType::F32)?;
            let blocks = QTensor::quantize(&changed, kind).map_err(|source| self.conversion(name, source))?;
            self.takes(name, self.block_bytes(name));
            return Ok(Arc::new(blocks));
        }
        self.check_shape(&file_name, shape)?;
        let bytes = self.block_bytes(name);
        self.shared.asked.add(file_name.clone(), shape.to_vec(), bytes);
        let (kind, bytes) = self.shared.source.blocks(&file_name, 0..shape.iter().product())?;
        let blocks = QStorage::from_data(bytes.into(), &self.shared.device, kind);
        let blocks = blocks.and_then(|blocks| QTensor::new(blocks, shape));
        Ok(Arc::new(blocks.map_err(|source| self.conversion(name, source))?))
    }

    /// A tensor as it is in the file, then adapted, on the CPU.
    fn get_checked(&self, name: &str, shape: &[usize], dtype: DType) -> Result<Tensor, WeightsError> {
        let name = self.file_name(name);
        self.check_shape(&name, shape)?;
        let bytes = (shape.iter().product::<usize>() * dtype.size_in_bytes()) as u64;
        self.shared.asked.add(name.clone(), shape.to_vec(), bytes);
        let stored = self.shared.source.load(&name)?;
        if !self.shared.is_blank {
            self.check_finite(&name, &stored)?;
        }
        let adapted = if self.is_blank() {
            self.adapters.iter().try_for_each(|adapter| adapter.check(&name, shape)).map(|()| stored)
        } else {
            self.adapters.iter().try_fold(stored, |tensor, adapter| adapter.adapt(&name, tensor))
        };
        adapted.map_err(|source| WeightsError::Adapt { tensor: self.called(&name), source })
    }

    /// Says that a tensor that was asked for takes so many bytes, as it was packed.
    pub(crate) fn takes(&self, name: &str, bytes: u64) {
        self.shared.asked.takes(&self.file_name(name), bytes);
    }

    /// As [`Weights::get`], with all dimensions but the first made one.
    pub(crate) fn get_flat(&self, name: &str, shape: &[usize]) -> Result<Tensor, WeightsError> {
        let tensor = self.get(name, shape)?;
        let rows = shape.first().copied().unwrap_or(1);
        let columns = shape.iter().skip(1).product();
        let flat =
            if self.is_blank() { self.zeros(&[rows, columns], self.dtype) } else { tensor.reshape((rows, columns)) };
        flat.map_err(|source| self.conversion(name, source))
    }

    /// As [`Weights::get`], in f32 and with a number added to every element.
    pub(crate) fn get_shifted(&self, name: &str, shape: &[usize], add: f64) -> Result<Tensor, WeightsError> {
        let tensor = self.get_dtype(name, shape, DType::F32)?;
        if add == 0.0 || self.is_blank() {
            return Ok(tensor);
        }
        (tensor + add).map_err(|source| self.conversion(name, source))
    }

    /// A view of one zero.
    fn zeros(&self, shape: &[usize], dtype: DType) -> candle_core::Result<Tensor> {
        Tensor::zeros((), dtype, &self.shared.device)?.broadcast_as(shape)
    }

    /// The name that names are relative to, such as `model.layers.0.mlp.up_proj`; empty for those of the whole file.
    #[must_use]
    pub fn layer(&self) -> &str {
        self.prefix.strip_suffix('.').unwrap_or_default()
    }

    /// Whether the name that names are relative to ends so.
    pub(crate) fn is_named(&self, ending: &str) -> bool {
        self.prefix.strip_suffix('.').is_some_and(|name| name.ends_with(ending))
    }

    /// Whether the file has a tensor of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.shape(name).is_some()
    }

    /// The shape of a tensor in the file.
    pub fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.shared.source.shape(&self.file_name(name)).map(<[usize]>::to_vec)
    }

    /// The names of all tensors in the file, sorted.
    pub fn names(&self) -> Vec<String> {
        self.shared.source.names().into_iter().map(str::to_owned).collect()
    }

    /// What the file says under a key of its metadata; formats other than safetensors have none.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.shared.source.metadata()?.get(key).map(String::as_str)
    }

    /// The type that tensors are converted to.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// The type that layers of these weights compute in: f32 on a CPU, else that of the weights.
    pub fn compute(&self) -> DType {
        if self.shared.device.is_cpu() { DType::F32 } else { self.dtype }
    }

    /// The device that tensors are moved to.
    pub fn device(&self) -> &Device {
        &self.shared.device
    }

    /// The kind of linear layers that are made from these weights.
    pub fn linear_kind(&self) -> LinearKind {
        self.linear_kind
    }

    /// Whether [`Weights::with_copies`] was said.
    pub(crate) fn keeps_copies(&self) -> bool {
        self.keeps_copies
    }

    /// Whether they are read for a CPU, also by the outline that says how much they will take there.
    pub(crate) fn is_for_cpu(&self) -> bool {
        self.is_for_cpu
    }

    /// Further formats in which the file may hold linear layers.
    pub(crate) fn formats(&self) -> &[Arc<dyn Format>] {
        &self.formats
    }

    /// Whether these are only names and shapes; layers then neither copy nor lay out anything.
    pub fn is_blank(&self) -> bool {
        self.shared.is_blank
    }

    /// Every tensor asked for through any handle of this file: name in the file and shape, sorted by name.
    pub fn asked(&self) -> Vec<(String, Vec<usize>)> {
        self.shared.asked.shapes()
    }

    /// Bytes in memory of all tensors asked for through any handle of this file.
    pub fn asked_bytes(&self) -> u64 {
        self.shared.asked.bytes()
    }

    /// Checks that the model used the whole file. Tensors whose name in the file begins with one of `allowed` may be left over.
    ///
    /// # Errors
    ///
    /// [`WeightsError::Unused`] names the others.
    pub fn finish(&self, allowed: &[&str]) -> Result<(), WeightsError> {
        let is_unused =
            |name: &&str| !self.shared.asked.has(name) && !allowed.iter().any(|prefix| name.starts_with(prefix));
        let names = self.shared.source.names();
        let tensors: Vec<String> = names.into_iter().filter(is_unused).map(|name| self.called(name)).collect();
        match tensors.first().cloned() {
            None => Ok(()),
            Some(example) => {
                Err(WeightsError::Unused { file: self.shared.origin.clone(), count: tensors.len(), example, tensors })
            }
        }
    }

    pub(super) fn file_name(&self, name: &str) -> String {
        self.renames.iter().fold(format!("{}{name}", self.prefix), |name, rule| rename(&name, rule))
    }

    fn convert(&self, stored: Tensor, dtype: DType) -> candle_core::Result<Tensor> {
        if self.shared.is_blank {
            return self.zeros(stored.dims(), dtype);
        }
        stored.to_dtype(dtype)?.to_device(&self.shared.device)
    }
}
