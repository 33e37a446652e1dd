//! One block: linear attention among patches, attention to words, an MLP that sees neighbours.

use candle_core::{Result, Tensor};
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Gain, GatedConv, Linear, Mask, RmsNorm, Scaling, attend, attend_linearly, normalised};

use super::config::SanaConfig;
use crate::block::modulation::{modulated, within_range};

/// Added to the mean square by the norms of queries and keys.
const EPS: f64 = 1e-5;
/// Parts of the time's vector.
pub(super) const PARTS: usize = 6;

/// What both attentions are made of.
#[derive(Clone, Debug)]
struct Projections {
    queries: Linear,
    keys: Linear,
    values: Linear,
    output: Linear,
    /// Of queries and keys, over all heads at once.
    norms: Option<[RmsNorm; 2]>,
    heads: usize,
}

impl Projections {
    fn load(
        weights: &Weights,
        (hidden, inner, heads): (usize, usize, usize),
        (is_normed, bias): (bool, bool),
    ) -> std::result::Result<Self, WeightsError> {
        let part = |name: &str| Linear::load(&weights.pp(name), hidden, inner, bias);
        let norm = |name: &str| RmsNorm::load(&weights.pp(name), inner, EPS, Gain::Weight);
        let norms = || Ok([norm("norm_q")?, norm("norm_k")?]);
        Ok(Self {
            queries: part("to_q")?,
            keys: part("to_k")?,
            values: part("to_v")?,
            output: Linear::load(&weights.pp("to_out.0"), inner, hidden, true)?,
            norms: is_normed.then(norms).transpose()?,
            heads,
        })
    }

    /// Queries of the state, keys and values of what it sees: (batch, tokens, heads, size) each.
    fn split(&self, state: &Tensor, seen: &Tensor) -> Result<[Tensor; 3]> {
        let (queries, keys, values) =
            (self.queries.forward(state)?, self.keys.forward(seen)?, self.values.forward(seen)?);
        let (queries, keys) = match &self.norms {
            Some([of_queries, of_keys]) => (of_queries.forward(&queries)?, of_keys.forward(&keys)?),
            None => (queries, keys),
        };
        let by_head = |vectors: Tensor| {
            let (batch, tokens, length) = vectors.dims3()?;
            vectors.reshape((batch, tokens, self.heads, length / self.heads))
        };
        Ok([by_head(queries)?, by_head(keys)?, by_head(values)?])
    }
}

/// A block of the transformer.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// What is added to the time's vector: (6, hidden).
    table: Tensor,
    patches: Projections,
    words: Projections,
    mlp: GatedConv,
    eps: f64,
}

impl Block {
    pub(super) fn load(weights: &Weights, config: &SanaConfig) -> std::result::Result<Self, WeightsError> {
        let (hidden, is_normed) = (config.hidden(), config.qk_norm.is_some());
        let among_patches = (hidden, hidden, config.num_attention_heads);
        let to_words = (hidden, config.cross(), config.num_cross_attention_heads);
        Ok(Self {
            table: weights.get_computed("scale_shift_table", &[PARTS, hidden])?,
            patches: Projections::load(&weights.pp("attn1"), among_patches, (is_normed, config.attention_bias))?,
            words: Projections::load(&weights.pp("attn2"), to_words, (is_normed, true))?,
            mlp: GatedConv::load(&weights.pp("ff"), hidden, config.inner())?,
            eps: config.norm_eps,
        })
    }

    /// The state behind the block.
    ///
    /// # Shapes
    ///
    /// - input and output: (batch, rows x columns, hidden)
    /// - `text`: (1, words, hidden), the same for the whole batch
    /// - `time`: (1, 6, hidden), likewise
    pub(super) fn forward(
        &self,
        input: &Tensor,
        (rows, columns): (usize, usize),
        text: &Tensor,
        time: &Tensor,
    ) -> Result<Tensor> {
        let (batch, tokens, hidden) = input.dims3()?;
        let by_time = time.broadcast_add(&self.table.to_dtype(time.dtype())?)?;
        let part = |at: usize| by_time.narrow(1, at, 1)?.contiguous();
        let normal = modulated(&normalised(input, self.eps)?, &part(0)?, &part(1)?)?;
        let [queries, keys, values] = self.patches.split(&normal, &normal)?;
        let seen = within_range(self.patches.output.forward(&attend_linearly(&queries, &keys, &values)?)?)?;
        let state = (input + seen.broadcast_mul(&part(2)?)?)?;

        // One text for all: the patches of the whole batch are queries of one picture.
        let [queries, keys, values] = self.words.split(&state.reshape((1, batch * tokens, hidden))?, text)?;
        let scaling = Scaling::of_head(queries.dim(3)?);
        let read = self.words.output.forward(&attend(&queries, &keys, &values, &Mask::None, scaling)?)?;
        let state = (state + read.reshape((batch, tokens, hidden))?)?;

        let normal = modulated(&normalised(&state, self.eps)?, &part(3)?, &part(4)?)?;
        let thought = self.mlp.forward(&normal.reshape((batch, rows, columns, hidden))?)?;
        within_range((state + thought.reshape((batch, tokens, hidden))?.broadcast_mul(&part(5)?)?)?)
    }
}
