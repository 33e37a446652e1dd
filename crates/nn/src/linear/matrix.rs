//! What a linear layer multiplies by.

use std::fmt::Debug;

use candle_core::{Result, Tensor};

use crate::activation::Activation;

/// A weight (out, in) in some form, on some device.
pub trait Matrix: Debug + Send + Sync {
    /// Outputs and inputs.
    fn size(&self) -> (usize, usize);

    /// Bytes that it takes.
    fn bytes(&self) -> u64;

    /// `x w^T + bias`.
    ///
    /// # Shapes
    ///
    /// - input: (.., in), any float type, on the weight's device
    /// - bias: (out)
    /// - result: (.., out), in the input's type
    ///
    /// # Errors
    ///
    /// When a shape does not fit.
    fn multiply(&self, input: &Tensor, bias: Option<&Tensor>) -> Result<Tensor>;

    /// As [`Matrix::multiply`], then an activation: in one pass where the form can.
    ///
    /// # Errors
    ///
    /// As [`Matrix::multiply`].
    fn multiply_activated(&self, input: &Tensor, bias: Option<&Tensor>, activation: Activation) -> Result<Tensor> {
        activation.forward(&self.multiply(input, bias)?)
    }
}

/// The bias added to a product, in the product's type.
pub(super) fn add(product: Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    match bias {
        Some(bias) => product.broadcast_add(&bias.to_dtype(product.dtype())?),
        None => Ok(product),
    }
}
