//! Normalisation of each pixel over its channels.

use candle_core::{DType, Result, Tensor};

use crate::kernel::{Centre, normalise, normalise_channels};
use crate::weights::{Weights, WeightsError};

/// `x / sqrt(mean(x^2) + eps) * weight + bias` over the channels of each pixel.
///
/// Computed in f32 at least.
#[derive(Clone, Debug)]
pub struct ChannelNorm {
    weight: Tensor,
    bias: Tensor,
    eps: f64,
}

impl ChannelNorm {
    /// Loads `weight` and `bias` of so many channels.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if one is missing or has another shape.
    pub fn load(weights: &Weights, channels: usize, eps: f64) -> std::result::Result<Self, WeightsError> {
        let weight = weights.get_dtype("weight", &[channels], DType::F32)?;
        let bias = weights.get_dtype("bias", &[channels], DType::F32)?;
        Ok(Self { weight, bias, eps })
    }

    /// Normalises pixels whose channels are planes: (batch, channels, height, width).
    ///
    /// # Errors
    ///
    /// When there are other channels.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        input.dims4()?;
        self.over(input, 1)
    }

    /// Normalises pixels whose channels lie last: (.., channels).
    ///
    /// # Errors
    ///
    /// When there are other channels.
    pub fn forward_last(&self, input: &Tensor) -> Result<Tensor> {
        self.over(input, input.rank().saturating_sub(1))
    }

    fn over(&self, input: &Tensor, dim: usize) -> Result<Tensor> {
        let channels = self.weight.elem_count();
        if input.dims().get(dim) != Some(&channels) {
            candle_core::bail!("a norm of {channels} channels got shape {:?}", input.dims());
        }
        let is_ours = input.device().is_cpu() && input.dtype() == DType::F32 && input.elem_count() > 0;
        if is_ours && dim == 1 && input.rank() == 4 {
            return normalise_channels(input, &self.weight, &self.bias, self.eps);
        }
        if is_ours && dim + 1 == input.rank() {
            return normalise(input, &self.weight, &Centre::Zero, self.eps)?.broadcast_add(&self.bias);
        }
        by_candle(input, dim, (&self.weight, &self.bias), self.eps)
    }
}

/// The norm over one dimension by candle's operations.
pub(crate) fn by_candle(input: &Tensor, dim: usize, (weight, bias): (&Tensor, &Tensor), eps: f64) -> Result<Tensor> {
    let wide = if input.dtype() == DType::F64 { DType::F64 } else { DType::F32 };
    let along = |vector: &Tensor| {
        let mut shape = vec![1; input.rank()];
        shape[dim] = vector.elem_count();
        vector.to_dtype(wide)?.reshape(shape)
    };
    let values = input.to_dtype(wide)?;
    let mean = (values.sqr()?.sum_keepdim(dim)? / weight.elem_count() as f64)?;
    let normal = values.broadcast_div(&(mean + eps)?.sqrt()?)?;
    normal.broadcast_mul(&along(weight)?)?.broadcast_add(&along(bias)?)?.to_dtype(input.dtype())
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

    fn norm() -> ChannelNorm {
        ChannelNorm { weight: ramp(&[7]), bias: (ramp(&[7]) * 0.3).unwrap(), eps: 1e-5 }
    }

    fn apart(a: &Tensor, b: &Tensor) -> f32 {
        (a - b).unwrap().abs().unwrap().max_all().unwrap().to_scalar().unwrap()
    }

    /// More pixels than are summed at a time.
    #[test]
    fn planes_and_last_channels_are_normalised_alike() {
        let (norm, input) = (norm(), ramp(&[2, 7, 30, 41]));
        let expected = by_candle(&input, 1, (&norm.weight, &norm.bias), norm.eps).unwrap();
        let first = input.narrow(0, 1, 1).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let pixel: Vec<f32> = first.iter().skip(5).step_by(30 * 41).copied().collect();
        let size = (pixel.iter().map(|x| x * x).sum::<f32>() / 7.0 + 1e-5).sqrt();
        let (weight, bias) = (norm.weight.to_vec1::<f32>().unwrap(), norm.bias.to_vec1::<f32>().unwrap());
        let found = norm.forward(&input).unwrap();
        let value = found.narrow(0, 1, 1).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap()[3 * 30 * 41 + 5];
        assert!((value - (pixel[3] / size * weight[3] + bias[3])).abs() < 1e-5);
        assert!(apart(&found, &expected) < 1e-5);
        let last = norm.forward_last(&input.permute((0, 2, 3, 1)).unwrap()).unwrap().permute((0, 3, 1, 2)).unwrap();
        assert!(apart(&last, &expected) < 1e-5);
    }

    #[test]
    fn the_gradient_of_the_input_equals_candle() {
        let (norm, input) = (norm(), Var::from_tensor(&ramp(&[1, 7, 3, 4])).unwrap());
        let gradient = |output: Tensor| {
            let loss = output.sqr().unwrap().sum_all().unwrap();
            loss.backward().unwrap().get(&input).unwrap().clone()
        };
        let expected = gradient(by_candle(&input, 1, (&norm.weight, &norm.bias), norm.eps).unwrap());
        assert!(apart(&gradient(norm.forward(&input).unwrap()), &expected) < 1e-4);
    }

    #[test]
    fn other_channels_are_an_error() {
        assert!(norm().forward(&ramp(&[1, 8, 3, 4])).is_err() && norm().forward_last(&ramp(&[4, 8])).is_err());
    }
}
