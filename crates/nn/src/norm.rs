//! Normalisation of each vector.

use candle_core::{D, DType, Tensor};

use crate::weights::{Weights, WeightsError};

/// `(x - mean) / sqrt(variance + eps) * weight + bias` over the last dimension; the variance is that of the population.
///
/// # Shapes
///
/// - input and output: (.., n)
///
/// Computed in f32 whatever the input's type.
#[derive(Clone, Debug)]
pub struct LayerNorm {
    weight: Tensor,
    bias: Tensor,
    eps: f64,
}

impl LayerNorm {
    /// Loads `weight` and `bias` of `size` elements.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if one is missing or has another shape.
    pub fn load(weights: &Weights, size: usize, eps: f64) -> Result<Self, WeightsError> {
        let weight = weights.get_dtype("weight", &[size], DType::F32)?;
        let bias = weights.get_dtype("bias", &[size], DType::F32)?;
        Ok(Self { weight, bias, eps })
    }

    /// Normalises each vector.
    ///
    /// # Errors
    ///
    /// When the last dimension is not the layer's size.
    pub fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        let values = input.to_dtype(DType::F32)?;
        let centred = values.broadcast_sub(&values.mean_keepdim(D::Minus1)?)?;
        let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
        let normal = centred.broadcast_div(&(variance + self.eps)?.sqrt()?)?;
        normal.broadcast_mul(&self.weight)?.broadcast_add(&self.bias)?.to_dtype(input.dtype())
    }
}

/// What a normalised vector is multiplied by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Gain {
    /// The weight, as in Llama and T5.
    #[default]
    Weight,
    /// One plus the weight, as in Gemma.
    OnePlusWeight,
}

/// `x / sqrt(mean(x^2) + eps) * gain` over the last dimension.
///
/// # Shapes
///
/// - input and output: (.., n)
///
/// Computed in f32 whatever the input's type.
#[derive(Clone, Debug)]
pub struct RmsNorm {
    gain: Tensor,
    eps: f64,
}

impl RmsNorm {
    /// Loads `weight` of `size` elements.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if it is missing or has another shape.
    pub fn load(weights: &Weights, size: usize, eps: f64, gain: Gain) -> Result<Self, WeightsError> {
        let add = if gain == Gain::OnePlusWeight { 1.0 } else { 0.0 };
        let gain = weights.get_shifted("weight", &[size], add)?;
        Ok(Self { gain, eps })
    }

    /// Normalises each vector.
    ///
    /// # Errors
    ///
    /// When the last dimension is not the layer's size.
    pub fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        let values = input.to_dtype(DType::F32)?;
        let mean = values.sqr()?.mean_keepdim(D::Minus1)?;
        let normal = values.broadcast_div(&(mean + self.eps)?.sqrt()?)?;
        normal.broadcast_mul(&self.gain)?.to_dtype(input.dtype())
    }
}
