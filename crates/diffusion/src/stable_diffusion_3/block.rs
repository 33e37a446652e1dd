//! One block: picture and text are normed by the time, attend to each other and to themselves, and pass an MLP each.

use candle_core::{Result, Tensor};
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Activation, Gain, Linear, Mask, RmsNorm, Scaling, attend};

use super::config::TransformerConfig;
use crate::block::modulation::{modulated, normalised, parts};

/// Added to the mean square by the norms of queries and keys.
const EPS: f64 = 1e-6;
/// Parts of the time's vector for a stream with attention and MLP.
const PARTS: usize = 6;
/// Parts for one with a second attention as well.
const DUAL_PARTS: usize = 9;

/// Queries, keys and values with their norms, and what follows the attention.
#[derive(Clone, Debug)]
struct Heads {
    projections: [Linear; 3],
    norms: Option<[RmsNorm; 2]>,
    output: Option<Linear>,
    heads: usize,
    size: usize,
}

impl Heads {
    /// `names` are those of queries, keys, values, the norms of the first two, and the output.
    fn load(
        weights: &Weights,
        names: [&str; 6],
        config: &TransformerConfig,
        has_output: bool,
    ) -> std::result::Result<Self, WeightsError> {
        let (hidden, size) = (config.hidden(), config.attention_head_dim);
        let linear = |name: &str| Linear::load(&weights.pp(name), hidden, hidden, true);
        let norm = |name: &str| RmsNorm::load(&weights.pp(name), size, EPS, Gain::Weight);
        let [queries, keys, values, query_norm, key_norm, output] = names;
        let norms = match config.qk_norm {
            Some(_) => Some([norm(query_norm)?, norm(key_norm)?]),
            None => None,
        };
        Ok(Self {
            projections: [linear(queries)?, linear(keys)?, linear(values)?],
            norms,
            output: has_output.then(|| linear(output)).transpose()?,
            heads: config.num_attention_heads,
            size,
        })
    }

    /// Queries, keys and values, (batch, tokens, heads, size) each.
    fn split(&self, input: &Tensor) -> Result<[Tensor; 3]> {
        let (batch, tokens, _) = input.dims3()?;
        let project = |layer: &Linear| layer.forward(input)?.reshape((batch, tokens, self.heads, self.size));
        let [queries, keys, values] = &self.projections;
        let (mut queries, mut keys) = (project(queries)?, project(keys)?);
        if let Some([query_norm, key_norm]) = &self.norms {
            (queries, keys) = (query_norm.forward(&queries)?, key_norm.forward(&keys)?);
        }
        Ok([queries, keys, project(values)?])
    }

    fn leave(&self, seen: &Tensor) -> Result<Tensor> {
        self.output.as_ref().map_or_else(|| Ok(seen.clone()), |output| output.forward(&seen.contiguous()?))
    }
}

const PICTURE: [&str; 6] = ["to_q", "to_k", "to_v", "norm_q", "norm_k", "to_out.0"];
const TEXT: [&str; 6] = ["add_q_proj", "add_k_proj", "add_v_proj", "norm_added_q", "norm_added_k", "to_add_out"];

/// `net.2(gelu(net.0.proj(x)))`.
#[derive(Clone, Debug)]
struct Mlp {
    widen: Linear,
    narrow: Linear,
}

impl Mlp {
    fn load(weights: &Weights, hidden: usize) -> std::result::Result<Self, WeightsError> {
        Ok(Self {
            widen: Linear::load(&weights.pp("net.0.proj"), hidden, 4 * hidden, true)?,
            narrow: Linear::load(&weights.pp("net.2"), 4 * hidden, hidden, true)?,
        })
    }

    /// `x + gate mlp(norm(x))`, the norm shifted and scaled.
    fn forward(&self, input: &Tensor, [shift, scale, gate]: [&Tensor; 3]) -> Result<Tensor> {
        let normal = modulated(&normalised(input)?, shift, scale)?;
        let output = self.narrow.forward(&self.widen.forward_activated(&normal, Activation::GeluTanh)?)?;
        output.broadcast_mul(gate)? + input
    }
}

