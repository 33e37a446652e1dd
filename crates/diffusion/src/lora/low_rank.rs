//! A LoRA file, merged at load.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{DType, Device, Tensor};
use linocut_nn::weights::{Adapt, AdaptError, Cut, Weights};

use super::adapter_config::{self, AdapterConfig};
use super::lora_error::LoraError;
use super::names::{Component, Part, changed, module_of, parse};

/// Low-rank changes of weights: `W += scale * alpha / rank * up * down`; with the magnitudes of `DoRA`, rows or columns of the sum are then
/// brought to these lengths, and `scale` goes from the weight to that. Where the file has no `alpha` beside a pair, it is that of the
/// metadata that diffusers writes (`lora_adapter_metadata`: `lora_alpha`, `alpha_pattern`, `use_rslora`), else the rank.
///
/// Give [`Lora::adapter`] to the weights of each component, wire the model of their outlines, then call [`Lora::finish`].
#[derive(Clone, Debug)]
pub struct Lora {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    file: PathBuf,
    weights: Weights,
    scale: f64,
    pairs: BTreeMap<(Component, String), Pair>,
    config: AdapterConfig,
    merged: Mutex<BTreeSet<(Component, String)>>,
}

/// Keys in the file.
#[derive(Clone, Debug, Default)]
struct Pair {
    up: Option<String>,
    down: Option<String>,
    alpha: Option<String>,
    magnitude: Option<String>,
    /// Which rows of them are of this module, where they change several in one piece.
    cut: Cut,
}

impl Lora {
    /// Opens a LoRA in one of the dialects of kohya, diffusers and peft.
    ///
    /// # Errors
    ///
    /// [`LoraError::Weights`] if the file cannot be read, [`LoraError::UnknownKeys`] for keys that are not of a LoRA,
    /// [`LoraError::MissingHalf`] for half a pair, [`LoraError::RankMismatch`] for halves that do not fit, [`LoraError::Twice`] for two
    /// adapters in one file, [`LoraError::Empty`] for none, [`LoraError::Metadata`] for metadata that cannot be read.
    pub fn open(file: &Path, scale: f64) -> Result<Self, LoraError> {
        Self::of_weights(file, Weights::open(file, DType::F32, &Device::Cpu)?, scale)
    }

    /// A LoRA of weights in hand; `file` is what errors name.
    ///
    /// # Errors
    ///
    /// As [`Lora::open`].
    pub fn of_weights(file: &Path, weights: Weights, scale: f64) -> Result<Self, LoraError> {
        let pairs = pairs_of(file, &weights.names())?;
        ranks_fit(file, &weights, &pairs)?;
        let config =
            weights.metadata(adapter_config::KEY).map_or_else(|| Ok(AdapterConfig::default()), AdapterConfig::parse);
        let metadata = |reason| LoraError::Metadata { file: file.to_owned(), key: adapter_config::KEY, reason };
        let config = config.map_err(metadata)?;
        let merged = Mutex::new(BTreeSet::new());
        Ok(Self { shared: Arc::new(Shared { file: file.to_owned(), weights, scale, pairs, config, merged }) })
    }

    /// What changes the weights of a component as they are loaded.
    pub fn adapter(&self, component: Component) -> Arc<dyn Adapt> {
        Arc::new(Adapter { shared: Arc::clone(&self.shared), component })
    }

    /// Checks that every module is for a weight of a model whose parts were opened.
    ///
    /// # Errors
    ///
    /// [`LoraError::UnknownModules`] names the others.
    pub fn finish(&self) -> Result<(), LoraError> {
        let merged = self.shared.merged.lock().unwrap_or_else(PoisonError::into_inner);
        let left = self.shared.pairs.keys().filter(|key| !merged.contains(*key));
        let modules: Vec<String> = left.map(|(component, module)| format!("{component:?} {module}")).collect();
        let file = self.shared.file.clone();
        match modules.first().cloned() {
            None => Ok(()),
            Some(example) => Err(LoraError::UnknownModules { file, count: modules.len(), example, modules }),
        }
    }

    /// What the file changes: component and name of each module, underlines for dots.
    pub fn modules(&self) -> impl Iterator<Item = (Component, &str)> {
        self.shared.pairs.keys().map(|(component, module)| (*component, module.as_str()))
    }
}

