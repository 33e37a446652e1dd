//! One layer of a decoder.

use candle_core::{Result, Tensor};

use super::cache::Seen;
use super::config::DecoderConfig;
use crate::weights::{Weights, WeightsError};
use crate::{GatedMlp, Linear, Mask, RmsNorm, Rotary, Scaling, attend};

/// `x + attention(norm(x))`, then `x + mlp(norm(x))`; in some models with a norm behind each.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    /// Before attention and MLP.
    norms: [RmsNorm; 2],
    norms_behind: Option<[RmsNorm; 2]>,
    /// Queries, keys, values, output.
    attention: [Linear; 4],
    /// Of queries and keys.
    head_norms: Option<[RmsNorm; 2]>,
    mlp: GatedMlp,
    head: usize,
    scaling: Scaling,
}

impl Layer {
    pub(super) fn load(weights: &Weights, config: &DecoderConfig) -> std::result::Result<Self, WeightsError> {
        let DecoderConfig { hidden, head, eps, gain, .. } = *config;
        let (wide, narrow) = (config.heads * head, config.groups * head);
        let norm = |name: &str, size| RmsNorm::load(&weights.pp(name), size, eps, gain);
        let norms = |names: [&str; 2], size| Ok([norm(names[0], size)?, norm(names[1], size)?]);
        let before_mlp = if config.norms_behind { "pre_feedforward_layernorm" } else { "post_attention_layernorm" };
        let behind = ["post_attention_layernorm", "post_feedforward_layernorm"];
        let head_norms = ["self_attn.q_norm", "self_attn.k_norm"];
        let linear = |name: &str, depth, width, bias| Linear::load(&weights.pp(name), depth, width, bias);
        let (inner, activation) = (config.inner, config.activation);
        let mlp = match config.fused_gate {
            true => GatedMlp::load_fused(weights, ["mlp.gate_up_proj", "mlp.down_proj"], (hidden, inner), activation),
            false => {
                let names = ["mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"];
                GatedMlp::load(weights, names, (hidden, inner), activation)
            }
        };
        Ok(Self {
            norms: norms(["input_layernorm", before_mlp], hidden)?,
            norms_behind: config.norms_behind.then(|| norms(behind, hidden)).transpose()?,
            attention: [
                linear("self_attn.q_proj", hidden, wide, config.bias)?,
                linear("self_attn.k_proj", hidden, narrow, config.bias)?,
                linear("self_attn.v_proj", hidden, narrow, config.bias)?,
                linear("self_attn.o_proj", wide, hidden, false)?,
            ],
            head_norms: config.head_norms.then(|| norms(head_norms, head)).transpose()?,
            mlp: mlp?,
            head,
            scaling: config.scaling,
        })
    }

    /// Applies the layer to batch x tokens x hidden, behind the tokens of `seen`, which takes them in if there is one and makes
    /// room for so many; `mask` says who sees whom.
    pub(super) fn forward(
        &self,
        input: &Tensor,
        rotary: &Rotary,
        mask: &Mask,
        seen: Option<(&mut Seen, usize)>,
    ) -> Result<Tensor> {
        let [before_attention, before_mlp] = &self.norms;
        let attended = self.attend(&before_attention.forward(input)?, rotary, mask, seen)?;
        let middle = (input + self.behind(0, attended)?)?;
        let thought = self.mlp.forward(&before_mlp.forward(&middle)?)?;
        middle + self.behind(1, thought)?
    }

    fn behind(&self, at: usize, output: Tensor) -> Result<Tensor> {
        match &self.norms_behind {
            Some(norms) => norms[at].forward(&output),
            None => Ok(output),
        }
    }

    fn attend(&self, input: &Tensor, rotary: &Rotary, mask: &Mask, seen: Option<(&mut Seen, usize)>) -> Result<Tensor> {
        let (batch, tokens, _) = input.dims3()?;
        let [queries, keys, values, output] = &self.attention;
        let split = |layer: &Linear| layer.forward(input)?.reshape((batch, tokens, (), self.head));
        let (mut queries, mut keys) = (split(queries)?, split(keys)?);
        if let Some([of_queries, of_keys]) = &self.head_norms {
            (queries, keys) = (of_queries.forward(&queries)?, of_keys.forward(&keys)?);
        }
        let (queries, keys, values) = (rotary.forward(&queries)?, rotary.forward(&keys)?, split(values)?);
        let (keys, values) = match seen {
            Some((seen, room)) => seen.extend(&keys, &values, room)?,
            None => (keys, values),
        };
        output.forward(&attend(&queries, &keys, &values, mask, self.scaling)?)
    }
}
