//! Normalisation in one pass over memory.

use candle_core::utils::get_num_threads;
use candle_core::{CpuStorage, CustomOp1, D, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use super::slices::{contiguous, with_slice};
use super::vectorised::vectorised;

/// Rows that one thread works on at a time.
const ROWS: usize = 16;
/// Sums kept side by side, so that they vectorise.
const LANES: usize = 32;

/// What is taken from a vector before it is divided by its length.
#[derive(Clone, Debug)]
pub(crate) enum Centre {
    /// The mean; the bias is added at the end.
    Mean {
        /// (n), f32, contiguous.
        bias: Tensor,
    },
    /// Nothing.
    Zero,
}

/// `(x - centre) / sqrt(mean((x - centre)^2) + eps) * gain (+ bias)` on the CPU in f32, with its gradient.
///
/// # Shapes
///
/// - input and result: (.., n)
/// - `gain`: (n), contiguous
pub(crate) fn normalise(input: &Tensor, gain: &Tensor, centre: &Centre, eps: f64) -> Result<Tensor> {
    let size = gain.elem_count();
    if input.dims().last() != Some(&size) {
        candle_core::bail!("a norm of {size} elements got shape {:?}", input.dims());
    }
    input.contiguous()?.apply_op1(Normalise { gain: gain.clone(), centre: centre.clone(), eps: eps as f32 })
}

struct Normalise {
    gain: Tensor,
    centre: Centre,
    eps: f32,
}

impl CustomOp1 for Normalise {
    fn name(&self) -> &'static str {
        "normalise"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let mut output = contiguous(storage, layout)?.to_vec();
        with_slice(&self.gain, |gain| match &self.centre {
            Centre::Zero => {
                by_rows(&mut output, gain.len(), |row| scale_row(row, gain, self.eps));
                Ok(())
            }
            Centre::Mean { bias } => with_slice(bias, |bias| {
                by_rows(&mut output, gain.len(), |row| centre_row(row, gain, bias, self.eps));
                Ok(())
            }),
        })?;
        Ok((CpuStorage::F32(output), layout.shape().clone()))
    }

    /// With `n` the normalised vector and `g` the gradient times the gain: `(g - mean(g) - n mean(g n)) / deviation`, without
    /// `mean(g)` if nothing is centred.
    fn bwd(&self, arg: &Tensor, _res: &Tensor, grad_res: &Tensor) -> Result<Option<Tensor>> {
        let mean = |tensor: &Tensor| tensor.mean_keepdim(D::Minus1);
        let is_centred = matches!(self.centre, Centre::Mean { .. });
        let centred = if is_centred { arg.broadcast_sub(&mean(arg)?)? } else { arg.clone() };
        let deviation = (mean(&centred.sqr()?)? + f64::from(self.eps))?.sqrt()?;
        let normal = centred.broadcast_div(&deviation)?;
        let gradient = grad_res.broadcast_mul(&self.gain)?;
        let along = normal.broadcast_mul(&mean(&(&gradient * &normal)?)?)?;
        let across = (&gradient - along)?;
        let across = if is_centred { across.broadcast_sub(&mean(&gradient)?)? } else { across };
        across.broadcast_div(&deviation).map(Some)
    }
}

fn by_rows(values: &mut [f32], size: usize, run: impl Fn(&mut [f32]) + Sync) {
    let size = size.max(1);
    let block = |rows: &mut [f32]| vectorised(|| rows.chunks_exact_mut(size).for_each(&run));
    if get_num_threads() == 1 {
        values.chunks_mut(size * ROWS).for_each(block);
    } else {
        values.par_chunks_mut(size * ROWS).for_each(block);
    }
}

#[inline(always)]
fn scale_row(row: &mut [f32], gain: &[f32], eps: f32) {
    let scale = 1.0 / (sum_of(row, |x| x * x) / row.len() as f32 + eps).sqrt();
    row.iter_mut().zip(gain).for_each(|(x, gain)| *x = *x * scale * gain);
}

#[inline(always)]
fn centre_row(row: &mut [f32], gain: &[f32], bias: &[f32], eps: f32) {
    let mean = sum_of(row, |x| x) / row.len() as f32;
    let scale = 1.0 / (sum_of(row, |x| (x - mean) * (x - mean)) / row.len() as f32 + eps).sqrt();
    row.iter_mut().zip(gain).zip(bias).for_each(|((x, gain), bias)| *x = (*x - mean) * scale * gain + bias);
}

#[inline(always)]
fn sum_of(row: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0; LANES];
    let chunks = row.chunks_exact(LANES);
    let rest: f32 = chunks.remainder().iter().map(|x| term(*x)).sum();
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane += term(*x);
        }
    }
    lanes.iter().sum::<f32>() + rest
}