/// The keys of each module.
fn pairs_of(file: &Path, keys: &[String]) -> Result<BTreeMap<(Component, String), Pair>, LoraError> {
    let mut pairs: BTreeMap<(Component, String), Pair> = BTreeMap::new();
    let mut unknown = Vec::new();
    for key in keys {
        let Some((component, module, part)) = parse(key) else {
            unknown.push(key.clone());
            continue;
        };
        for (module, cut) in changed(module) {
            let pair = pairs.entry((component, module)).or_default();
            pair.cut = cut;
            let slot = match part {
                Part::Up => &mut pair.up,
                Part::Down => &mut pair.down,
                Part::Alpha => &mut pair.alpha,
                Part::Magnitude => &mut pair.magnitude,
            };
            if let Some(first) = slot.replace(key.clone()) {
                return Err(LoraError::Twice { file: file.to_owned(), first, second: key.clone() });
            }
        }
    }
    if let Some(example) = unknown.first().cloned() {
        return Err(LoraError::UnknownKeys { file: file.to_owned(), count: unknown.len(), example, keys: unknown });
    }
    if pairs.is_empty() {
        return Err(LoraError::Empty { file: file.to_owned() });
    }
    let half = pairs.iter().find(|(_, pair)| pair.up.is_none() || pair.down.is_none());
    match half {
        None => Ok(pairs),
        Some(((_, module), pair)) => {
            let part = if pair.up.is_none() { "up" } else { "down" };
            Err(LoraError::MissingHalf { file: file.to_owned(), module: module.clone(), part })
        }
    }
}

/// Whether the rank of each pair is the same in both halves.
fn ranks_fit(file: &Path, weights: &Weights, pairs: &BTreeMap<(Component, String), Pair>) -> Result<(), LoraError> {
    for ((_, module), pair) in pairs {
        let shape = |key: &Option<String>| key.as_ref().and_then(|key| weights.shape(key)).unwrap_or_default();
        let (up, down) = (shape(&pair.up), shape(&pair.down));
        let rank: usize = up.iter().skip(1).product();
        if up.len() < 2 || down.len() < 2 || rank == 0 || rank != down[0] {
            return Err(LoraError::RankMismatch { file: file.to_owned(), module: module.clone(), up, down });
        }
    }
    Ok(())
}

#[derive(Debug)]
struct Adapter {
    shared: Arc<Shared>,
    component: Component,
}

impl Adapt for Adapter {
    fn adapt(&self, name: &str, stored: Tensor) -> Result<Tensor, AdaptError> {
        let Some(module) = name.strip_suffix(".weight").map(module_of) else { return Ok(stored) };
        let key = (self.component, module);
        let Some(pair) = self.shared.pairs.get(&key) else { return Ok(stored) };
        let halves = self.shared.halves(&key, pair, &stored)?;
        let change = Halves { up: pair.cut(halves.up)?, ..halves }.product()?.reshape(stored.shape())?;
        let (stored, scale) = (stored.to_dtype(DType::F32)?, self.shared.scale);
        let Some(magnitude) = &pair.magnitude else { return Ok((stored + (change * scale)?)?) };
        let magnitude = pair.cut(self.shared.read(Some(magnitude))?)?;
        let merged = rescaled(&(&stored + change)?, &magnitude)?;
        Ok((&stored + ((merged - &stored)? * scale)?)?)
    }

    fn check(&self, name: &str, shape: &[usize]) -> Result<(), AdaptError> {
        let Some(module) = name.strip_suffix(".weight").map(module_of) else { return Ok(()) };
        let key = (self.component, module);
        let Some(pair) = self.shared.pairs.get(&key) else { return Ok(()) };
        self.shared.fits(&key.1, pair, shape)?;
        self.shared.merged.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
        Ok(())
    }
}

impl Pair {
    /// The rows of a tensor that are of this module. One of a single row is of all of them.
    fn cut(&self, tensor: Tensor) -> candle_core::Result<Tensor> {
        let count = tensor.dims().first().copied().unwrap_or(1);
        let Some(rows) = self.cut.rows(count).filter(|_| count > 1) else { return Ok(tensor) };
        let rows = rows.into_iter().map(|rows| tensor.narrow(0, rows.start, rows.len()));
        Tensor::cat(&rows.collect::<candle_core::Result<Vec<_>>>()?, 0)?.contiguous()
    }

    fn cut_shape(&self, mut shape: Vec<usize>) -> Vec<usize> {
        if let Some(count @ 2..) = shape.first_mut() {
            *count = self.cut.rows(*count).map_or(*count, |rows| rows.iter().map(Range::len).sum());
        }
        shape
    }
}

/// Both halves of a change, in f32.
struct Halves {
    up: Tensor,
    down: Tensor,
    factor: f64,
}

impl Halves {
    /// (out, in x ..)
    fn product(&self) -> candle_core::Result<Tensor> {
        let (rank, width) = (self.down.dim(0)?, self.up.dim(0)?);
        self.up.reshape((width, rank))?.matmul(&self.down.reshape((rank, ()))?)? * self.factor
    }
}

impl Shared {
    fn halves(
        &self,
        (component, module): &(Component, String),
        pair: &Pair,
        weight: &Tensor,
    ) -> Result<Halves, LoraError> {
        self.fits(module, pair, weight.dims())?;
        let (up, down) = (self.read(pair.up.as_deref())?, self.read(pair.down.as_deref())?);
        let rank = down.dims()[0] as f64;
        let alpha = match &pair.alpha {
            Some(key) => self.read(Some(key))?.flatten_all().and_then(|alpha| alpha.to_vec1::<f32>()),
            None => Ok(Vec::new()),
        };
        let alpha = alpha.ok().and_then(|alpha| alpha.first().copied()).map(f64::from);
        let factor = alpha.map_or_else(|| self.config.factor(*component, module, rank), |alpha| alpha / rank);
        Ok(Halves { up, down, factor })
    }

