//! Activations, with the names that published configurations use.

use candle_core::{D, DType, Result, Tensor};
use serde::Deserialize;

use crate::kernel::activate;

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
        if input.device().is_cpu() && input.dtype() == DType::F32 {
            activate(input, self)
        } else {
            self.by_candle(input)
        }
    }

    fn by_candle(self, input: &Tensor) -> Result<Tensor> {
        match self {
            Self::Gelu => input.gelu_erf(),
            Self::GeluTanh => input.gelu(),
            Self::QuickGelu => input * sigmoid(&(input * 1.702)?)?,
            Self::Silu => input.silu(),
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
    if !input.track_op() {
        return candle_nn::ops::softmax_last_dim(&input.contiguous()?);
    }
    let shifted = input.broadcast_sub(&input.max_keepdim(D::Minus1)?.detach())?.exp()?;
    shifted.broadcast_div(&shifted.sum_keepdim(D::Minus1)?)
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};

    use super::*;

    const ALL: [Activation; 4] = [Activation::Gelu, Activation::GeluTanh, Activation::QuickGelu, Activation::Silu];

    /// -8 to 8; more than one chunk of the kernel.
    fn ramp() -> Tensor {
        let values: Vec<f32> = (0..20_001).map(|at| (at - 10_000) as f32 / 1_250.0).collect();
        Tensor::new(values, &Device::Cpu).unwrap()
    }

    fn largest(tensor: &Tensor) -> f32 {
        tensor.abs().unwrap().max_all().unwrap().to_scalar().unwrap()
    }

    #[test]
    fn kernels_equal_candle() {
        for activation in ALL {
            let apart = activation.forward(&ramp()).unwrap() - activation.by_candle(&ramp()).unwrap();
            assert!(largest(&apart.unwrap()) < 2e-6, "{activation:?}");
        }
    }

    #[test]
    fn gradients_equal_finite_differences() {
        let (step, input) = (1e-2, Var::from_tensor(&ramp()).unwrap());
        for activation in ALL {
            let at = |shift: f64| activation.forward(&(ramp() + shift).unwrap()).unwrap();
            let expected = ((at(step) - at(-step)).unwrap() / (2.0 * step)).unwrap();
            let sum = activation.forward(&input).unwrap().sum_all().unwrap();
            let found = sum.backward().unwrap().get(&input).unwrap().clone();
            assert!(largest(&(found - expected).unwrap()) < 2e-3, "{activation:?}");
        }
    }

    #[test]
    fn a_softmax_sums_to_one_however_large_the_scores() {
        let scores = Tensor::new(&[[1e4_f32, 1e4, -1e4], [0.0, 1.0, 2.0]], &Device::Cpu).unwrap();
        let found = softmax_last_dim(&scores).unwrap().to_vec2::<f32>().unwrap();
        assert_eq!(found[0], [0.5, 0.5, 0.0]);
        assert!((found[1].iter().sum::<f32>() - 1.0).abs() < 1e-6 && found[1][0] < found[1][1]);
    }
}
