//! What is between stages: twice or half as many pixels along a side, with a shortcut that moves pixels into channels or out of them.

use candle_core::{Result, Tensor};
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Conv2d, ConvConfig};

use crate::block::double;

/// To twice as many pixels along a side.
#[derive(Clone, Debug)]
pub(super) struct Grow {
    conv: Conv2d,
    /// Whether pixels are repeated before the convolution, not made of channels behind it.
    repeats: bool,
    width: usize,
}

impl Grow {
    pub(super) fn load(
        weights: &Weights,
        (depth, width): (usize, usize),
        repeats: bool,
    ) -> std::result::Result<Self, WeightsError> {
        let made = if repeats { width } else { 4 * width };
        Ok(Self { conv: Conv2d::load(&weights.pp("conv"), depth, made, ConvConfig::SAME)?, repeats, width })
    }

    pub(super) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let grown =
            if self.repeats { self.conv.forward(&double(input)?)? } else { spread(&self.conv.forward(input)?)? };
        grown + spread(&repeat(input, 4 * self.width)?)?
    }
}

/// To half as many pixels along a side.
#[derive(Clone, Debug)]
pub(super) struct Shrink {
    conv: Conv2d,
    /// Whether the convolution makes one of four pixels, not channels of them behind it.
    strides: bool,
    width: usize,
}

impl Shrink {
    pub(super) fn load(
        weights: &Weights,
        (depth, width): (usize, usize),
        strides: bool,
    ) -> std::result::Result<Self, WeightsError> {
        let (made, config) = if strides { (width, ConvConfig::HALF) } else { (width / 4, ConvConfig::SAME) };
        Ok(Self { conv: Conv2d::load(&weights.pp("conv"), depth, made, config)?, strides, width })
    }

    pub(super) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let made = self.conv.forward(input)?;
        let shrunk = if self.strides { made } else { gather(&made)? };
        shrunk + mean(&gather(input)?, self.width)?
    }
}

/// Channels of which each stands as often, one copy beside the other, as makes `width` of them all.
pub(super) fn repeat(input: &Tensor, width: usize) -> Result<Tensor> {
    let (batch, channels, height, columns) = input.dims4()?;
    let copies = input.unsqueeze(2)?.expand((batch, channels, width / channels.max(1), height, columns))?;
    copies.contiguous()?.reshape((batch, width, height, columns))
}

/// Means of as many neighbouring channels as make `width` of them all.
pub(super) fn mean(input: &Tensor, width: usize) -> Result<Tensor> {
    let (batch, _, height, columns) = input.dims4()?;
    input.reshape((batch, width, (), height, columns))?.mean(2)
}

/// (batch, 4 channels, height, width) to (batch, channels, 2 height, 2 width): four channels are the pixels of a square.
fn spread(input: &Tensor) -> Result<Tensor> {
    let (batch, channels, height, width) = input.dims4()?;
    let cut = input.reshape(&[batch, channels / 4, 2, 2, height, width][..])?;
    let turned = cut.permute([0, 1, 4, 2, 5, 3])?.contiguous()?;
    turned.reshape((batch, channels / 4, 2 * height, 2 * width))
}

/// The other way round.
fn gather(input: &Tensor) -> Result<Tensor> {
    let (batch, channels, height, width) = input.dims4()?;
    let cut = input.contiguous()?.reshape(&[batch, channels, height / 2, 2, width / 2, 2][..])?;
    let turned = cut.permute([0, 1, 3, 5, 2, 4])?.contiguous()?;
    turned.reshape((batch, 4 * channels, height / 2, width / 2))
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    fn values(tensor: &Tensor) -> Vec<f32> {
        tensor.flatten_all().unwrap().to_vec1().unwrap()
    }

    #[test]
    fn pixels_go_into_channels_and_back() {
        let picture = Tensor::arange(0_f32, 96.0, &Device::Cpu).unwrap().reshape((2, 3, 4, 4)).unwrap();
        let channels = gather(&picture).unwrap();
        assert_eq!(channels.dims(), [2, 12, 2, 2]);
        assert_eq!(values(&channels)[..8], [0., 2., 8., 10., 1., 3., 9., 11.]);
        assert_eq!(values(&spread(&channels).unwrap()), values(&picture));
    }

    #[test]
    fn repeated_channels_have_their_own_mean() {
        let picture = Tensor::arange(0_f32, 12.0, &Device::Cpu).unwrap().reshape((1, 3, 2, 2)).unwrap();
        let repeated = repeat(&picture, 6).unwrap();
        assert_eq!(values(&repeated)[..8], [0., 1., 2., 3., 0., 1., 2., 3.]);
        assert_eq!(values(&mean(&repeated, 3).unwrap()), values(&picture));
    }
}
