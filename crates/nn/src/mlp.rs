//! Two linear layers with an activation between them.

use candle_core::Tensor;

use crate::activation::Activation;
use crate::linear::Linear;
use crate::weights::{Weights, WeightsError};

/// `fc2(activation(fc1(x)))`.
///
/// # Shapes
///
/// - input and output: (.., hidden)
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
        let first = Linear::load(&weights.pp("fc1"), hidden, inner, true)?;
        let second = Linear::load(&weights.pp("fc2"), inner, hidden, true)?;
        Ok(Self { first, activation, second })
    }

    /// Applies the layers.
    ///
    /// # Errors
    ///
    /// When the last dimension is not `hidden`.
    pub fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        self.second.forward(&self.first.forward_activated(input, self.activation)?)
    }
}
