//! Convolution over pictures.

use candle_core::{DType, Tensor};

use crate::kernel::{Kernel, convolve};
use crate::weights::{Weights, WeightsError};

/// Bytes that are laid out at a time at most for a convolution by candle without cuDNN.
const LAID: usize = 512 << 20;

/// Shape of a convolution.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConvConfig {
    /// Side of the kernel in pixels, at least 1.
    pub side: usize,
    /// Pixels from one output to the next, at least 1.
    pub stride: usize,
    /// Rows and columns of zeros added on every side.
    pub padding: usize,
    /// Whether a number is added to each output channel.
    pub bias: bool,
}

impl ConvConfig {
    /// One pixel for one pixel.
    pub const POINT: Self = Self { side: 1, stride: 1, padding: 0, bias: true };
    /// 3 x 3 pixels, the output as large as the input.
    pub const SAME: Self = Self { side: 3, stride: 1, padding: 1, bias: true };
    /// 3 x 3 pixels, the output half as large as the input.
    pub const HALF: Self = Self { side: 3, stride: 2, padding: 1, bias: true };
}

/// `y[o] = b[o] + sum over c of w[o, c] * x[c]`, the sum of products as the kernel passes over the picture.
///
/// # Shapes
///
/// - input: (batch, in, height, width)
/// - output: (batch, out, (height + 2 padding - side) / stride + 1, likewise), in the input's type
///
/// On the CPU in f32 by our kernels, for which weights in f32 are laid out once; weights of 16 bits stay so and are widened at each
/// call. Elsewhere by candle.
#[derive(Clone, Debug)]
pub struct Conv2d {
    form: Form,
    bias: Option<Tensor>,
    depth: usize,
    config: ConvConfig,
}

#[derive(Clone, Debug)]
enum Form {
    /// f32 on the CPU, laid out for our kernels.
    Laid(Kernel),
    /// (out, in, side, side), any type on any device.
    Stored(Tensor),
}

impl Conv2d {
    /// Loads `weight` (out, in, side, side) and, if there is one, `bias` (out).
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, depth: usize, width: usize, config: ConvConfig) -> Result<Self, WeightsError> {
        let weight = weights.get("weight", &[width, depth, config.side, config.side])?;
        let bias = if config.bias { Some(weights.get("bias", &[width])?) } else { None };
        if weights.is_for_cpu() && weight.dtype() == DType::F32 {
            weights.takes("weight", Kernel::bytes((width, depth, config.side), config.stride));
        }
        if weights.is_blank() {
            return Ok(Self { form: Form::Stored(weight), bias, depth, config });
        }
        Self::from_tensors(weight, bias, config).map_err(|source| weights.conversion("weight", source))
    }

    /// A layer of tensors in hand: `weight` (out, in, side, side) and `bias` (out) of one type on one device. `config.bias` is of
    /// no account.
    ///
    /// # Errors
    ///
    /// When the shapes do not fit each other or the configuration.
    pub fn from_tensors(weight: Tensor, bias: Option<Tensor>, config: ConvConfig) -> candle_core::Result<Self> {
        let (width, depth, rows, columns) = weight.dims4()?;
        if (rows, columns) != (config.side, config.side) || rows == 0 || config.stride == 0 {
            candle_core::bail!("a kernel of shape {:?} for a convolution of {config:?}", weight.dims());
        }
        if let Some(bias) = &bias
            && bias.dims() != [width]
        {
            candle_core::bail!("the bias of a convolution has shape {:?}, expected [{width}]", bias.dims());
        }
        let is_laid = weight.device().is_cpu() && weight.dtype() == DType::F32;
        let form = if is_laid { Form::Laid(Kernel::lay(&weight, config.stride)?) } else { Form::Stored(weight) };
        Ok(Self { form, bias, depth, config })
    }

    /// Applies the layer.
    ///
    /// # Errors
    ///
    /// When the input has other channels, is smaller than the kernel, or is on another device.
    pub fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        let ConvConfig { side, stride, padding, .. } = self.config;
        let (_, depth, height, width) = input.dims4()?;
        if depth != self.depth || height.min(width) + 2 * padding < side {
            candle_core::bail!(
                "a convolution of {} channels with a kernel of {side} px got shape {:?}",
                self.depth,
                input.dims()
            );
        }
        let is_ours = input.device().is_cpu() && input.dtype() == DType::F32;
        match &self.form {
            Form::Laid(kernel) if is_ours => convolve(input, kernel, self.bias.as_ref(), stride, padding),
            Form::Laid(kernel) => self.by_candle(input, &kernel.plain()?),
            Form::Stored(weight) if is_ours => {
                let kernel = Kernel::rows(&weight.to_dtype(DType::F32)?)?;
                let bias = self.bias.as_ref().map(|bias| bias.to_dtype(DType::F32)).transpose()?;
                convolve(input, &kernel, bias.as_ref(), stride, padding)
            }
            Form::Stored(weight) => self.by_candle(input, weight),
        }
    }

    /// By candle, which without cuDNN lays all pixels under the kernel out at once: in stripes of rows that take little enough.
    fn by_candle(&self, input: &Tensor, weight: &Tensor) -> candle_core::Result<Tensor> {
        let weight = weight.to_dtype(input.dtype())?;
        let is_whole = cfg!(feature = "cudnn") || input.track_op() || input.device().is_cpu();
        let output = self.in_stripes(input, &weight, if is_whole { usize::MAX } else { LAID })?;
        match &self.bias {
            Some(bias) => output.broadcast_add(&bias.to_dtype(input.dtype())?.reshape((1, (), 1, 1))?),
            None => Ok(output),
        }
    }
}

