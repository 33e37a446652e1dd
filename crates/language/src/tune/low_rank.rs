//! Changes of low rank: beside a frozen layer, two small matrices that are learnt.

use std::sync::{Arc, Mutex, PoisonError};

use linocut_nn::candle_core::{DType, Result, Tensor, Var};
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Format, Linear, Matrix};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::error::TuneError;

/// Which layers get a change of low rank, and how large it is.
#[derive(Clone, PartialEq, Debug)]
pub struct LowRank {
    /// Rank of the change. Default: 8.
    pub rank: usize,
    /// The change is multiplied by `alpha / rank`. Default: 16.
    pub alpha: f64,
    /// Last parts of the names of the layers. Default: all seven of a decoder.
    pub targets: Vec<String>,
}

/// The linear layers of a decoder.
pub(super) const LAYERS: [&str; 7] = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

impl Default for LowRank {
    fn default() -> Self {
        Self { rank: 8, alpha: 16.0, targets: LAYERS.map(str::to_owned).to_vec() }
    }
}

impl LowRank {
    /// What the change is multiplied by.
    #[must_use]
    pub fn scale(&self) -> f64 {
        self.alpha / self.rank as f64
    }

    /// Checks the ranges, and that a model has such layers.
    pub(super) fn check(&self) -> std::result::Result<(), TuneError> {
        let wrong = |field, expected, actual| Err(TuneError::Option { field, expected, actual });
        if !(1..=1024).contains(&self.rank) {
            return wrong("rank", "1 to 1024", self.rank.to_string());
        }
        if !(self.alpha.is_finite() && self.alpha > 0.0) {
            return wrong("alpha", "above 0", self.alpha.to_string());
        }
        if self.targets.is_empty() {
            return wrong("targets", "at least one layer", "empty".to_owned());
        }
        let unknown = self.targets.iter().find(|target| !LAYERS.contains(&target.as_str()));
        match unknown {
            Some(module) => Err(TuneError::Module { module: module.clone(), layers: LAYERS.join(", ") }),
            None => Ok(()),
        }
    }
}

/// The two matrices of a layer, by its name in the file: (rank, in) and (out, rank).
pub(super) type Factors = (String, Var, Var);

/// Puts changes beside the layers that are to have one, as a model is wired.
#[derive(Debug)]
pub(super) struct LowRankFormat {
    low_rank: LowRank,
    lot: Mutex<Pcg64Mcg>,
    made: Mutex<Vec<Factors>>,
}

impl LowRankFormat {
    pub(super) fn new(low_rank: LowRank, seed: u64) -> Self {
        Self { low_rank, lot: Mutex::new(Pcg64Mcg::seed_from_u64(seed)), made: Mutex::new(Vec::new()) }
    }

    /// All that were made, in the order of the layers.
    pub(super) fn factors(&self) -> Vec<Factors> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// peft's start: the first uniform within one over the root of the inputs, the second zero, so that nothing changes yet.
    fn begin(&self, weights: &Weights, (width, depth): (usize, usize)) -> Result<(Var, Var)> {
        let (rank, bound) = (self.low_rank.rank, 1.0 / (depth as f32).sqrt());
        let mut lot = self.lot.lock().unwrap_or_else(PoisonError::into_inner);
        let values: Vec<f32> = (0..rank * depth).map(|_| lot.random_range(-bound..bound)).collect();
        let first = Tensor::from_vec(values, (rank, depth), weights.device())?;
        let second = Var::zeros((width, rank), DType::F32, weights.device())?;
        Ok((Var::from_tensor(&first)?, second))
    }
}

impl Format for LowRankFormat {
    fn is_in_file(&self, weights: &Weights) -> bool {
        let name = weights.layer().rsplit('.').next().unwrap_or_default();
        !weights.is_blank() && self.low_rank.targets.iter().any(|target| target == name)
    }

    fn read(
        &self,
        weights: &Weights,
        (width, depth): (usize, usize),
    ) -> std::result::Result<Arc<dyn Matrix>, WeightsError> {
        let base = Linear::load(&weights.without_formats(), depth, width, false)?;
        let failed = |source| WeightsError::Convert {
            file: "low-rank change".into(),
            tensor: weights.layer().to_owned(),
            source: Box::new(source),
        };
        let (first, second) = self.begin(weights, (width, depth)).map_err(failed)?;
        let factors = (weights.layer().to_owned(), first.clone(), second.clone());
        self.made.lock().unwrap_or_else(PoisonError::into_inner).push(factors);
        Ok(Arc::new(Changed { base, first, second, scale: self.low_rank.scale() }))
    }
}

/// A frozen layer with its change.
#[derive(Debug)]
struct Changed {
    base: Linear,
    first: Var,
    second: Var,
    scale: f64,
}

impl Matrix for Changed {
    fn size(&self) -> (usize, usize) {
        (self.base.width(), self.base.depth())
    }

    fn bytes(&self) -> u64 {
        ((self.first.elem_count() + self.second.elem_count()) * DType::F32.size_in_bytes()) as u64
    }

    fn multiply(&self, input: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        let whole = self.base.forward(input)?;
        let rows = input.reshape(((), self.base.depth()))?.to_dtype(DType::F32)?;
        let change = rows.matmul(&self.first.t()?)?.matmul(&self.second.t()?)?;
        let sum = (whole.to_dtype(DType::F32)? + (change * self.scale)?.reshape(whole.shape())?)?;
        let sum = match bias {
            Some(bias) => sum.broadcast_add(&bias.to_dtype(DType::F32)?)?,
            None => sum,
        };
        sum.to_dtype(input.dtype())
    }
}