    /// Whether a pair is for a weight of this shape.
    fn fits(&self, module: &str, pair: &Pair, weight: &[usize]) -> Result<(), LoraError> {
        let shape = |key: &Option<String>| key.as_ref().and_then(|key| self.weights.shape(key)).unwrap_or_default();
        let (up, down) = (pair.cut_shape(shape(&pair.up)), shape(&pair.down));
        let magnitude = pair.magnitude.as_ref().and_then(|key| self.weights.shape(key));
        let magnitude = magnitude.map(|magnitude| pair.cut_shape(magnitude));
        if fits(weight, &up, &down) && magnitude.is_none_or(|magnitude| is_magnitude(&magnitude, weight)) {
            return Ok(());
        }
        let (file, module, actual) = (self.file.clone(), module.to_owned(), weight.to_vec());
        Err(LoraError::ShapeMismatch { file, module, actual, up, down })
    }

    fn read(&self, key: Option<&str>) -> Result<Tensor, LoraError> {
        let key = key.unwrap_or_default();
        Ok(self.weights.get(key, &self.weights.shape(key).unwrap_or_default())?)
    }
}

/// A weight (out, in, ..) whose rows, or else columns, are brought to the lengths that `DoRA` learnt: as many as there are rows, or one for each
/// column in a tensor whose first side is 1.
///
/// # Source
///
/// Liu et al., `DoRA`: weight-decomposed low-rank adaptation, 2024; for columns, `LyCORIS`.
fn rescaled(weight: &Tensor, magnitude: &Tensor) -> candle_core::Result<Tensor> {
    let by_row = magnitude.dim(0)? == weight.dim(0)?;
    let turned = if by_row { weight.clone() } else { weight.transpose(0, 1)?.contiguous()? };
    let rows = turned.flatten_from(1)?;
    let lengths = rows.sqr()?.sum_keepdim(1)?.sqrt()?.maximum(f64::from(f32::MIN_POSITIVE))?;
    let factors = magnitude.flatten_all()?.reshape(((), 1))?.div(&lengths)?;
    let scaled = rows.broadcast_mul(&factors)?.reshape(turned.shape())?;
    if by_row { Ok(scaled) } else { scaled.transpose(0, 1)?.contiguous() }
}

/// Whether `up` (out, rank, ..) times `down` (rank, in, ..) is as large as the weight (out, in, ..).
fn fits(weight: &[usize], up: &[usize], down: &[usize]) -> bool {
    let ([width, depth @ ..], [to, inner @ ..], [rank, from @ ..]) = (weight, up, down) else { return false };
    let count = |sides: &[usize]| sides.iter().product::<usize>();
    *rank > 0 && width == to && count(inner) == *rank && count(depth) == count(from)
}

/// Whether there is a length for each row of the weight, or for each column in a tensor whose first side is 1.
fn is_magnitude(magnitude: &[usize], weight: &[usize]) -> bool {
    let count: usize = magnitude.iter().product();
    match (magnitude, weight) {
        ([1, _, ..], [_, columns, ..]) if weight[0] != 1 => count == *columns,
        ([first, ..], [rows, ..]) => first == rows && count == *rows,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(tensor: &Tensor, dim: usize) -> Vec<f32> {
        tensor.sqr().unwrap().sum(dim).unwrap().sqrt().unwrap().to_vec1().unwrap()
    }

    #[test]
    fn rows_or_columns_get_the_lengths_that_were_learnt() {
        let weight = Tensor::new(&[[3.0_f32, 4.0, 0.0], [0.0, 6.0, 8.0]], &Device::Cpu).unwrap();
        let rows = Tensor::new(&[[1.0_f32], [2.0]], &Device::Cpu).unwrap();
        assert_eq!(lengths(&rescaled(&weight, &rows).unwrap(), 1), [1.0, 2.0]);
        let columns = Tensor::new(&[[1.0_f32, 2.0, 4.0]], &Device::Cpu).unwrap();
        assert_eq!(lengths(&rescaled(&weight, &columns).unwrap(), 0), [1.0, 2.0, 4.0]);
    }

    #[test]
    fn magnitudes_are_as_many_as_rows_or_columns() {
        assert!(is_magnitude(&[8], &[8, 4, 3, 3]) && is_magnitude(&[8, 1, 1, 1], &[8, 4, 3, 3]));
        assert!(is_magnitude(&[1, 4, 1, 1], &[8, 4, 3, 3]) && !is_magnitude(&[1, 8, 1, 1], &[8, 4, 3, 3]));
        assert!(!is_magnitude(&[4], &[8, 4]) && !is_magnitude(&[], &[8, 4]));
    }
}
