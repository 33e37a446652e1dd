//! Normalisation over groups of channels.

use candle_core::{D, DType, Tensor};

use crate::activation::Activation;
use crate::kernel::normalise_groups;
use crate::weights::{Weights, WeightsError};

/// `(x - mean) / sqrt(variance + eps) * weight + bias`, mean and variance of each group of neighbouring channels of a picture.
///
/// # Shapes
///
/// - input and output: (batch, channels, ..), in the input's type
///
/// Computed in f32 whatever the input's type; on the CPU in f32 in one pass, an activation included.
#[derive(Clone, Debug)]
pub struct GroupNorm {
    weight: Tensor,
    bias: Tensor,
    groups: usize,
    eps: f64,
}

impl GroupNorm {
    /// Loads `weight` and `bias` of `channels` elements, of which `groups` (at least 1) is a divisor.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if one is missing or has another shape.
    pub fn load(weights: &Weights, channels: usize, groups: usize, eps: f64) -> Result<Self, WeightsError> {
        let weight = weights.get_dtype("weight", &[channels], DType::F32)?;
        let bias = weights.get_dtype("bias", &[channels], DType::F32)?;
        Ok(Self { weight, bias, groups, eps })
    }

    /// Normalises each group.
    ///
    /// # Errors
    ///
    /// When the input has other channels or `groups` does not divide them.
    pub fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        self.run(input, false)
    }

    /// Normalises each group, then `x sigmoid(x)`.
    ///
    /// # Errors
    ///
    /// As [`GroupNorm::forward`].
    pub fn forward_silu(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        self.run(input, true)
    }

    fn run(&self, input: &Tensor, silu: bool) -> candle_core::Result<Tensor> {
        let (channels, groups) = (self.weight.elem_count(), self.groups);
        if input.dims().len() < 2 || input.dims()[1] != channels || groups == 0 || channels % groups != 0 {
            candle_core::bail!("a norm of {channels} channels in {groups} groups got shape {:?}", input.dims());
        }
        if input.device().is_cpu() && input.dtype() == DType::F32 {
            return normalise_groups(input, &self.weight, &self.bias, groups, self.eps, silu);
        }
        let output = by_candle(input, &self.weight, &self.bias, groups, self.eps)?;
        if silu { Activation::Silu.forward(&output) } else { Ok(output) }
    }
}

/// The norm by candle's operations.
pub(crate) fn by_candle(
    input: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    groups: usize,
    eps: f64,
) -> candle_core::Result<Tensor> {
    let (batch, channels) = (input.dims()[0], input.dims()[1]);
    if !input.track_op() && matches!(input.dtype(), DType::F16 | DType::BF16) {
        return by_layer_norm(input, weight, bias, groups, eps);
    }
    let values = input.to_dtype(DType::F32)?.reshape((batch, groups, ()))?;
    let centred = values.broadcast_sub(&values.mean_keepdim(D::Minus1)?)?;
    let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
    let normal = centred.broadcast_div(&(variance + eps)?.sqrt()?)?.reshape((batch, channels, ()))?;
    let output = normal.broadcast_mul(&weight.reshape((channels, 1))?)?.broadcast_add(&bias.reshape((channels, 1))?)?;
    output.reshape(input.shape())?.to_dtype(input.dtype())
}

/// The norm by candle's one of vectors, each group a vector, its sums in f32; then gain and bias in the input's type.
fn by_layer_norm(
    input: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    groups: usize,
    eps: f64,
) -> candle_core::Result<Tensor> {
    let (batch, channels, dtype) = (input.dims()[0], input.dims()[1], input.dtype());
    let values = input.contiguous()?.reshape((batch, groups, ()))?;
    let size = values.dim(2)?;
    let (one, nothing) = (Tensor::ones(size, dtype, input.device())?, Tensor::zeros(size, dtype, input.device())?);
    let normal = candle_nn::ops::layer_norm(&values, &one, &nothing, eps as f32)?.reshape((batch, channels, ()))?;
    let (weight, bias) = (weight.to_dtype(dtype)?, bias.to_dtype(dtype)?);
    let output = normal.broadcast_mul(&weight.reshape((channels, 1))?)?.broadcast_add(&bias.reshape((channels, 1))?)?;
    output.reshape(input.shape())
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};

    use super::*;

    fn ramp(shape: &[usize], step: usize) -> Tensor {
        let count: usize = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|at| ((at * step % 101) as f32 - 40.0) / 30.0).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }

    fn layer() -> GroupNorm {
        GroupNorm { weight: ramp(&[6], 7), bias: ramp(&[6], 11), groups: 3, eps: 1e-5 }
    }

    fn apart(a: &Tensor, b: &Tensor) -> f32 {
        (a - b).unwrap().abs().unwrap().max_all().unwrap().to_scalar().unwrap()
    }

    #[test]
    fn the_kernel_equals_candle() {
        let (layer, input) = (layer(), ramp(&[2, 6, 5, 7], 37));
        let expected = by_candle(&input, &layer.weight, &layer.bias, 3, 1e-5).unwrap();
        assert!(apart(&layer.forward(&input).unwrap(), &expected) < 1e-5);
        let expected = Activation::Silu.forward(&expected).unwrap();
        assert!(apart(&layer.forward_silu(&input).unwrap(), &expected) < 1e-5);
    }

    #[test]
    fn sixteen_bits_are_normalised_as_near_as_they_can() {
        let (layer, input) = (layer(), ramp(&[2, 6, 5, 7], 37));
        let expected = layer.forward_silu(&input).unwrap();
        for (dtype, bound) in [(DType::F16, 4e-3), (DType::BF16, 3e-2)] {
            let found = layer.forward_silu(&input.to_dtype(dtype).unwrap()).unwrap();
            assert!(apart(&found.to_dtype(DType::F32).unwrap(), &expected) < bound, "{dtype:?}");
        }
    }

    #[test]
    fn a_large_mean_costs_no_accuracy() {
        let (layer, input) = (layer(), ramp(&[1, 6, 50, 50], 37));
        let shifted = layer.forward(&(&input + 1000.0).unwrap()).unwrap();
        assert!(apart(&shifted, &layer.forward(&input).unwrap()) < 1e-3);
    }

    #[test]
    fn the_gradient_of_the_input_equals_candle() {
        let layer = layer();
        let input = Var::from_tensor(&ramp(&[1, 6, 3, 4], 37)).unwrap();
        let gradient = |output: Tensor| {
            let loss = output.sqr().unwrap().sum_all().unwrap();
            loss.backward().unwrap().get(&input).unwrap().clone()
        };
        let plain = by_candle(&input, &layer.weight, &layer.bias, 3, 1e-5).unwrap();
        let expected =
            gradient((&plain * (((plain.neg().unwrap().exp().unwrap()) + 1.0).unwrap().recip()).unwrap()).unwrap());
        assert!(apart(&gradient(layer.forward_silu(&input).unwrap()), &expected) < 1e-4);
    }

    #[test]
    fn other_channels_are_an_error() {
        assert!(layer().forward(&ramp(&[1, 5, 2, 2], 3)).is_err());
        let crooked = GroupNorm { groups: 4, ..layer() };
        assert!(crooked.forward(&ramp(&[1, 6, 2, 2], 3)).is_err());
    }
}