/// A block of the transformer.
#[derive(Clone, Debug)]
pub(super) struct Block {
    picture_time: Linear,
    text_time: Linear,
    picture: Heads,
    text: Heads,
    alone: Option<Heads>,
    picture_mlp: Mlp,
    /// None in the last block, behind which nobody asks for the text.
    text_mlp: Option<Mlp>,
}

impl Block {
    pub(super) fn load(
        weights: &Weights,
        config: &TransformerConfig,
        at: usize,
    ) -> std::result::Result<Self, WeightsError> {
        let (weights, hidden) = (weights.pp("transformer_blocks").pp(at), config.hidden());
        let (is_dual, is_last) = (config.dual_attention_layers.contains(&at), at + 1 == config.num_layers);
        let time = |name: &str, parts| Linear::load(&weights.pp(name).pp("linear"), hidden, parts * hidden, true);
        let attention = weights.pp("attn");
        let alone = is_dual.then(|| Heads::load(&weights.pp("attn2"), PICTURE, config, true));
        Ok(Self {
            picture_time: time("norm1", if is_dual { DUAL_PARTS } else { PARTS })?,
            text_time: time("norm1_context", if is_last { 2 } else { PARTS })?,
            picture: Heads::load(&attention, PICTURE, config, true)?,
            text: Heads::load(&attention, TEXT, config, !is_last)?,
            alone: alone.transpose()?,
            picture_mlp: Mlp::load(&weights.pp("ff"), hidden)?,
            text_mlp: (!is_last).then(|| Mlp::load(&weights.pp("ff_context"), hidden)).transpose()?,
        })
    }

    /// Picture and text behind the block.
    ///
    /// # Shapes
    ///
    /// - `picture`: (batch, patches, hidden), `text`: (batch, words, hidden)
    /// - `time`: (batch, hidden), activated
    pub(super) fn forward(&self, picture: &Tensor, text: &Tensor, time: &Tensor) -> Result<(Tensor, Tensor)> {
        let by_time = parts(&self.picture_time.forward(time)?, if self.alone.is_some() { DUAL_PARTS } else { PARTS })?;
        let text_by_time = parts(&self.text_time.forward(time)?, if self.text_mlp.is_some() { PARTS } else { 2 })?;
        let normal = normalised(picture)?;
        // The last block's vector has the scale first.
        let (shift, scale) = if self.text_mlp.is_some() { (0, 1) } else { (1, 0) };
        let normal_text = modulated(&normalised(text)?, &text_by_time[shift], &text_by_time[scale])?;
        let (seen, seen_text) = self.attend(&modulated(&normal, &by_time[0], &by_time[1])?, &normal_text)?;
        let mut state = (picture + seen.broadcast_mul(&by_time[2])?)?;
        if let (Some(alone), [shift, scale, gate]) = (&self.alone, &by_time[PARTS..]) {
            let [queries, keys, values] = alone.split(&modulated(&normal, shift, scale)?)?;
            let seen = attend(&queries, &keys, &values, &Mask::None, Scaling::of_head(alone.size))?;
            state = (state + alone.leave(&seen)?.broadcast_mul(gate)?)?;
        }
        let state = self.picture_mlp.forward(&state, [&by_time[3], &by_time[4], &by_time[5]])?;
        let Some(mlp) = &self.text_mlp else { return Ok((state, text.clone())) };
        let text = (text + seen_text.broadcast_mul(&text_by_time[2])?)?;
        Ok((state, mlp.forward(&text, [&text_by_time[3], &text_by_time[4], &text_by_time[5]])?))
    }

    /// Attention of both to both.
    fn attend(&self, picture: &Tensor, text: &Tensor) -> Result<(Tensor, Tensor)> {
        let (patches, words) = (picture.dim(1)?, text.dim(1)?);
        let (of_picture, of_text) = (self.picture.split(picture)?, self.text.split(text)?);
        let both = |at: usize| Tensor::cat(&[&of_picture[at], &of_text[at]], 1);
        let seen = attend(&both(0)?, &both(1)?, &both(2)?, &Mask::None, Scaling::of_head(self.picture.size))?;
        let picture = self.picture.leave(&seen.narrow(1, 0, patches)?)?;
        Ok((picture, self.text.leave(&seen.narrow(1, patches, words)?)?))
    }
}
