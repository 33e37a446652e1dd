//! Linear attention that also sees through convolutions, channels last.

use candle_core::{D, Result, Tensor};
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{ChannelNorm, DepthwiseConv, GatedConv, GroupedLinear, Linear, attend_linearly};

use super::config::StageConfig;
use super::stage::EPS;

/// What the MLP is wider than the state.
const EXPANSION: usize = 4;

/// Attention of all pixels to each other, then an MLP that sees neighbours.
#[derive(Clone, Debug)]
pub(super) struct AttentionBlock {
    /// Of queries, keys and values.
    parts: [Linear; 3],
    scales: Vec<(DepthwiseConv, GroupedLinear)>,
    output: Linear,
    norm: ChannelNorm,
    mlp: GatedConv,
    mlp_norm: ChannelNorm,
    head: usize,
}

impl AttentionBlock {
    pub(super) fn load(weights: &Weights, stage: &StageConfig) -> std::result::Result<Self, WeightsError> {
        let StageConfig { channels, head, ref scales, .. } = *stage;
        let (attention, mlp) = (weights.pp("attn"), weights.pp("conv_out"));
        let heads = channels / head;
        let inner = heads * head;
        let part = |name: &str| Linear::load(&attention.pp(name), channels, inner, false);
        let scale = |(at, side): (usize, &usize)| {
            let weights = attention.pp("to_qkv_multiscale").pp(at);
            let spread = DepthwiseConv::load(&weights.pp("proj_in"), 3 * inner, *side, false)?;
            Ok((spread, GroupedLinear::load(&weights.pp("proj_out"), 3 * heads, (head, head))?))
        };
        Ok(Self {
            parts: [part("to_q")?, part("to_k")?, part("to_v")?],
            scales: scales.iter().enumerate().map(scale).collect::<std::result::Result<_, WeightsError>>()?,
            output: Linear::load(&attention.pp("to_out"), inner * (1 + scales.len()), channels, false)?,
            norm: ChannelNorm::load(&attention.pp("norm_out"), channels, EPS)?,
            mlp: GatedConv::load(&mlp, channels, EXPANSION * channels)?,
            mlp_norm: ChannelNorm::load(&mlp.pp("norm"), channels, EPS)?,
            head,
        })
    }

    /// The state behind the block, (batch, height, width, channels).
    pub(super) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let state = (self.norm.forward_last(&self.attend(input)?)? + input)?;
        self.mlp_norm.forward_last(&self.mlp.forward(&state)?)? + state
    }

    /// Queries, keys and values stand behind each other as they were trained: each head takes the next three vectors of them all, so that
    /// the first third of the heads is made of queries alone.
    fn attend(&self, input: &Tensor) -> Result<Tensor> {
        let (batch, height, width, _) = input.dims4()?;
        let [queries, keys, values] = &self.parts;
        let plain = [queries.forward(input)?, keys.forward(input)?, values.forward(input)?];
        let plain = Tensor::cat(&plain, D::Minus1)?;
        let mut all = vec![plain.clone()];
        for (spread, mix) in &self.scales {
            all.push(mix.forward(&spread.forward(&plain)?)?);
        }
        let vectors = Tensor::cat(&all, D::Minus1)?.reshape((batch, height * width, (), 3 * self.head))?;
        let part = |at: usize| vectors.narrow(D::Minus1, at * self.head, self.head);
        let seen = attend_linearly(&part(0)?, &part(1)?, &part(2)?)?;
        self.output.forward(&seen.reshape((batch, height, width, ()))?)
    }
}
