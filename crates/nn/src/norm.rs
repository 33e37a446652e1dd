//! Normalisation of each vector.

use candle_core::{D, DType, Tensor};

use crate::kernel::{Centre, normalise};
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
    /// Both in the type of 16 bits that a card computes in.
    half: Option<(Tensor, Tensor)>,
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
        Self::of(weight, bias, weights.dtype(), eps).map_err(|source| weights.conversion("weight", source))
    }

    fn of(weight: Tensor, bias: Tensor, dtype: DType, eps: f64) -> candle_core::Result<Self> {
        let is_half = matches!(dtype, DType::F16 | DType::BF16);
        let half = if is_half { Some((weight.to_dtype(dtype)?, bias.to_dtype(dtype)?)) } else { None };
        Ok(Self { weight, bias, half, eps })
    }

    /// Normalises each vector.
    ///
    /// # Errors
    ///
    /// When the last dimension is not the layer's size.
    pub fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        if is_kernels(input) {
            return normalise(input, &self.weight, &Centre::Mean { bias: self.bias.clone() }, self.eps);
        }
        let own = match &self.half {
            Some((weight, bias)) if weight.dtype() == input.dtype() => (weight, bias),
            _ => (&self.weight, &self.bias),
        };
        if !input.track_op() && own.0.dtype() == input.dtype() {
            return candle_nn::ops::layer_norm(&input.contiguous()?, own.0, own.1, self.eps as f32);
        }
        let values = input.to_dtype(DType::F32)?;
        let centred = values.broadcast_sub(&values.mean_keepdim(D::Minus1)?)?;
        let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
        let normal = centred.broadcast_div(&(variance + self.eps)?.sqrt()?)?;
        normal.broadcast_mul(&self.weight)?.broadcast_add(&self.bias)?.to_dtype(input.dtype())
    }
}

/// `(x - mean) / sqrt(variance + eps)` over the last dimension: what a modulation gives shift and scale.
///
/// # Shapes
///
/// - input and output: (.., n)
///
/// Computed in f32 whatever the input's type.
///
/// # Errors
///
/// When the input has no dimension or is not of a float type.
pub fn normalised(input: &Tensor, eps: f64) -> candle_core::Result<Tensor> {
    let (size, device) = (input.dim(D::Minus1)?, input.device());
    let (weight, bias) = (Tensor::ones(size, DType::F32, device)?, Tensor::zeros(size, DType::F32, device)?);
    LayerNorm { weight, bias, half: None, eps }.forward(&input.to_dtype(DType::F32)?)?.to_dtype(input.dtype())
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
    /// What is added to a gain that is learnt; others have it in them.
    add: f64,
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
        let gain = weights.get_shifted("weight", &[size], 0.0)?;
        if gain.track_op() || add == 0.0 || weights.is_blank() {
            return Ok(Self { gain, add, eps });
        }
        let gain = (gain + add).map_err(|source| weights.conversion("weight", source))?;
        Ok(Self { gain, add: 0.0, eps })
    }

    /// Normalises each vector.
    ///
    /// # Errors
    ///
    /// When the last dimension is not the layer's size.
    pub fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        let is_learnt = self.gain.track_op();
        if is_kernels(input) && !is_learnt {
            return normalise(input, &self.gain, &Centre::Zero, self.eps);
        }
        let values = input.to_dtype(DType::F32)?;
        if !input.track_op() && !is_learnt {
            let normal = candle_nn::ops::rms_norm(&values.contiguous()?, &self.gain, self.eps as f32)?;
            return normal.to_dtype(input.dtype());
        }
        let mean = values.sqr()?.mean_keepdim(D::Minus1)?;
        let normal = values.broadcast_div(&(mean + self.eps)?.sqrt()?)?;
        let gain = if self.add == 0.0 { self.gain.clone() } else { (&self.gain + self.add)? };
        normal.broadcast_mul(&gain)?.to_dtype(input.dtype())
    }
}

/// Whether the input is for this crate's kernels.
fn is_kernels(input: &Tensor) -> bool {
    input.device().is_cpu() && input.dtype() == DType::F32
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};

    use super::*;

    fn ramp(shape: &[usize]) -> Tensor {
        let count: usize = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|at| ((at * 37 % 101) as f32 - 40.0) / 50.0).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }

    fn largest(tensor: Tensor) -> f64 {
        tensor.to_dtype(DType::F64).unwrap().abs().unwrap().max_all().unwrap().to_scalar().unwrap()
    }

    /// Both norms of 70 elements: two of the kernel's lanes and a rest.
    fn norms() -> (LayerNorm, RmsNorm) {
        let (weight, bias) = (ramp(&[70]), (ramp(&[70]) * 0.3).unwrap());
        (
            LayerNorm::of(weight.clone(), bias, DType::F16, 1e-5).unwrap(),
            RmsNorm { gain: (weight + 1.0).unwrap(), add: 0.0, eps: 1e-6 },
        )
    }

    #[test]
    fn kernels_equal_the_other_path() {
        let (layer, rms) = norms();
        let input = ramp(&[3, 40, 70]);
        let wide = input.to_dtype(DType::F64).unwrap();
        let apart =
            |found: Tensor, expected: Tensor| largest((found.to_dtype(DType::F64).unwrap() - expected).unwrap());
        assert!(apart(layer.forward(&input).unwrap(), layer.forward(&wide).unwrap()) < 1e-5);
        assert!(apart(rms.forward(&input).unwrap(), rms.forward(&wide).unwrap()) < 1e-5);
    }

    #[test]
    fn sixteen_bits_are_normalised_as_near_as_they_can() {
        let (layer, rms) = norms();
        let (input, wide) = (ramp(&[3, 40, 70]).to_dtype(DType::F16).unwrap(), ramp(&[3, 40, 70]));
        let forwards: [&dyn Fn(&Tensor) -> Tensor; 2] =
            [&|input| layer.forward(input).unwrap(), &|input| rms.forward(input).unwrap()];
        for forward in forwards {
            let found = forward(&input);
            assert_eq!(found.dtype(), DType::F16);
            let apart = (found.to_dtype(DType::F32).unwrap() - forward(&wide)).unwrap();
            assert!(largest(apart) < 4e-3);
        }
    }

    #[test]
    fn gradients_equal_finite_differences() {
        let (layer, rms) = norms();
        let forwards: [&dyn Fn(&Tensor) -> Tensor; 2] =
            [&|input| layer.forward(input).unwrap(), &|input| rms.forward(input).unwrap()];
        let (input, direction) = (Var::from_tensor(&ramp(&[2, 70])).unwrap(), ramp(&[70, 2]).reshape((2, 70)).unwrap());
        for forward in forwards {
            let loss = |input: &Tensor| (forward(input) * ramp(&[2, 70])).unwrap().sum_all().unwrap();
            let found = loss(&input).backward().unwrap().get(&input).unwrap().clone();
            let slope = (found * &direction).unwrap().sum_all().unwrap().to_scalar::<f32>().unwrap();
            let at = |step: f64| {
                loss(&(input.as_tensor() + (&direction * step).unwrap()).unwrap()).to_scalar::<f32>().unwrap()
            };
            let expected = (at(5e-3) - at(-5e-3)) / 1e-2;
            assert!((slope - expected).abs() < 1e-2 * expected.abs().max(1.0), "{slope} {expected}");
        }
    }

    #[test]
    fn an_input_of_another_length_is_an_error() {
        let (layer, rms) = norms();
        assert!(layer.forward(&ramp(&[2, 35])).is_err() && rms.forward(&ramp(&[2, 140])).is_err());
    }
}
