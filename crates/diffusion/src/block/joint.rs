//! Joint attention: two streams of tokens, each with layers of its own, attend to each other and to themselves.

use candle_core::{Result, Tensor};
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Activation, Gain, Linear, Mask, RmsNorm, Rotary, Scaling, attend, normalised};

use super::modulation::{self, modulated};

/// Added to the mean square by the norms of queries and keys.
const EPS: f64 = 1e-6;

/// Names of a stream's layers: queries, keys, values, the norms of the first two, and the output.
pub(crate) type Names = [&'static str; 6];
/// Those of the picture's stream, and of a stream alone.
pub(crate) const PICTURE: Names = ["to_q", "to_k", "to_v", "norm_q", "norm_k", "to_out.0"];
/// Those of the text's stream.
pub(crate) const TEXT: Names = ["add_q_proj", "add_k_proj", "add_v_proj", "norm_added_q", "norm_added_k", "to_add_out"];

/// How queries and keys are normed, each head's vector alone.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum HeadNorm {
    None,
    /// By the mean square, with a gain.
    Rms,
    /// By mean and variance, to which this is added, without a gain.
    Plain(f64),
}

/// How many heads of which size there are, and what goes with them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeadsConfig {
    pub(crate) heads: usize,
    pub(crate) size: usize,
    pub(crate) norm: HeadNorm,
    /// Whether there is a layer behind the attention.
    pub(crate) has_output: bool,
}

/// Queries, keys and values with their norms, and what follows the attention.
#[derive(Clone, Debug)]
pub(crate) struct Heads {
    projections: [Linear; 3],
    norm: HeadNorm,
    /// Of queries and keys, if they have gains.
    gains: Option<[RmsNorm; 2]>,
    output: Option<Linear>,
    heads: usize,
    size: usize,
}

impl Heads {
    pub(crate) fn load(
        weights: &Weights,
        names: Names,
        config: HeadsConfig,
    ) -> std::result::Result<Self, WeightsError> {
        let HeadsConfig { heads, size, norm: kind, has_output } = config;
        let hidden = heads * size;
        let linear = |name: &str| Linear::load(&weights.pp(name), hidden, hidden, true);
        let norm = |name: &str| RmsNorm::load(&weights.pp(name), size, EPS, Gain::Weight);
        let [queries, keys, values, query_norm, key_norm, output] = names;
        let gains = if kind == HeadNorm::Rms { Some([norm(query_norm)?, norm(key_norm)?]) } else { None };
        let projections = [linear(queries)?, linear(keys)?, linear(values)?];
        let output = has_output.then(|| linear(output)).transpose()?;
        Ok(Self { projections, norm: kind, gains, output, heads, size })
    }

    /// Queries, keys and values, (batch, tokens, heads, size) each.
    fn split(&self, input: &Tensor) -> Result<[Tensor; 3]> {
        let (batch, tokens, _) = input.dims3()?;
        let project = |layer: &Linear| layer.forward(input)?.reshape((batch, tokens, self.heads, self.size));
        let [queries, keys, values] = &self.projections;
        let (mut queries, mut keys) = (project(queries)?, project(keys)?);
        if let Some([query_norm, key_norm]) = &self.gains {
            (queries, keys) = (query_norm.forward(&queries)?, key_norm.forward(&keys)?);
        } else if let HeadNorm::Plain(eps) = self.norm {
            (queries, keys) = (normalised(&queries, eps)?, normalised(&keys, eps)?);
        }
        Ok([queries, keys, project(values)?])
    }

    fn leave(&self, seen: &Tensor) -> Result<Tensor> {
        self.output.as_ref().map_or_else(|| Ok(seen.clone()), |output| output.forward(&seen.contiguous()?))
    }

    fn seen(&self, [queries, keys, values]: [Tensor; 3], rotary: Option<&Rotary>) -> Result<Tensor> {
        let turned = |vectors: Tensor| rotary.map_or_else(|| Ok(vectors.clone()), |rotary| rotary.forward(&vectors));
        attend(&turned(queries)?, &turned(keys)?, &values, &Mask::None, Scaling::of_head(self.size))
    }

    /// Attention of a stream to itself alone.
    ///
    /// # Shapes
    ///
    /// - input and output: (batch, tokens, hidden)
    pub(crate) fn attend(&self, input: &Tensor, rotary: Option<&Rotary>) -> Result<Tensor> {
        self.leave(&self.seen(self.split(input)?, rotary)?)
    }

    /// Attention of two streams to both; `rotary` turns the tokens of the first, then those of the second.
    ///
    /// # Shapes
    ///
    /// - inputs and outputs: (batch, tokens, hidden)
    pub(crate) fn attend_both(
        [first, second]: [&Self; 2],
        [a, b]: [&Tensor; 2],
        rotary: Option<&Rotary>,
    ) -> Result<[Tensor; 2]> {
        let (of_first, of_second) = (first.split(a)?, second.split(b)?);
        let both = |at: usize| Tensor::cat(&[&of_first[at], &of_second[at]], 1);
        let seen = first.seen([both(0)?, both(1)?, both(2)?], rotary)?;
        let cut = a.dim(1)?;
        Ok([first.leave(&seen.narrow(1, 0, cut)?)?, second.leave(&seen.narrow(1, cut, b.dim(1)?)?)?])
    }
}

/// `net.2(gelu(net.0.proj(x)))` between a norm that is shifted and scaled, and a gate.
#[derive(Clone, Debug)]
pub(crate) struct GatedFeedForward {
    widen: Linear,
    narrow: Linear,
}

impl GatedFeedForward {
    pub(crate) fn load(weights: &Weights, hidden: usize) -> std::result::Result<Self, WeightsError> {
        Ok(Self {
            widen: Linear::load(&weights.pp("net.0.proj"), hidden, 4 * hidden, true)?,
            narrow: Linear::load(&weights.pp("net.2"), 4 * hidden, hidden, true)?,
        })
    }

    /// `x + gate mlp(norm(x))`.
    ///
    /// # Shapes
    ///
    /// - input and output: (batch, tokens, hidden)
    /// - shift, scale, gate: (batch, 1, hidden)
    pub(crate) fn forward(&self, input: &Tensor, [shift, scale, gate]: [&Tensor; 3]) -> Result<Tensor> {
        let normal = modulated(&modulation::normalised(input)?, shift, scale)?;
        self.mlp(&normal)?.broadcast_mul(gate)? + input
    }

    /// The layers alone.
    pub(crate) fn mlp(&self, normal: &Tensor) -> Result<Tensor> {
        self.narrow.forward(&self.widen.forward_activated(normal, Activation::GeluTanh)?)
    }
}
