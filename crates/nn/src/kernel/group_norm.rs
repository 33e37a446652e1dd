//! Normalisation over groups of channels, an activation included, in one pass over memory.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, Var};
use rayon::prelude::*;

use super::exponential::sigmoid;
use super::grain::grain;
use super::slices::{contiguous, with_slice};
use super::vectorised::vectorised;
use crate::activation::Activation;
use crate::group_norm::by_candle;

/// Sums kept side by side, so that they vectorise.
const LANES: usize = 32;
/// Numbers summed in f32 before the sum goes to f64.
const BLOCK: usize = 4096;

/// The norm on the CPU in f32, with its gradient.
///
/// # Shapes
///
/// - `input` and result: (batch, channels, ..)
/// - `weight`, `bias`: (channels), f32, contiguous
pub(crate) fn normalise_groups(
    input: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    groups: usize,
    eps: f64,
    silu: bool,
) -> Result<Tensor> {
    let norm = NormaliseGroups { weight: weight.clone(), bias: bias.clone(), groups, eps, silu };
    input.contiguous()?.apply_op1(norm)
}

struct NormaliseGroups {
    weight: Tensor,
    bias: Tensor,
    groups: usize,
    eps: f64,
    silu: bool,
}

impl CustomOp1 for NormaliseGroups {
    fn name(&self) -> &'static str {
        "normalise-groups"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let input = contiguous(storage, layout)?;
        let channels = self.weight.elem_count();
        let batch = layout.dims().first().copied().unwrap_or(1);
        let pixels = input.len() / (batch * channels).max(1);
        let mut output = vec![0.0; input.len()];
        with_slice(&self.weight, |weight| {
            with_slice(&self.bias, |bias| {
                let size = (channels / self.groups * pixels).max(1);
                let parts =
                    output.par_chunks_mut(size).zip(input.par_chunks(size)).with_min_len(grain(size)).enumerate();
                parts.for_each(|(at, (output, input))| {
                    let first = at % self.groups * (channels / self.groups);
                    let affine = (&weight[first..], &bias[first..]);
                    vectorised(|| group(input, output, affine, pixels, self.eps, self.silu));
                });
                Ok(())
            })
        })?;
        Ok((CpuStorage::F32(output), layout.shape().clone()))
    }

    /// By candle's operations.
    fn bwd(&self, arg: &Tensor, _res: &Tensor, grad_res: &Tensor) -> Result<Option<Tensor>> {
        let input = Var::from_tensor(&arg.detach())?;
        let output = by_candle(&input, &self.weight, &self.bias, self.groups, self.eps)?;
        let output = if self.silu { Activation::Silu.forward(&output)? } else { output };
        let gradients = (output * grad_res.detach())?.sum_all()?.backward()?;
        Ok(gradients.get(&input).cloned())
    }
}

#[inline(always)]
fn group(input: &[f32], output: &mut [f32], (weight, bias): (&[f32], &[f32]), pixels: usize, eps: f64, silu: bool) {
    let count = input.len() as f64;
    let mean = (sum_of(input, |x| x) / count) as f32;
    let variance = sum_of(input, |x| (x - mean) * (x - mean)) / count;
    let scale = (1.0 / (variance + eps).sqrt()) as f32;
    let planes = input.chunks_exact(pixels.max(1)).zip(output.chunks_exact_mut(pixels.max(1)));
    for ((input, output), (weight, bias)) in planes.zip(weight.iter().zip(bias)) {
        let gain = scale * weight;
        let shifted = |x: f32| (x - mean) * gain + bias;
        let numbers = output.iter_mut().zip(input);
        if silu {
            numbers.for_each(|(output, x)| *output = shifted(*x) * sigmoid(shifted(*x)));
        } else {
            numbers.for_each(|(output, x)| *output = shifted(*x));
        }
    }
}

#[inline(always)]
fn sum_of(numbers: &[f32], term: impl Fn(f32) -> f32) -> f64 {
    let mut sum = 0.0;
    for block in numbers.chunks(BLOCK) {
        let mut lanes = [0.0; LANES];
        let chunks = block.chunks_exact(LANES);
        let rest: f32 = chunks.remainder().iter().map(|x| term(*x)).sum();
        for chunk in chunks {
            for (lane, x) in lanes.iter_mut().zip(chunk) {
                *lane += term(*x);
            }
        }
        sum += f64::from(lanes.iter().sum::<f32>() + rest);
    }
    sum
}
