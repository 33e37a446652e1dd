//! Convolution of each channel by itself, channels last.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, Var};
use rayon::prelude::*;

use super::exponential::sigmoid;
use super::grain::grain;
use super::slices::{contiguous, with_slice};
use super::vectorised::vectorised;
use crate::depthwise::by_candle;

/// Channels that are summed side by side.
const LANES: usize = 32;

/// Kernels of all channels.
#[derive(Clone, Debug)]
pub(crate) struct Taps {
    /// (side x side, channels), contiguous.
    pub(crate) weight: Tensor,
    /// (channels), contiguous.
    pub(crate) bias: Tensor,
    /// Rows and columns of a kernel, odd.
    pub(crate) side: usize,
    /// Whether the second half of the sums, activated by silu, is what the first half is multiplied by.
    pub(crate) is_gated: bool,
}

/// The convolution on the CPU in f32 with zeros around the picture, with the gradient of its input.
///
/// # Shapes
///
/// - `input`: (batch, height, width, channels)
/// - result: the same; half as many channels if gated
pub(crate) fn depthwise(input: &Tensor, taps: &Taps) -> Result<Tensor> {
    input.contiguous()?.apply_op1(Depthwise(taps.clone()))
}

struct Depthwise(Taps);

impl CustomOp1 for Depthwise {
    fn name(&self) -> &'static str {
        "depthwise-convolution"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (batch, height, width, channels) = layout.shape().dims4()?;
        let Taps { weight, bias, side, is_gated } = &self.0;
        let input = contiguous(storage, layout)?;
        let out = if *is_gated { channels / 2 } else { channels };
        let mut output = vec![0.0; batch * height * width * out];
        with_slice(weight, |weight| {
            with_slice(bias, |bias| {
                let size = (width * out).max(1);
                let rows = output.par_chunks_mut(size).with_min_len(grain(size * side * side)).enumerate();
                rows.for_each(|(at, row)| {
                    let plane = &input[at / height * height * width * channels..][..height * width * channels];
                    let picture = Picture { plane, weight, bias, height, width, side: *side };
                    vectorised(|| picture.row(row, at % height, *is_gated));
                });
                Ok(())
            })
        })?;
        Ok((CpuStorage::F32(output), Shape::from((batch, height, width, out))))
    }

    /// By candle's operations.
    fn bwd(&self, arg: &Tensor, _res: &Tensor, grad_res: &Tensor) -> Result<Option<Tensor>> {
        let input = Var::from_tensor(&arg.detach())?;
        let gradients = (by_candle(&input, &self.0)? * grad_res.detach())?.sum_all()?.backward()?;
        Ok(gradients.get(&input).cloned())
    }
}

/// One picture and what is summed over it.
#[derive(Clone, Copy)]
struct Picture<'a> {
    /// (height, width, channels)
    plane: &'a [f32],
    weight: &'a [f32],
    bias: &'a [f32],
    height: usize,
    width: usize,
    side: usize,
}

impl Picture<'_> {
    /// A row of outputs.
    #[inline(always)]
    fn row(self, row: &mut [f32], y: usize, is_gated: bool) {
        let channels = self.bias.len();
        let out = if is_gated { channels / 2 } else { channels };
        // All columns for some channels after the others: their kernels stay at hand.
        let whole = out / LANES * LANES;
        for first in (0..whole).step_by(LANES) {
            for (x, pixel) in row.chunks_exact_mut(out).enumerate() {
                let found = self.lanes::<LANES>((y, x), first, is_gated.then_some(out));
                pixel[first..][..LANES].copy_from_slice(&found);
            }
        }
        for (x, pixel) in row.chunks_exact_mut(out).enumerate() {
            for (at, value) in pixel[whole..].iter_mut().enumerate() {
                [*value] = self.lanes::<1>((y, x), whole + at, is_gated.then_some(out));
            }
        }
    }

    /// Outputs of channels from `first` on; `gate` is how far behind each its gate is.
    #[inline(always)]
    fn lanes<const N: usize>(self, place: (usize, usize), first: usize, gate: Option<usize>) -> [f32; N] {
        let mut sums = self.sums::<N>(place, first);
        if let Some(behind) = gate {
            let gates = self.sums::<N>(place, first + behind);
            sums.iter_mut().zip(gates).for_each(|(sum, gate)| *sum *= gate * sigmoid(gate));
        }
        sums
    }

    #[inline(always)]
    fn sums<const N: usize>(self, (y, x): (usize, usize), first: usize) -> [f32; N] {
        let (channels, half) = (self.bias.len(), self.side / 2);
        let mut sums = [0.0; N];
        sums.copy_from_slice(&self.bias[first..][..N]);
        for row in y.saturating_sub(half)..(y + half + 1).min(self.height) {
            for column in x.saturating_sub(half)..(x + half + 1).min(self.width) {
                let tap = (row + half - y) * self.side + column + half - x;
                let weight = &self.weight[tap * channels + first..][..N];
                let input = &self.plane[(row * self.width + column) * channels + first..][..N];
                for lane in 0..N {
                    sums[lane] += weight[lane] * input[lane];
                }
            }
        }
        sums
    }
}
