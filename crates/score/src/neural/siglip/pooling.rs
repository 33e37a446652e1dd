//! The head of SigLIP's picture tower: one learnt query looks at all patches.

use candle_core::Tensor;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Attention, AttentionConfig, LayerNorm, Linear, Mask, Mlp};

use super::config::SiglipVisionConfig;

/// Attention pooling.
#[derive(Clone, Debug)]
pub(super) struct AttentionPooling {
    probe: Tensor,
    attention: Attention,
    norm: LayerNorm,
    mlp: Mlp,
}

impl AttentionPooling {
    pub(super) fn load(weights: &Weights, config: &SiglipVisionConfig) -> Result<Self, WeightsError> {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        Ok(Self {
            probe: weights.get_computed("probe", &[1, 1, hidden])?,
            attention: attention(&weights.pp("attention"), hidden, config.num_attention_heads)?,
            norm: LayerNorm::load(&weights.pp("layernorm"), hidden, config.layer_norm_eps)?,
            mlp: Mlp::load(&weights.pp("mlp"), hidden, inner, config.hidden_act)?,
        })
    }

    /// (pictures, patches, hidden) to (pictures, hidden).
    pub(super) fn forward(&self, patches: &Tensor) -> candle_core::Result<Tensor> {
        let (pictures, _, hidden) = patches.dims3()?;
        let probe = self.probe.expand((pictures, 1, hidden))?.contiguous()?;
        let seen = self.attention.forward_over(&probe, patches, &Mask::None)?;
        (self.mlp.forward(&self.norm.forward(&seen)?)? + seen)?.squeeze(1)
    }
}

/// Attention whose file holds the projections of queries, keys and values in one piece.
fn attention(weights: &Weights, hidden: usize, heads: usize) -> Result<Attention, WeightsError> {
    let [queries, keys, values] = Linear::load_parts(weights, ("in_proj_weight", "in_proj_bias"), hidden, hidden)?;
    let output = Linear::load(&weights.pp("out_proj"), hidden, hidden, true)?;
    Ok(Attention::of_projections([queries, keys, values, output], AttentionConfig::plain(hidden, heads)))
}
