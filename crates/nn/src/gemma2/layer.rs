//! One layer of Gemma 2.

use candle_core::{Result, Tensor};

use super::config::Gemma2Config;
use super::gate::gated;
use super::rotary::Rotary;
use crate::weights::{Weights, WeightsError};
use crate::{Gain, Linear, Mask, RmsNorm, Scaling, attend};

/// Keys and values of the tokens so far: each batch x tokens x groups x head.
pub(super) type Seen = Option<(Tensor, Tensor)>;

/// `x + norm(attention(norm(x)))`, then `x + norm(mlp(norm(x)))`.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    before_attention: RmsNorm,
    queries: Linear,
    keys: Linear,
    values: Linear,
    output: Linear,
    after_attention: RmsNorm,
    before_mlp: RmsNorm,
    gate: Linear,
    up: Linear,
    down: Linear,
    after_mlp: RmsNorm,
    head: usize,
    scaling: Scaling,
}

impl Layer {
    pub(super) fn load(weights: &Weights, config: &Gemma2Config) -> std::result::Result<Self, WeightsError> {
        let hidden = config.hidden_size;
        let wide = config.num_attention_heads * config.head_dim;
        let narrow = config.num_key_value_heads * config.head_dim;
        let norm = |name: &str| RmsNorm::load(&weights.pp(name), hidden, config.rms_norm_eps, Gain::OnePlusWeight);
        let linear = |name: &str, depth, width| Linear::load(&weights.pp(name), depth, width, false);
        Ok(Self {
            before_attention: norm("input_layernorm")?,
            queries: linear("self_attn.q_proj", hidden, wide)?,
            keys: linear("self_attn.k_proj", hidden, narrow)?,
            values: linear("self_attn.v_proj", hidden, narrow)?,
            output: linear("self_attn.o_proj", wide, hidden)?,
            after_attention: norm("post_attention_layernorm")?,
            before_mlp: norm("pre_feedforward_layernorm")?,
            gate: linear("mlp.gate_proj", hidden, config.intermediate_size)?,
            up: linear("mlp.up_proj", hidden, config.intermediate_size)?,
            down: linear("mlp.down_proj", config.intermediate_size, hidden)?,
            after_mlp: norm("post_feedforward_layernorm")?,
            head: config.head_dim,
            scaling: Scaling {
                scale: 1.0 / config.query_pre_attn_scalar.sqrt(),
                soft_cap: Some(config.attn_logit_softcapping),
            },
        })
    }

    /// Applies the layer to batch x tokens x hidden, the tokens after those of `seen`, which grows if `keeps`; `mask` says who
    /// sees whom.
    pub(super) fn forward(
        &self,
        input: &Tensor,
        rotary: &Rotary,
        mask: &Mask,
        seen: &mut Seen,
        keeps: bool,
    ) -> Result<Tensor> {
        let attended = self.attend(&self.before_attention.forward(input)?, rotary, mask, seen, keeps)?;
        let middle = (input + self.after_attention.forward(&attended)?)?;
        drop(attended);
        let inner = self.before_mlp.forward(&middle)?;
        let gated = gated(&self.gate.forward(&inner)?, &self.up.forward(&inner)?)?;
        middle + self.after_mlp.forward(&self.down.forward(&gated)?)?
    }

    fn attend(&self, input: &Tensor, rotary: &Rotary, mask: &Mask, seen: &mut Seen, keeps: bool) -> Result<Tensor> {
        let (batch, tokens, _) = input.dims3()?;
        let split = |tensor: Tensor| tensor.reshape((batch, tokens, (), self.head));
        let queries = rotary.forward(&split(self.queries.forward(input)?)?)?;
        let keys = rotary.forward(&split(self.keys.forward(input)?)?)?;
        let values = split(self.values.forward(input)?)?;
        let (keys, values) = match seen.take() {
            Some((old_keys, old_values)) => {
                (Tensor::cat(&[&old_keys, &keys], 1)?, Tensor::cat(&[&old_values, &values], 1)?)
            }
            None => (keys, values),
        };
        let means = attend(&queries, &keys, &values, mask, self.scaling)?;
        if keeps {
            *seen = Some((keys, values));
        }
        self.output.forward(&means)
    }
}
