//! Activations, with the names that published configurations use.

use candle_core::{D, Result, Tensor};
use serde::Deserialize;

/// An elementwise activation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub enum Activation {
    /// `x/2 (1 + erf(x / sqrt 2))`; `gelu` in configurations.
    #[serde(rename = "gelu")]
    Gelu,
    /// `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`; `gelu_pytorch_tanh` or `gelu_new`.
    #[serde(rename = "gelu_pytorch_tanh", alias = "gelu_new")]
    GeluTanh,
    /// `x sigmoid(1.702 x)`; `quick_gelu`.
    #[serde(rename = "quick_gelu")]
    QuickGelu,
    /// `x sigmoid(x)`; `silu` or `swish`.
    #[serde(rename = "silu", alias = "swish")]
    Silu,
}

impl Activation {
    /// Applies the activation to every element.
    ///
    /// # Errors
    ///
    /// When the input is not of a float type.
    pub fn forward(self, input: &Tensor) -> Result<Tensor> {
        match self {
            Self::Gelu => input.gelu_erf(),
            Self::GeluTanh => input.gelu(),
            Self::QuickGelu => input * sigmoid(&(input * 1.702)?)?,
            Self::Silu => input * sigmoid(input)?,
        }
    }
}

fn sigmoid(input: &Tensor) -> Result<Tensor> {
    (input.neg()?.exp()? + 1.0)?.recip()
}

/// Softmax over the last dimension.
///
/// # Shapes
///
/// - input: (.., n)
/// - output: (.., n), each row sums to 1
///
/// # Errors
///
/// When the input has no dimension or is not of a float type.
pub fn softmax_last_dim(input: &Tensor) -> Result<Tensor> {
    let shifted = input.broadcast_sub(&input.max_keepdim(D::Minus1)?.detach())?.exp()?;
    shifted.broadcast_div(&shifted.sum_keepdim(D::Minus1)?)
}
