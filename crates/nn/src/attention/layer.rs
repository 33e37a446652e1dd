//! The attention layer.

use candle_core::Tensor;

use super::attend::{Scaling, attend};
use super::mask::Mask;
use crate::linear::Linear;
use crate::weights::{Weights, WeightsError};

/// Shape of an attention layer.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct AttentionConfig {
    /// Length of the vectors that come and go.
    pub hidden: usize,
    /// Number of query heads, at least 1.
    pub heads: usize,
    /// Number of key and value heads; divides `heads`. Equal to it without sharing.
    pub groups: usize,
    /// Length of a head's vectors.
    pub head_size: usize,
    /// Whether the projections have a bias.
    pub bias: bool,
    /// What happens to scores.
    pub scaling: Scaling,
}

impl AttentionConfig {
    /// As in CLIP and SigLIP: every head has its own keys, heads share `hidden` equally, all projections have a bias.
    pub fn plain(hidden: usize, heads: usize) -> Self {
        let head_size = hidden / heads.max(1);
        Self { hidden, heads, groups: heads, head_size, bias: true, scaling: Scaling::of_head(head_size) }
    }
}

/// Attention with projections of queries, keys, values and output.
///
/// # Shapes
///
/// - input: (batch, n, hidden), context: (batch, m, hidden)
/// - output: (batch, n, hidden)
#[derive(Clone, Debug)]
pub struct Attention {
    queries: Linear,
    keys: Linear,
    values: Linear,
    output: Linear,
    config: AttentionConfig,
}

impl Attention {
    /// Loads `q_proj`, `k_proj`, `v_proj` and `out_proj`; files with other names come through [`Weights::renamed`].
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, config: AttentionConfig) -> Result<Self, WeightsError> {
        let (wide, narrow) = (config.heads * config.head_size, config.groups * config.head_size);
        let linear = |name: &str, depth, width| Linear::load(&weights.pp(name), depth, width, config.bias);
        Ok(Self {
            queries: linear("q_proj", config.hidden, wide)?,
            keys: linear("k_proj", config.hidden, narrow)?,
            values: linear("v_proj", config.hidden, narrow)?,
            output: linear("out_proj", wide, config.hidden)?,
            config,
        })
    }

    /// A layer of projections in hand.
    pub fn of_projections([queries, keys, values, output]: [Linear; 4], config: AttentionConfig) -> Self {
        Self { queries, keys, values, output, config }
    }

    /// Attention of the input to itself.
    ///
    /// # Errors
    ///
    /// When the input's shape does not fit.
    pub fn forward(&self, input: &Tensor, mask: &Mask) -> candle_core::Result<Tensor> {
        self.forward_over(input, input, mask)
    }

    /// Attention of the input to a context.
    ///
    /// # Errors
    ///
    /// When a shape does not fit.
    pub fn forward_over(&self, input: &Tensor, context: &Tensor, mask: &Mask) -> candle_core::Result<Tensor> {
        let AttentionConfig { heads, groups, head_size, scaling, .. } = self.config;
        let queries = split(&self.queries.forward(input)?, heads, head_size)?;
        let keys = split(&self.keys.forward(context)?, groups, head_size)?;
        let values = split(&self.values.forward(context)?, groups, head_size)?;
        self.output.forward(&attend(&queries, &keys, &values, mask, scaling)?)
    }
}

/// (batch, n, heads x size) to (batch, n, heads, size).
fn split(vectors: &Tensor, heads: usize, size: usize) -> candle_core::Result<Tensor> {
    let (batch, tokens, _) = vectors.dims3()?;
    vectors.reshape((batch, tokens, heads, size))
}
