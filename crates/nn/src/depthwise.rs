//! Convolution of each channel by itself.

use candle_core::{D, DType, Result, Tensor};

use crate::activation::Activation;
use crate::kernel::{Taps, depthwise};
use crate::weights::{Weights, WeightsError};

/// A convolution in which every channel has a kernel of its own, with zeros around the picture. Channels lie last, so that layers of one
/// pixel before and behind it are linear layers.
///
/// # Shapes
///
/// - input and output: (batch, height, width, channels)
#[derive(Clone, Debug)]
pub struct DepthwiseConv {
    taps: Taps,
    channels: usize,
}

impl DepthwiseConv {
    /// Loads `weight` (channels, 1, side, side), `side` odd, and, if there is one, `bias` (channels).
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(
        weights: &Weights,
        channels: usize,
        side: usize,
        bias: bool,
    ) -> std::result::Result<Self, WeightsError> {
        let weight = weights.get_computed("weight", &[channels, 1, side, side])?;
        let bias = if bias { Some(weights.get_computed("bias", &[channels])?) } else { None };
        if weights.is_blank() {
            let bias = bias.unwrap_or_else(|| weight.clone());
            return Ok(Self { taps: Taps { weight, bias, side, is_gated: false }, channels });
        }
        Self::from_tensors(&weight, bias).map_err(|source| weights.conversion("weight", source))
    }

    /// A layer of tensors in hand: `weight` (channels, 1, side, side), `side` odd, and `bias` (channels), both of one type on one device.
    ///
    /// # Errors
    ///
    /// When the shapes do not fit.
    pub fn from_tensors(weight: &Tensor, bias: Option<Tensor>) -> Result<Self> {
        let (channels, one, side, columns) = weight.dims4()?;
        if one != 1 || side != columns || side % 2 == 0 {
            candle_core::bail!("kernels of shape {:?} for channels of their own", weight.dims());
        }
        let taps = weight.reshape((channels, side * side))?.t()?.contiguous()?;
        let bias = bias.map_or_else(|| Tensor::zeros(channels, weight.dtype(), weight.device()), Ok)?;
        if bias.dims() != [channels] {
            candle_core::bail!("the bias of a convolution has shape {:?}, expected [{channels}]", bias.dims());
        }
        Ok(Self { taps: Taps { weight: taps, bias, side, is_gated: false }, channels })
    }

    /// The same layer, whose output is the first half of its channels, each times the silu of the channel half of them behind it:
    /// (batch, height, width, channels / 2).
    #[must_use]
    pub fn gated(mut self) -> Self {
        self.taps.is_gated = true;
        self
    }

    /// Applies the layer.
    ///
    /// # Errors
    ///
    /// When the input has other channels, an odd number of them if it is gated, or is on another device.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let (_, _, _, channels) = input.dims4()?;
        if channels != self.channels || (self.taps.is_gated && channels % 2 == 1) {
            candle_core::bail!("a convolution of {} channels apart got shape {:?}", self.channels, input.dims());
        }
        let is_ours = input.device().is_cpu() && input.dtype() == DType::F32;
        if is_ours { depthwise(input, &self.taps) } else { by_candle(input, &self.taps) }
    }
}

