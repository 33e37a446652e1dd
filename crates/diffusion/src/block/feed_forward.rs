//! The gated feed-forward layer.

use candle_core::Tensor;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Linear, gated_gelu};

/// How many times longer the inner vectors are.
const WIDENING: usize = 4;

/// `net.2(a * gelu(b))` with `a, b` the halves of `net.0.proj(x)`; gelu is the exact one, with erf.
///
/// # Shapes
///
/// - input and output: (batch, tokens, hidden)
#[derive(Clone, Debug)]
pub(super) struct FeedForward {
    widen: Linear,
    narrow: Linear,
}

impl FeedForward {
    pub(super) fn load(weights: &Weights, hidden: usize) -> Result<Self, WeightsError> {
        let inner = WIDENING * hidden;
        Ok(Self {
            widen: Linear::load(&weights.pp("net.0.proj"), hidden, 2 * inner, true)?,
            narrow: Linear::load(&weights.pp("net.2"), inner, hidden, true)?,
        })
    }

    pub(super) fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        self.narrow.forward(&gated_gelu(&self.widen.forward(input)?)?)
    }
}
