//! Weights as they are: f32 by our kernel, anything else by candle.

use candle_core::{DType, Result, Tensor};

use super::matrix::{Matrix, add};
use crate::activation::Activation;
use crate::kernel::{Panels, dense, dense_activated};

/// f32 on the CPU, laid out for our kernel.
#[derive(Debug)]
pub(super) struct Dense {
    weight: Panels,
    size: (usize, usize),
}

impl Dense {
    /// Lays out a weight (out, in), contiguous.
    pub(super) fn new(weight: &Tensor) -> Result<Self> {
        Ok(Self { weight: Panels::new(weight)?, size: weight.dims2()? })
    }
}

impl Matrix for Dense {
    fn size(&self) -> (usize, usize) {
        self.size
    }

    fn bytes(&self) -> u64 {
        (self.size.0 * self.size.1 * DType::F32.size_in_bytes()) as u64
    }

    fn multiply(&self, input: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        if input.dtype() == DType::F32 {
            dense(input, &self.weight, bias)
        } else {
            by_candle(input, &self.weight.to_tensor()?, bias)
        }
    }

    fn multiply_activated(&self, input: &Tensor, bias: Option<&Tensor>, activation: Activation) -> Result<Tensor> {
        if input.dtype() == DType::F32 && !input.track_op() {
            dense_activated(input, &self.weight, bias, activation)
        } else {
            activation.forward(&self.multiply(input, bias)?)
        }
    }
}

/// Any type on any device, by candle.
#[derive(Debug)]
pub(super) struct Product {
    pub(super) weight: Tensor,
    pub(super) bytes: u64,
}

impl Product {
    pub(super) fn new(weight: Tensor) -> Self {
        let bytes = (weight.elem_count() * weight.dtype().size_in_bytes()) as u64;
        Self { weight, bytes }
    }
}

impl Matrix for Product {
    fn size(&self) -> (usize, usize) {
        self.weight.dims2().unwrap_or_default()
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn multiply(&self, input: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        by_candle(input, &self.weight, bias)
    }
}

/// The product by candle, in the input's type.
pub(super) fn by_candle(input: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    let mut shape = input.dims().to_vec();
    let depth = shape.pop().unwrap_or(0);
    shape.push(weight.dim(0)?);
    let weight = weight.to_dtype(input.dtype())?;
    add(input.reshape(((), depth))?.matmul(&weight.t()?)?.reshape(shape)?, bias)
}
