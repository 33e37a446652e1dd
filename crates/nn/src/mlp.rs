//! Two linear layers with an activation between them.

use candle_core::Tensor;

use crate::activation::Activation;
use crate::linear::Linear;
use crate::weights::{Weights, WeightsError};

/// `second(activation(first(x)))`.
///
/// # Shapes
///
/// - input: (.., depth)
/// - output: (.., width), in many models as long as the input
#[derive(Clone, Debug)]
pub struct Mlp {
    first: Linear,
    activation: Activation,
    second: Linear,
}

impl Mlp {
    /// Loads `fc1` and `fc2`, both with bias.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, hidden: usize, inner: usize, activation: Activation) -> Result<Self, WeightsError> {
        Self::load_named(weights, ["fc1", "fc2"], [hidden, inner, hidden], activation)
    }

    /// Loads layers of these names, both with bias, for vectors of three lengths: before, between and behind them.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load_named(
        weights: &Weights,
        [first, second]: [&str; 2],
        [depth, inner, width]: [usize; 3],
        activation: Activation,
    ) -> Result<Self, WeightsError> {
        let first = Linear::load(&weights.pp(first), depth, inner, true)?;
        let second = Linear::load(&weights.pp(second), inner, width, true)?;
        Ok(Self { first, activation, second })
    }

    /// Applies the layers.
    ///
    /// # Errors
    ///
    /// When the last dimension is not the first length.
    pub fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        self.second.forward(&self.first.forward_activated(input, self.activation)?)
    }
}