impl Conv2d {
    /// The sums of products, for each of which at most so many bytes are laid out.
    fn in_stripes(&self, input: &Tensor, weight: &Tensor, bytes: usize) -> candle_core::Result<Tensor> {
        let ConvConfig { side, stride, padding, .. } = self.config;
        let (batch, depth, height, width) = input.dims4()?;
        let rows = (height + 2 * padding - side) / stride + 1;
        let columns = (width + 2 * padding - side) / stride + 1;
        let of_row = batch * depth * side * side * columns * input.dtype().size_in_bytes();
        let together = (bytes / of_row.max(1)).clamp(1, rows);
        if together == rows {
            return input.conv2d(weight, padding, stride, 1, 1);
        }
        let padded = input.pad_with_zeros(2, padding, padding)?.pad_with_zeros(3, padding, padding)?;
        let stripes = (0..rows).step_by(together).map(|first| {
            let count = together.min(rows - first);
            let stripe = padded.narrow(2, first * stride, (count - 1) * stride + side)?.contiguous()?;
            stripe.conv2d(weight, 0, stride, 1, 1)
        });
        Tensor::cat(&stripes.collect::<candle_core::Result<Vec<_>>>()?, 2)
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};
    use proptest::prelude::*;

    use super::*;

    /// Numbers between -1 and 1 without a pattern.
    fn noise(shape: &[usize], seed: u32) -> Tensor {
        let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state as f32 / u32::MAX as f32 * 2.0 - 1.0
        };
        let values: Vec<f32> = (0..shape.iter().product::<usize>()).map(|_| next()).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }

    /// Largest difference as a share of the largest number.
    fn apart(found: &Tensor, expected: &Tensor) -> f32 {
        let largest = |t: &Tensor| t.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
        assert_eq!(found.dims(), expected.dims());
        largest(&(found - expected).unwrap()) / largest(expected).max(1e-6)
    }

    fn by_rows(weight: &Tensor, bias: &Tensor, config: ConvConfig) -> Conv2d {
        let form = Form::Laid(Kernel::rows(weight).unwrap());
        Conv2d { form, bias: Some(bias.clone()), depth: weight.dim(1).unwrap(), config }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn every_way_equals_candle(
            depth in 1_usize..20, width in 1_usize..20, height in 3_usize..19, breadth in 3_usize..19,
            which in 0_usize..3, seed in 0_u32..1000,
        ) {
            let config = [ConvConfig::POINT, ConvConfig::SAME, ConvConfig::HALF][which];
            let weight = noise(&[width, depth, config.side, config.side], seed);
            let (bias, input) = (noise(&[width], seed + 1), noise(&[2, depth, height, breadth], seed + 2));
            let layer = Conv2d::from_tensors(weight.clone(), Some(bias.clone()), config).unwrap();
            let expected = layer.by_candle(&input, &weight).unwrap();
            prop_assert!(apart(&layer.forward(&input).unwrap(), &expected) < 1e-5);
            prop_assert!(apart(&by_rows(&weight, &bias, config).forward(&input).unwrap(), &expected) < 1e-5);
            let whole = layer.in_stripes(&input, &weight, usize::MAX).unwrap();
            for bytes in [0, 4000, 20_000] {
                prop_assert!(apart(&layer.in_stripes(&input, &weight, bytes).unwrap(), &whole) < 1e-6);
            }
        }
    }

    #[test]
    fn winograd_equals_the_reference_on_real_widths() {
        for (depth, width, side) in [(320, 320, 16), (640, 320, 13), (1280, 64, 8)] {
            let (weight, bias) = (noise(&[width, depth, 3, 3], 7), noise(&[width], 8));
            let input = noise(&[1, depth, side, side + 3], 9);
            let expected = by_rows(&weight, &bias, ConvConfig::SAME).forward(&input).unwrap();
            let layer = Conv2d::from_tensors(weight, Some(bias), ConvConfig::SAME).unwrap();
            assert!(matches!(layer.form, Form::Laid(Kernel::Winograd { .. })));
            assert!(apart(&layer.forward(&input).unwrap(), &expected) < 1e-4);
        }
    }

    #[test]
    fn the_gradient_of_the_input_equals_candle() {
        for config in [ConvConfig::POINT, ConvConfig::SAME, ConvConfig::HALF] {
            let (weight, input) = (noise(&[18, 17, config.side, config.side], 1), noise(&[1, 17, 9, 7], 2));
            let input = Var::from_tensor(&input).unwrap();
            let layer = Conv2d::from_tensors(weight.clone(), None, config).unwrap();
            let gradient = |output: Tensor| {
                let loss = output.sqr().unwrap().sum_all().unwrap();
                loss.backward().unwrap().get(&input).unwrap().clone()
            };
            let expected = gradient(layer.by_candle(&input, &weight).unwrap());
            assert!(apart(&gradient(layer.forward(&input).unwrap()), &expected) < 1e-4, "{config:?}");
        }
    }

    #[test]
    fn weights_of_16_bits_are_widened_at_the_call() {
        let weight = noise(&[5, 4, 3, 3], 3).to_dtype(DType::F16).unwrap();
        let layer = Conv2d::from_tensors(weight.clone(), None, ConvConfig::SAME).unwrap();
        let input = noise(&[1, 4, 6, 6], 4);
        let expected = layer.by_candle(&input, &weight).unwrap();
        assert!(apart(&layer.forward(&input).unwrap(), &expected) < 1e-5);
    }

    #[test]
    fn a_picture_that_does_not_fit_is_an_error() {
        let layer = Conv2d::from_tensors(noise(&[5, 4, 3, 3], 3), None, ConvConfig { padding: 0, ..ConvConfig::SAME });
        let layer = layer.unwrap();
        assert!(layer.forward(&noise(&[1, 3, 8, 8], 1)).is_err());
        assert!(layer.forward(&noise(&[1, 4, 2, 8], 1)).is_err());
        assert!(Conv2d::from_tensors(noise(&[5, 4, 3, 2], 3), None, ConvConfig::SAME).is_err());
    }
    #[test]
    fn an_outline_counts_the_order_in_which_kernels_lie() {
        let shape = vec![48, 32, 3, 3];
        let asked = |config, dtype| {
            let weights = Weights::blank([("weight".to_owned(), shape.clone())]).with_dtype(dtype);
            Conv2d::load(&weights, 32, 48, ConvConfig { bias: false, ..config }).unwrap();
            weights.asked_bytes()
        };
        let weight = noise(&shape, 1);
        let Form::Laid(Kernel::Winograd { weight }) =
            Conv2d::from_tensors(weight, None, ConvConfig::SAME).unwrap().form
        else {
            panic!("not transformed")
        };
        assert_eq!(asked(ConvConfig::SAME, DType::F32), 4 * weight.elem_count() as u64);
        assert_eq!(asked(ConvConfig::HALF, DType::F32), 4 * 48 * 32 * 9);
        assert_eq!(asked(ConvConfig::SAME, DType::F16), 2 * 48 * 32 * 9);
    }
}
