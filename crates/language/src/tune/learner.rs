//! A network of which something is learnt, and the loss of a batch.

use std::path::Path;
use std::sync::Arc;

use linocut_nn::candle_core::backprop::GradStore;
use linocut_nn::candle_core::{DType, Device, Tensor, Var};
use linocut_nn::weights::Weights;

use super::all_weights::AllWeights;
use super::batch::Batch;
use super::error::TuneError;
use super::low_rank::{LowRank, LowRankFormat};
use crate::model::{Causal, CausalConfig};

/// What is learnt of a model.
#[derive(Clone, PartialEq, Debug)]
pub enum Learn {
    /// Changes of low rank beside frozen weights.
    LowRank(LowRank),
    /// Every weight.
    All,
}

impl Default for Learn {
    fn default() -> Self {
        Self::LowRank(LowRank::default())
    }
}

/// A network with the variables that are learnt.
#[derive(Debug)]
pub(super) struct Learner {
    network: Causal,
    /// Names as they are in checkpoints and adapters.
    pub(super) variables: Vec<(String, Var)>,
    device: Device,
}

/// peft's names of the two matrices of a layer.
pub(super) fn peft_names(layer: &str) -> [String; 2] {
    ["lora_A", "lora_B"].map(|factor| format!("base_model.model.{layer}.{factor}.weight"))
}

impl Learner {
    pub(super) fn open(weights: &Weights, config: &CausalConfig, learn: &Learn, seed: u64) -> Result<Self, TuneError> {
        let device = weights.device().clone();
        match learn {
            Learn::LowRank(low_rank) => {
                low_rank.check()?;
                let format = Arc::new(LowRankFormat::new(low_rank.clone(), seed));
                let network = Causal::load(&weights.with_format(Arc::<LowRankFormat>::clone(&format)), config)?;
                let named = format.factors().into_iter().flat_map(|(layer, first, second)| {
                    let [of_first, of_second] = peft_names(&layer);
                    [(of_first, first), (of_second, second)]
                });
                Ok(Self { network, variables: named.collect(), device })
            }
            Learn::All => {
                let all = Arc::new(AllWeights::default());
                let network = Causal::load(&weights.adapted([Arc::<AllWeights>::clone(&all) as _]), config)?;
                Ok(Self { network, variables: all.variables(), device })
            }
        }
    }

    /// The sum of the cross-entropies of a batch's answers, in nats, with what its gradient follows from.
    pub(super) fn loss(&self, batch: &Batch) -> Result<Tensor, TuneError> {
        let ids = Tensor::from_slice(&batch.ids, (batch.rows, batch.length), &self.device)?;
        let places = Tensor::from_slice(&batch.places, batch.places.len(), &self.device)?;
        let targets = Tensor::from_slice(&batch.targets, (batch.targets.len(), 1), &self.device)?;
        let logits = self.network.logits_at(&ids, &places)?;
        let shifted = logits.broadcast_sub(&logits.max_keepdim(1)?.detach())?;
        let sums = shifted.exp()?.sum_keepdim(1)?.log()?;
        Ok((sums - shifted.gather(&targets, 1)?)?.sum_all()?)
    }
}

/// The gradients of variables, summed over parts of a batch.
#[derive(Debug)]
pub(super) struct Gradients(pub(super) Vec<Tensor>);

impl Gradients {
    pub(super) fn zero(variables: &[(String, Var)]) -> Result<Self, TuneError> {
        let zeros = variables.iter().map(|(_, variable)| variable.zeros_like());
        Ok(Self(zeros.collect::<Result<_, _>>()?))
    }

    pub(super) fn add(&mut self, variables: &[(String, Var)], part: &GradStore, factor: f64) -> Result<(), TuneError> {
        for (sum, (_, variable)) in self.0.iter_mut().zip(variables) {
            if let Some(gradient) = part.get(variable) {
                *sum = (&*sum + (gradient.detach() * factor)?)?;
            }
        }
        Ok(())
    }

    /// The root of the sum of squares.
    pub(super) fn norm(&self) -> Result<f64, TuneError> {
        let mut sum = 0.0;
        for gradient in &self.0 {
            sum += f64::from(gradient.sqr()?.sum_all()?.to_dtype(DType::F32)?.to_scalar::<f32>()?);
        }
        Ok(sum.sqrt())
    }
}

/// Refuses folders whose weights are in few bits.
pub(super) fn refuse_packed(weights: &Weights, folder: &Path) -> Result<(), TuneError> {
    let is_packed = |name: &String| [".absmax", ".quant_map", "._data"].iter().any(|ending| name.ends_with(ending));
    if weights.names().iter().any(is_packed) {
        return Err(TuneError::Packed { folder: folder.to_owned() });
    }
    Ok(())
}
