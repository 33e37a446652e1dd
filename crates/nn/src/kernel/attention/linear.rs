//! Linear attention: what all keys say of all values is summed up once, and each query reads the sum.

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, Var};
use rayon::prelude::*;

use super::heads::Heads;
use super::rows_together;
use crate::attention::linear::{EPS, by_candle};
use crate::kernel::grain::grain;
use crate::kernel::vectorised::vectorised;

/// Linear attention on the CPU in f32, with gradients.
///
/// # Shapes
///
/// - `queries`: (batch, n, heads, size); `keys`, `values`: (batch, m, heads, size)
/// - result: (batch, n, heads x size)
pub(crate) fn linear_attention(queries: &Tensor, keys: &Tensor, values: &Tensor) -> Result<Tensor> {
    rows_together(queries)?.apply_op3(&rows_together(keys)?, &rows_together(values)?, LinearAttention)
}

struct LinearAttention;

impl CustomOp3 for LinearAttention {
    fn name(&self) -> &'static str {
        "linear-attention"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (queries, keys, values) = (Heads::new(s1, l1)?, Heads::new(s2, l2)?, Heads::new(s3, l3)?);
        let Heads { batch, tokens, heads, size, .. } = queries;
        let state = size * (size + 1);
        let mut states = vec![0.0; batch * heads * state];
        states
            .par_chunks_mut(state.max(1))
            .enumerate()
            .for_each(|(at, sum)| vectorised(|| sum_up(sum, keys, values, (at / heads, at % heads))));
        let shape = Shape::from((batch, tokens, heads * size));
        let mut output = vec![0.0; shape.elem_count()];
        let rows = output.par_chunks_mut((heads * size).max(1)).with_min_len(grain(heads * state)).enumerate();
        rows.for_each(|(at, row)| {
            let (of, token) = (at / tokens, at % tokens);
            let states = &states[of * heads * state..][..heads * state];
            vectorised(|| {
                for (head, (out, state)) in row.chunks_exact_mut(size).zip(states.chunks_exact(state)).enumerate() {
                    read(out, state, queries.vector(of, token, head));
                }
            });
        });
        Ok((CpuStorage::F32(output), shape))
    }

    /// By candle's operations.
    fn bwd(
        &self,
        queries: &Tensor,
        keys: &Tensor,
        values: &Tensor,
        _res: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let [queries, keys, values] = [queries, keys, values].map(|tensor| Var::from_tensor(&tensor.detach()));
        let (queries, keys, values) = (queries?, keys?, values?);
        let output = by_candle(&queries, &keys, &values)?;
        let gradients = (output * grad.detach())?.sum_all()?.backward()?;
        let of = |var: &Var| gradients.get(var).cloned();
        Ok((of(&queries), of(&keys), of(&values)))
    }
}

/// Adds up `relu(key) value^T` of all tokens, a row of values for each number of a key, and behind them all `relu(key)`.
#[inline(always)]
fn sum_up(sum: &mut [f32], keys: Heads<'_>, values: Heads<'_>, (batch, head): (usize, usize)) {
    let size = keys.size;
    let (rows, totals) = sum.split_at_mut(size * size);
    for token in 0..keys.tokens {
        let (key, value) = (keys.vector(batch, token, head), values.vector(batch, token, head));
        for ((row, total), key) in rows.chunks_exact_mut(size).zip(totals.iter_mut()).zip(key) {
            let key = key.max(0.0);
            *total += key;
            row.iter_mut().zip(value).for_each(|(sum, value)| *sum += key * value);
        }
    }
}

/// What a query reads.
#[inline(always)]
fn read(out: &mut [f32], state: &[f32], query: &[f32]) {
    let size = out.len();
    let (rows, totals) = state.split_at(size * size);
    let mut share = 0.0;
    for ((row, total), query) in rows.chunks_exact(size).zip(totals).zip(query) {
        let query = query.max(0.0);
        share += query * total;
        out.iter_mut().zip(row).for_each(|(out, value)| *out += query * value);
    }
    let scale = 1.0 / (share + EPS);
    out.iter_mut().for_each(|out| *out *= scale);
}
