//! Convolution as a candle operation.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};

use super::columns::by_columns;
use super::lay::Kernel;
use super::winograd;
use crate::kernel::slices::{contiguous, with_slice};

/// Convolution on the CPU in f32. The gradient goes to the input only: the weights are frozen.
///
/// # Shapes
///
/// - `input`: (batch, in, height, width)
/// - `bias`: (out), contiguous
/// - result: (batch, out, (height + 2 padding - side) / stride + 1, likewise)
pub(crate) fn convolve(
    input: &Tensor,
    kernel: &Kernel,
    bias: Option<&Tensor>,
    stride: usize,
    padding: usize,
) -> Result<Tensor> {
    input.contiguous()?.apply_op1(Convolution { kernel: kernel.clone(), bias: bias.cloned(), stride, padding })
}

/// Sides of what goes in and comes out for one picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Geometry {
    pub(super) depth: usize,
    pub(super) height: usize,
    pub(super) width: usize,
    pub(super) side: usize,
    pub(super) stride: usize,
    pub(super) padding: usize,
}

impl Geometry {
    pub(super) fn out_height(&self) -> usize {
        (self.height + 2 * self.padding - self.side) / self.stride + 1
    }

    pub(super) fn out_width(&self) -> usize {
        (self.width + 2 * self.padding - self.side) / self.stride + 1
    }
}

struct Convolution {
    kernel: Kernel,
    bias: Option<Tensor>,
    stride: usize,
    padding: usize,
}

impl CustomOp1 for Convolution {
    fn name(&self) -> &'static str {
        "convolution"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (batch, depth, height, width) = layout.shape().dims4()?;
        let (stride, padding, side) = (self.stride, self.padding, self.kernel.side());
        let geometry = Geometry { depth, height, width, side, stride, padding };
        let (rows, columns, channels) = (geometry.out_height(), geometry.out_width(), self.kernel.width()?);
        let input = contiguous(storage, layout)?;
        let mut output = self.start(batch, channels, rows * columns)?;
        let pictures = input.chunks(depth * height * width).zip(output.chunks_mut((channels * rows * columns).max(1)));
        match &self.kernel {
            Kernel::Rows { weight, .. } => with_slice(weight, |weight| {
                pictures.for_each(|(input, output)| by_columns(input, weight, output, geometry));
                Ok(())
            })?,
            Kernel::Winograd { weight } => with_slice(weight, |weight| {
                pictures.for_each(|(input, output)| winograd::convolve(input, weight, output, geometry));
                Ok(())
            })?,
        }
        Ok((CpuStorage::F32(output), Shape::from((batch, channels, rows, columns))))
    }

    fn bwd(&self, arg: &Tensor, _res: &Tensor, grad_res: &Tensor) -> Result<Option<Tensor>> {
        let (_, _, height, _) = arg.dims4()?;
        let (side, stride, padding) = (self.kernel.side(), self.stride, self.padding);
        let reached = (grad_res.dim(2)? - 1) * stride + side - 2 * padding;
        let kernel = self.kernel.plain()?;
        let gradient = grad_res.contiguous()?.conv_transpose2d(&kernel, padding, 0, stride, 1)?;
        let gradient = gradient.pad_with_zeros(2, 0, height - reached)?;
        let missing = arg.dim(3)? - gradient.dim(3)?;
        gradient.pad_with_zeros(3, 0, missing).map(Some)
    }
}

impl Convolution {
    /// What the products are added to: the bias at each pixel.
    fn start(&self, batch: usize, channels: usize, pixels: usize) -> Result<Vec<f32>> {
        let mut output = vec![0.0; batch * channels * pixels];
        if let Some(bias) = &self.bias {
            with_slice(bias, |bias| {
                let planes = output.chunks_mut(pixels.max(1));
                planes.zip(bias.iter().cycle()).for_each(|(plane, bias)| plane.fill(*bias));
                Ok(())
            })?;
        }
        Ok(output)
    }
}
