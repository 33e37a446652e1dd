//! Attention to the picture, to the text, and a gated feed-forward layer.

use candle_core::Tensor;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Attention, AttentionConfig, LayerNorm, Linear, Mask, Scaling};

use super::feed_forward::FeedForward;

/// Added to the variance by the layer norms.
const EPS: f64 = 1e-5;

/// `x + self_attention(norm1(x))`, `x + cross_attention(norm2(x), context)`, `x + feed_forward(norm3(x))`.
///
/// # Shapes
///
/// - input and output: (batch, tokens, hidden)
/// - context: (batch, words, context)
#[derive(Clone, Debug)]
pub struct TransformerBlock {
    norms: [LayerNorm; 3],
    itself: Attention,
    context: Attention,
    feed_forward: FeedForward,
}

impl TransformerBlock {
    /// Loads `norm1` to `norm3`, `attn1`, `attn2` and `ff`; `heads` divides `hidden`. `wide` is [`Scaling::wide`].
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(
        weights: &Weights,
        hidden: usize,
        heads: usize,
        context: usize,
        wide: bool,
    ) -> Result<Self, WeightsError> {
        let norm = |name: &str| LayerNorm::load(&weights.pp(name), hidden, EPS);
        Ok(Self {
            norms: [norm("norm1")?, norm("norm2")?, norm("norm3")?],
            itself: load_attention(&weights.pp("attn1"), hidden, (heads, wide), hidden)?,
            context: load_attention(&weights.pp("attn2"), hidden, (heads, wide), context)?,
            feed_forward: FeedForward::load(&weights.pp("ff"), hidden)?,
        })
    }

    /// Applies the block.
    ///
    /// # Errors
    ///
    /// When a shape does not fit.
    pub fn forward(&self, input: &Tensor, context: &Tensor) -> candle_core::Result<Tensor> {
        let [first, second, third] = &self.norms;
        let state = (self.itself.forward(&first.forward(input)?, &Mask::None)? + input)?;
        let state = (self.context.forward_over(&second.forward(&state)?, context, &Mask::None)? + state)?;
        self.feed_forward.forward(&third.forward(&state)?)? + state
    }
}

fn load_attention(
    weights: &Weights,
    hidden: usize,
    (heads, wide): (usize, bool),
    context: usize,
) -> Result<Attention, WeightsError> {
    let linear = |name: &str, depth, bias| Linear::load(&weights.pp(name), depth, hidden, bias);
    let projections = [
        linear("to_q", hidden, false)?,
        linear("to_k", context, false)?,
        linear("to_v", context, false)?,
        linear("to_out.0", hidden, true)?,
    ];
    let head_size = hidden / heads.max(1);
    let scaling = Scaling { wide, ..Scaling::of_head(head_size) };
    let config = AttentionConfig { hidden, heads, groups: heads, head_size, bias: false, scaling };
    Ok(Attention::of_projections(projections, config))
}