/// The convolution by candle's operations: the picture is moved under each place of the kernel.
pub(crate) fn by_candle(input: &Tensor, taps: &Taps) -> Result<Tensor> {
    let (_, height, width, _) = input.dims4()?;
    let (half, dtype) = (taps.side / 2, input.dtype());
    let (weight, bias) = (taps.weight.to_dtype(dtype)?, taps.bias.to_dtype(dtype)?);
    let padded = input.pad_with_zeros(1, half, half)?.pad_with_zeros(2, half, half)?;
    let mut sums: Option<Tensor> = None;
    for tap in 0..taps.side * taps.side {
        let moved = padded.narrow(1, tap / taps.side, height)?.narrow(2, tap % taps.side, width)?;
        let product = moved.broadcast_mul(&weight.get(tap)?)?;
        sums = Some(sums.map_or_else(|| Ok(product.clone()), |sums| sums + &product)?);
    }
    let sums = sums.map_or_else(|| input.zeros_like(), Ok)?.broadcast_add(&bias)?;
    if !taps.is_gated {
        return Ok(sums);
    }
    let half = sums.dim(D::Minus1)? / 2;
    let gate = Activation::Silu.forward(&sums.narrow(D::Minus1, half, half)?.contiguous()?)?;
    sums.narrow(D::Minus1, 0, half)? * gate
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};

    use super::*;

    fn ramp(shape: &[usize]) -> Tensor {
        let count: usize = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|at| ((at * 37 % 101) as f32 - 50.0) / 50.0).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }

    fn apart(a: &Tensor, b: &Tensor) -> f32 {
        (a - b).unwrap().abs().unwrap().max_all().unwrap().to_scalar().unwrap()
    }

    /// A whole run of lanes and some more channels.
    fn layer(side: usize) -> (DepthwiseConv, Tensor, Tensor) {
        let (weight, bias) = (ramp(&[70, 1, side, side]), ramp(&[70]));
        (DepthwiseConv::from_tensors(&weight, Some(bias.clone())).unwrap(), weight, bias)
    }

    #[test]
    fn equals_the_convolution_of_groups() {
        for (side, height, width) in [(1, 3, 4), (3, 5, 6), (3, 1, 1), (5, 4, 3), (5, 2, 9)] {
            let (layer, weight, bias) = layer(side);
            let input = ramp(&[2, height, width, 70]);
            let planes = input.permute((0, 3, 1, 2)).unwrap().contiguous().unwrap();
            let expected = planes.conv2d(&weight, side / 2, 1, 1, 70).unwrap().permute((0, 2, 3, 1)).unwrap();
            let expected = expected.broadcast_add(&bias).unwrap();
            assert!(apart(&layer.forward(&input).unwrap(), &expected) < 1e-5, "{side}");
            assert!(apart(&by_candle(&input, &layer.taps).unwrap(), &expected) < 1e-5, "{side}");
            let gate = expected.narrow(3, 35, 35).unwrap().contiguous().unwrap().silu().unwrap();
            let gated = (expected.narrow(3, 0, 35).unwrap() * gate).unwrap();
            let layer = layer.gated();
            assert!(apart(&layer.forward(&input).unwrap(), &gated) < 1e-5, "{side}");
            assert!(apart(&by_candle(&input, &layer.taps).unwrap(), &gated) < 1e-5, "{side}");
        }
    }

    #[test]
    fn the_gradient_of_the_input_equals_candle() {
        let (layer, input) = (layer(3).0.gated(), Var::from_tensor(&ramp(&[1, 4, 5, 70])).unwrap());
        let gradient = |output: Tensor| {
            let loss = output.sqr().unwrap().sum_all().unwrap();
            loss.backward().unwrap().get(&input).unwrap().clone()
        };
        let expected = gradient(by_candle(&input, &layer.taps).unwrap());
        assert!(apart(&gradient(layer.forward(&input).unwrap()), &expected) < 1e-3);
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert!(layer(3).0.forward(&ramp(&[1, 4, 5, 69])).is_err());
        assert!(DepthwiseConv::from_tensors(&ramp(&[4, 1, 2, 2]), None).is_err());
        assert!(DepthwiseConv::from_tensors(&ramp(&[4, 2, 3, 3]), None).is_err());
        assert!(DepthwiseConv::from_tensors(&ramp(&[4, 1, 3, 3]), Some(ramp(&[5]))).is_err());
        let odd = DepthwiseConv::from_tensors(&ramp(&[5, 1, 3, 3]), None).unwrap().gated();
        assert!(odd.forward(&ramp(&[1, 4, 5, 5])).is_err());
    }
}
