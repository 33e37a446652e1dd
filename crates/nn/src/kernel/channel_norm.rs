//! Normalisation of each pixel over its channels, which are planes.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, Var};
use rayon::prelude::*;

use super::grain::grain;
use super::slices::{contiguous, with_slice};
use super::vectorised::vectorised;
use crate::channel_norm::by_candle;

/// Pixels whose squares one thread sums at a time.
const STRIP: usize = 1024;

/// `x / sqrt(mean(x^2) + eps) * gain + bias` over the channels of each pixel, on the CPU in f32, with the gradient of its input.
///
/// # Shapes
///
/// - `input` and result: (batch, channels, height, width)
/// - `gain`, `bias`: (channels), f32, contiguous
pub(crate) fn normalise_channels(input: &Tensor, gain: &Tensor, bias: &Tensor, eps: f64) -> Result<Tensor> {
    input.contiguous()?.apply_op1(NormaliseChannels { gain: gain.clone(), bias: bias.clone(), eps })
}

struct NormaliseChannels {
    gain: Tensor,
    bias: Tensor,
    eps: f64,
}

impl CustomOp1 for NormaliseChannels {
    fn name(&self) -> &'static str {
        "normalise-channels"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (batch, channels, height, width) = layout.shape().dims4()?;
        let (input, pixels) = (contiguous(storage, layout)?, height * width);
        let mut scales = vec![0.0; batch * pixels];
        let mut output = vec![0.0; input.len()];
        for (picture, scales) in input.chunks(channels * pixels).zip(scales.chunks_mut(pixels)) {
            let strips = scales.par_chunks_mut(STRIP).with_min_len(grain(STRIP * channels)).enumerate();
            strips.for_each(|(at, scales)| {
                vectorised(|| scale(scales, picture, at * STRIP, pixels, self.eps as f32));
            });
        }
        with_slice(&self.gain, |gain| {
            with_slice(&self.bias, |bias| {
                let planes = output.par_chunks_mut(pixels).zip(input.par_chunks(pixels)).with_min_len(grain(pixels));
                planes.enumerate().for_each(|(at, (output, input))| {
                    let scales = &scales[at / channels * pixels..][..pixels];
                    let (gain, bias) = (gain[at % channels], bias[at % channels]);
                    vectorised(|| {
                        for ((output, input), scale) in output.iter_mut().zip(input).zip(scales) {
                            *output = input * scale * gain + bias;
                        }
                    });
                });
                Ok(())
            })
        })?;
        Ok((CpuStorage::F32(output), layout.shape().clone()))
    }

    /// By candle's operations.
    fn bwd(&self, arg: &Tensor, _res: &Tensor, grad_res: &Tensor) -> Result<Option<Tensor>> {
        let input = Var::from_tensor(&arg.detach())?;
        let output = by_candle(&input, 1, (&self.gain, &self.bias), self.eps)?;
        let gradients = (output * grad_res.detach())?.sum_all()?.backward()?;
        Ok(gradients.get(&input).cloned())
    }
}

/// One over the root mean square of each pixel from `first` on.
#[inline(always)]
fn scale(scales: &mut [f32], picture: &[f32], first: usize, pixels: usize, eps: f32) {
    let count = scales.len();
    for plane in picture.chunks_exact(pixels) {
        scales.iter_mut().zip(&plane[first..][..count]).for_each(|(sum, x)| *sum += x * x);
    }
    let channels = (picture.len() / pixels) as f32;
    scales.iter_mut().for_each(|sum| *sum = 1.0 / (*sum / channels + eps).sqrt());
}
