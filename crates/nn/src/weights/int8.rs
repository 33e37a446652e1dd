//! Tensors in 8-bit integers with a scale for each row, in the layout of optimum-quanto's `qint8`.
//!
//! `name` is in the file as `name._data` (I8, of the tensor's own shape) and `name._scale` (one float for each index of the first
//! dimension); beside a weight, `input_scale` and `output_scale` may tell how activations were calibrated, which concerns only who
//! computes in integers. A tensor is widened as it is read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use candle_core::{DType, Device, Tensor};

use super::shards::Shards;
use super::source::Source;
use super::weights_error::WeightsError;

const DATA: &str = "._data";
const SCALE: &str = "._scale";
/// How activations were calibrated, beside `weight`.
const ACTIVATIONS: [&str; 2] = ["input_scale", "output_scale"];

/// A file in which some tensors are in 8 bits.
#[derive(Debug)]
pub(super) struct Int8 {
    of: Shards,
    /// Tensors in 8 bits, by name, and in which type their scales are.
    packed: BTreeMap<String, DType>,
    /// Everything that a model may ask for.
    names: BTreeSet<String>,
}

impl Int8 {
    /// The file as it is if nothing in it is in 8 bits.
    ///
    /// # Errors
    ///
    /// If there is a scale too few, or one of another shape.
    pub(super) fn around(of: Shards) -> Result<Arc<dyn Source>, WeightsError> {
        let mut packed = BTreeMap::new();
        for name in of.names().iter().filter_map(|name| name.strip_suffix(DATA)) {
            if of.element(&format!("{name}{DATA}")) == Some("I8") {
                packed.insert(name.to_owned(), scale_type(&of, name)?);
            }
        }
        if packed.is_empty() {
            return Ok(Arc::new(of));
        }
        let mut names: BTreeSet<String> = of.names().into_iter().map(str::to_owned).collect();
        for name in packed.keys() {
            names.remove(&format!("{name}{DATA}"));
            names.remove(&format!("{name}{SCALE}"));
            for beside in
                name.strip_suffix("weight").iter().flat_map(|module| ACTIVATIONS.map(|of| [module, of].concat()))
            {
                names.remove(&beside);
            }
            names.insert(name.clone());
        }
        Ok(Arc::new(Self { of, packed, names }))
    }

    fn wide(&self, name: &str, dtype: DType) -> candle_core::Result<Result<Tensor, WeightsError>> {
        let (data, scale) = match (self.of.load(&format!("{name}{DATA}")), self.of.load(&format!("{name}{SCALE}"))) {
            (Ok(data), Ok(scale)) => (data, scale),
            (Err(error), _) | (_, Err(error)) => return Ok(Err(error)),
        };
        let (shape, rows) = (data.dims().to_vec(), scale.elem_count().max(1));
        let bytes: Vec<u8> = data.flatten_all()?.to_vec1()?;
        let scales: Vec<f32> = scale.flatten_all()?.to_dtype(DType::F32)?.to_vec1()?;
        let columns = (bytes.len() / rows).max(1);
        let rows = bytes.chunks(columns).zip(&scales);
        let wide = rows.flat_map(|(row, scale)| row.iter().map(move |byte| f32::from(byte.cast_signed()) * scale));
        Ok(Ok(Tensor::from_vec(wide.collect(), shape, &Device::Cpu)?.to_dtype(dtype)?))
    }
}

/// The type of a tensor's scales, of which there is one for each index of its first dimension.
fn scale_type(of: &Shards, name: &str) -> Result<DType, WeightsError> {
    let (data, scale) = (format!("{name}{DATA}"), format!("{name}{SCALE}"));
    let shape = of.shape(&data).unwrap_or_default();
    let rows = shape.first().copied().unwrap_or(1);
    let mut expected = vec![1; shape.len()];
    if let Some(first) = expected.first_mut() {
        *first = rows;
    }
    match (of.shape(&scale), of.dtype(&scale)) {
        (Some(actual), Some(dtype)) if actual == expected && dtype.is_float() => Ok(dtype),
        (Some(actual), _) if actual == expected => Err(WeightsError::ElementType {
            file: of.file(&scale).to_owned(),
            expected: "F64, F32, F16, BF16",
            actual: of.element(&scale).unwrap_or_default().to_owned(),
            tensor: scale,
        }),
        (Some(actual), _) => Err(WeightsError::ShapeMismatch {
            file: of.file(&scale).to_owned(),
            actual: actual.to_vec(),
            tensor: scale,
            expected,
        }),
        (None, _) => Err(WeightsError::MissingTensor {
            file: of.file(&data).to_owned(),
            tensor: scale,
            expected,
            count: of.names().len(),
            actual: Some(data),
        }),
    }
}

impl Source for Int8 {
    fn file(&self, name: &str) -> &Path {
        if self.packed.contains_key(name) { self.of.file(&format!("{name}{DATA}")) } else { self.of.file(name) }
    }

    fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    fn shape(&self, name: &str) -> Option<&[usize]> {
        if self.packed.contains_key(name) { self.of.shape(&format!("{name}{DATA}")) } else { self.of.shape(name) }
    }

    /// The scales' type, in which the tensor was before.
    fn dtype(&self, name: &str) -> Option<DType> {
        self.packed.get(name).copied().or_else(|| self.of.dtype(name))
    }

    fn metadata(&self) -> Option<&BTreeMap<String, String>> {
        self.of.metadata()
    }

    fn load(&self, name: &str) -> Result<Tensor, WeightsError> {
        let Some(dtype) = self.packed.get(name) else { return self.of.load(name) };
        self.wide(name, *dtype).map_err(|source| WeightsError::Convert {
            file: self.file(name).to_owned(),
            tensor: name.to_owned(),
            source: Box::new(source),
        })?
    }
}
