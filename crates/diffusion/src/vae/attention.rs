//! The middle of encoder and decoder.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Attention, AttentionConfig, GroupNorm, Linear, Mask};

use super::config::AutoencoderKlConfig;
use crate::block::ResnetBlock;
use crate::model_error::{ModelError, go_on};

/// Added to the variance by every norm of the autoencoder.
pub(crate) const EPS: f64 = 1e-6;

/// Names in files that older releases wrote.
const OLD_NAMES: [(&str, &str); 4] =
    [("to_q.", "query."), ("to_k.", "key."), ("to_v.", "value."), ("to_out.0.", "proj_attn.")];

/// A residual block, attention of each pixel to all, another residual block.
#[derive(Clone, Debug)]
pub(super) struct Middle {
    resnets: [ResnetBlock; 2],
    attention: Option<PixelAttention>,
}

impl Middle {
    pub(super) fn load(weights: &Weights, config: &AutoencoderKlConfig) -> Result<Self, WeightsError> {
        let weights = weights.pp("mid_block");
        let (channels, groups) = (config.deepest(), config.norm_num_groups);
        let resnet =
            |at: usize| ResnetBlock::load(&weights.pp("resnets").pp(at), (channels, channels), None, groups, EPS);
        let attention = weights.pp("attentions.0");
        let attention =
            config.mid_block_add_attention.then(|| PixelAttention::load(&attention, channels, groups)).transpose()?;
        Ok(Self { resnets: [resnet(0)?, resnet(1)?], attention })
    }

    /// Polls `stop` before each block.
    pub(super) fn forward(&self, input: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        go_on(stop)?;
        let mut state = self.resnets[0].forward(input, None)?;
        if let Some(attention) = &self.attention {
            go_on(stop)?;
            state = attention.forward(&state)?;
        }
        go_on(stop)?;
        Ok(self.resnets[1].forward(&state, None)?)
    }
}

/// `x + attention(norm(x))`, one head, each pixel a token.
#[derive(Clone, Debug)]
pub(crate) struct PixelAttention {
    norm: GroupNorm,
    attention: Attention,
}

impl PixelAttention {
    fn load(weights: &Weights, channels: usize, groups: usize) -> Result<Self, WeightsError> {
        let is_old = !weights.contains("to_q.weight") && weights.contains("query.weight");
        let named = if is_old { weights.renamed(OLD_NAMES) } else { weights.clone() };
        let linear = |name: &str| Linear::load(&named.pp(name), channels, channels, true);
        let projections = [linear("to_q")?, linear("to_k")?, linear("to_v")?, linear("to_out.0")?];
        let norm = GroupNorm::load(&weights.pp("group_norm"), channels, groups, EPS)?;
        Ok(Self { norm, attention: Attention::of_projections(projections, AttentionConfig::plain(channels, 1)) })
    }

    /// Under the names of the original code, where projections are convolutions of one pixel.
    pub(crate) fn load_original(weights: &Weights, channels: usize, groups: usize) -> Result<Self, WeightsError> {
        let point = |name: &str| Linear::load_point(&weights.pp(name), channels, channels, true);
        let projections = [point("q")?, point("k")?, point("v")?, point("proj_out")?];
        let norm = GroupNorm::load(&weights.pp("norm"), channels, groups, EPS)?;
        Ok(Self { norm, attention: Attention::of_projections(projections, AttentionConfig::plain(channels, 1)) })
    }

    pub(crate) fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        let tokens = self.norm.forward(input)?.flatten_from(2)?.transpose(1, 2)?.contiguous()?;
        let seen = self.attention.forward(&tokens, &Mask::None)?;
        seen.transpose(1, 2)?.reshape(input.shape())? + input
    }
}
