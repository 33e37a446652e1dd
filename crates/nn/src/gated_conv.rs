//! The MLP of networks that see their neighbours.

use candle_core::{Result, Tensor};

use crate::activation::Activation;
use crate::depthwise::DepthwiseConv;
use crate::linear::Linear;
use crate::weights::{Weights, WeightsError};

/// `narrow(a * silu(b))` with `a, b` the halves of `conv(silu(widen(x)))`, a convolution of 3 x 3 pixels in which every channel has its own
/// kernel (`GLUMBConv`). `widen` and `narrow` see one pixel; they are kept in the kind that the weights carry.
///
/// # Shapes
///
/// - input and output: (batch, height, width, channels)
///
/// # Source
///
/// Xie et al. 2024, "SANA", section 2.2.
#[derive(Clone, Debug)]
pub struct GatedConv {
    widen: Linear,
    depth: DepthwiseConv,
    narrow: Linear,
}

impl GatedConv {
    /// Loads `conv_inverted`, `conv_depth` and `conv_point`, the last without a bias; `inner` are the channels behind the gate.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, channels: usize, inner: usize) -> std::result::Result<Self, WeightsError> {
        Ok(Self {
            widen: Linear::load_point(&weights.pp("conv_inverted"), channels, 2 * inner, true)?,
            depth: DepthwiseConv::load(&weights.pp("conv_depth"), 2 * inner, 3, true)?.gated(),
            narrow: Linear::load_point(&weights.pp("conv_point"), inner, channels, false)?,
        })
    }

    /// Applies the layers.
    ///
    /// # Errors
    ///
    /// When the input has other channels.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        self.narrow.forward(&self.depth.forward(&self.widen.forward_activated(input, Activation::Silu)?)?)
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device};

    use super::*;

    fn ramp(shape: &[usize], step: usize) -> Tensor {
        let count: usize = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|at| ((at * step % 101) as f32 - 50.0) / 100.0).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }

    #[test]
    fn equals_three_convolutions() {
        let tensors = [
            ("conv_inverted.weight", ramp(&[20, 6, 1, 1], 37)),
            ("conv_inverted.bias", ramp(&[20], 17)),
            ("conv_depth.weight", ramp(&[20, 1, 3, 3], 23)),
            ("conv_depth.bias", ramp(&[20], 31)),
            ("conv_point.weight", ramp(&[6, 10, 1, 1], 43)),
        ];
        let file = tempfile::Builder::new().suffix(".safetensors").tempfile().unwrap();
        let tensors = std::collections::HashMap::from(tensors);
        candle_core::safetensors::save(&tensors, file.path()).unwrap();
        let weights = Weights::open(file.path(), DType::F32, &Device::Cpu).unwrap();
        let (layer, input) = (GatedConv::load(&weights, 6, 10).unwrap(), ramp(&[2, 4, 5, 6], 13));
        weights.finish(&[]).unwrap();
        let conv = |input: &Tensor, name: &str, groups: usize| {
            let (weight, bias) = (&tensors[&*format!("{name}.weight")], tensors.get(&*format!("{name}.bias")));
            let output = input.conv2d(weight, weight.dim(3).unwrap() / 2, 1, 1, groups).unwrap();
            bias.map_or(output.clone(), |bias| output.broadcast_add(&bias.reshape((1, (), 1, 1)).unwrap()).unwrap())
        };
        let planes = input.permute((0, 3, 1, 2)).unwrap().contiguous().unwrap();
        let inner = conv(&conv(&planes, "conv_inverted", 1).silu().unwrap(), "conv_depth", 20);
        let gate = inner.narrow(1, 10, 10).unwrap().contiguous().unwrap().silu().unwrap();
        let gated = (inner.narrow(1, 0, 10).unwrap() * gate).unwrap();
        let expected = conv(&gated, "conv_point", 1).permute((0, 2, 3, 1)).unwrap();
        let apart = (layer.forward(&input).unwrap() - expected).unwrap().abs().unwrap();
        assert!(apart.max_all().unwrap().to_scalar::<f32>().unwrap() < 1e-5);
        assert!(layer.forward(&ramp(&[2, 4, 5, 7], 13)).is_err());
    }
}
