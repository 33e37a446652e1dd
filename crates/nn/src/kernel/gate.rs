//! The gate of GEGLU in one pass.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, Var};
use rayon::prelude::*;

use super::exponential::erf;
use super::grain::grain;
use super::slices::contiguous;
use super::vectorised::vectorised;
use crate::gated::by_candle;

/// `a * gelu(b)` of the halves of each vector, on the CPU in f32, with its gradient.
///
/// # Shapes
///
/// - `input`: (.., 2 n)
/// - result: (.., n)
pub(crate) fn gate(input: &Tensor) -> Result<Tensor> {
    input.contiguous()?.apply_op1(Gate)
}

struct Gate;

impl CustomOp1 for Gate {
    fn name(&self) -> &'static str {
        "gate"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let input = contiguous(storage, layout)?;
        let mut dims = layout.dims().to_vec();
        let half = dims.last().copied().unwrap_or(0) / 2;
        if let Some(last) = dims.last_mut() {
            *last = half;
        }
        let mut output = vec![0.0; input.len() / 2];
        let rows = output.par_chunks_mut(half.max(1)).zip(input.par_chunks(2 * half.max(1)));
        rows.with_min_len(grain(half)).for_each(|(output, input)| {
            vectorised(
                #[inline(always)]
                || row(output, input),
            );
        });
        Ok((CpuStorage::F32(output), Shape::from(dims)))
    }

    /// By candle's operations.
    fn bwd(&self, arg: &Tensor, _res: &Tensor, grad_res: &Tensor) -> Result<Option<Tensor>> {
        let input = Var::from_tensor(&arg.detach())?;
        let gradients = (by_candle(&input)? * grad_res.detach())?.sum_all()?.backward()?;
        Ok(gradients.get(&input).cloned())
    }
}

#[inline(always)]
fn row(output: &mut [f32], input: &[f32]) {
    let (values, gates) = input.split_at(output.len());
    for ((output, value), gate) in output.iter_mut().zip(values).zip(gates) {
        *output = value * gate * (0.5 + 0.5 * erf(gate * std::f32::consts::FRAC_1_SQRT_2));
    }
}
