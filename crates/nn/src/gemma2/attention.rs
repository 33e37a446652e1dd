//! Attention with a soft cap on its scores and grouped heads.

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, bail};
use gemm::{Parallelism, gemm};
use rayon::prelude::*;

use super::sight::Sight;
use crate::kernel::{exp, tanh};

/// Queries that share one pass over the keys.
const QUERIES: usize = 256;

/// Attention whose scores are `cap * tanh(score * scale / cap)`.
#[derive(Debug, Clone)]
pub(super) struct CappedAttention {
    pub(super) scale: f32,
    pub(super) cap: f32,
    /// How far back a query sees, itself included.
    pub(super) window: Option<usize>,
    pub(super) sight: Sight,
}

impl CappedAttention {
    /// Means of the values that each query sees.
    ///
    /// # Shapes
    ///
    /// - `queries`: batch x tokens x heads x width, the last tokens of the sequence
    /// - `keys`, `values`: batch x all tokens x groups x width; consecutive heads share a group
    /// - result: as `queries`
    pub(super) fn forward(&self, queries: &Tensor, keys: &Tensor, values: &Tensor) -> Result<Tensor> {
        queries.contiguous()?.apply_op3_no_bwd(&keys.contiguous()?, &values.contiguous()?, self)
    }
}

/// Sizes of one call.
#[derive(Clone, Copy)]
struct Sizes {
    tokens: usize,
    heads: usize,
    all_tokens: usize,
    groups: usize,
    width: usize,
}

impl CustomOp3 for CappedAttention {
    fn name(&self) -> &'static str {
        "capped attention"
    }

    fn cpu_fwd(
        &self,
        queries: &CpuStorage,
        queries_layout: &Layout,
        keys: &CpuStorage,
        keys_layout: &Layout,
        values: &CpuStorage,
        values_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (batch, tokens, heads, width) = queries_layout.shape().dims4()?;
        let (key_batch, all_tokens, groups, key_width) = keys_layout.shape().dims4()?;
        if (key_batch, key_width) != (batch, width)
            || keys_layout.dims() != values_layout.dims()
            || groups == 0
            || heads % groups != 0
            || all_tokens < tokens
        {
            bail!("queries {:?} do not fit keys {:?}", queries_layout.dims(), keys_layout.dims());
        }
        let sizes = Sizes { tokens, heads, all_tokens, groups, width };
        let (queries, keys, values) =
            (slice(queries, queries_layout)?, slice(keys, keys_layout)?, slice(values, values_layout)?);
        let out = self.compute(queries, keys, values, batch, sizes);
        Ok((CpuStorage::F32(out), queries_layout.shape().clone()))
    }
}

fn slice<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match layout.contiguous_offsets() {
        Some((start, end)) => Ok(&storage.as_slice::<f32>()?[start..end]),
        None => bail!("attention needs contiguous tensors"),
    }
}

impl CappedAttention {
    fn compute(&self, queries: &[f32], keys: &[f32], values: &[f32], batch: usize, sizes: Sizes) -> Vec<f32> {
        let Sizes { tokens, heads, all_tokens, groups, width } = sizes;
        let (row, key_row) = (heads * width, groups * width);
        let tiles: Vec<(usize, usize, usize)> = (0..batch)
            .flat_map(|sequence| (0..heads).map(move |head| (sequence, head)))
            .flat_map(|(sequence, head)| (0..tokens).step_by(QUERIES).map(move |first| (sequence, head, first)))
            .collect();
        let done: Vec<Vec<f32>> = tiles
            .par_iter()
            .map(|&(sequence, head, first)| {
                let group = head / (heads / groups);
                let queries = &queries[(sequence * tokens + first) * row + head * width..];
                let key_start = sequence * all_tokens * key_row + group * width;
                let count = QUERIES.min(tokens - first);
                self.tile(queries, &keys[key_start..], &values[key_start..], (sequence, first, count), sizes)
            })
            .collect();
        let mut out = vec![0.0; batch * tokens * row];
        for ((sequence, head, first), tile) in tiles.into_iter().zip(done) {
            for (index, values) in tile.chunks_exact(width).enumerate() {
                let at = (sequence * tokens + first + index) * row + head * width;
                out[at..at + width].copy_from_slice(values);
            }
        }
        out
    }

    /// One head of some queries: `count` x width.
    fn tile(
        &self,
        queries: &[f32],
        keys: &[f32],
        values: &[f32],
        (sequence, first, count): (usize, usize, usize),
        sizes: Sizes,
    ) -> Vec<f32> {
        let Sizes { tokens, heads, all_tokens, groups, width } = sizes;
        let seen = |index: usize| {
            let keys = self.sight.keys(sequence, all_tokens - tokens + first + index, self.window);
            keys.start.min(all_tokens)..keys.end.min(all_tokens)
        };
        let mut scores = vec![0.0; count * all_tokens];
        product(&mut scores, (count, all_tokens, width), (queries, heads * width, 1), (keys, 1, groups * width));
        for (index, scores) in scores.chunks_exact_mut(all_tokens).enumerate() {
            let seen = seen(index);
            scores[..seen.start].fill(0.0);
            scores[seen.end..].fill(0.0);
            capped_softmax(&mut scores[seen], self.scale / self.cap, self.cap);
        }
        let mut out = vec![0.0; count * width];
        product(&mut out, (count, width, all_tokens), (&scores, all_tokens, 1), (values, groups * width, 1));
        out
    }
}

/// `out = a * b` for a: m x k and b: k x n, each given with its strides between rows and between columns; `out` is dense.
fn product(
    out: &mut [f32],
    (m, n, k): (usize, usize, usize),
    (a, a_row, a_column): (&[f32], usize, usize),
    (b, b_row, b_column): (&[f32], usize, usize),
) {
    if m == 0 || n == 0 || k == 0 {
        return;
    }
    assert!(out.len() == m * n, "room for {m} x {n}");
    assert!((m - 1) * a_row + (k - 1) * a_column < a.len() && (k - 1) * b_row + (n - 1) * b_column < b.len());
    #[expect(unsafe_code, reason = "gemm takes pointers and strides")]
    // SAFETY: the last element of each matrix was just checked to lie inside its slice, and `out` is borrowed mutably.
    unsafe {
        gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            n as isize,
            false,
            a.as_ptr(),
            a_column as isize,
            a_row as isize,
            b.as_ptr(),
            b_column as isize,
            b_row as isize,
            0.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

/// Softmax of `cap * tanh(score * scale)`; nothing for no scores.
fn capped_softmax(scores: &mut [f32], scale: f32, cap: f32) {
    pulp::Arch::new().dispatch(
        #[inline(always)]
        || {
            for score in scores.iter_mut() {
                *score = cap * tanh(*score * scale);
            }
            let largest = fold(scores, f32::NEG_INFINITY, f32::max);
            for score in scores.iter_mut() {
                *score = exp(*score - largest);
            }
            let inverse = 1.0 / fold(scores, 0.0, |sum, score| sum + score);
            for score in scores.iter_mut() {
                *score *= inverse;
            }
        },
    );
}

/// Folds in lanes that vectorise.
#[inline(always)]
fn fold(values: &[f32], start: f32, join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut lanes = [start; 32];
    let chunks = values.chunks_exact(32);
    let rest = chunks.remainder().iter().copied().fold(start, &join);
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = join(*lane, *value);
        }
    }
    lanes.into_iter().fold(rest, join)
}

#[cfg(test)]
mod tests {
    use candle_core::{D, Device};
    use proptest::prelude::*;

    use super::*;

    /// What [`CappedAttention`] computes, with a mask and whole score matrices.
    fn plain(attention: &CappedAttention, queries: &Tensor, keys: &Tensor, values: &Tensor) -> Result<Tensor> {
        let (batch, tokens, heads, width) = queries.dims4()?;
        let (all_tokens, groups) = (keys.dim(1)?, keys.dim(2)?);
        let spread = |tensor: &Tensor| {
            let shape = (batch, all_tokens, groups, heads / groups, width);
            let tensor = tensor.unsqueeze(3)?.broadcast_as(shape)?;
            tensor.reshape((batch, all_tokens, heads, width))?.transpose(1, 2)?.contiguous()
        };
        let mask = |sequence, query| {
            let seen = attention.sight.keys(sequence, all_tokens - tokens + query, attention.window);
            (0..all_tokens).map(move |key| if seen.contains(&key) { 0.0_f32 } else { -1e30 })
        };
        let pairs = (0..batch).flat_map(|sequence| (0..tokens).map(move |query| (sequence, query)));
        let mask: Vec<f32> = pairs.flat_map(|(sequence, query)| mask(sequence, query)).collect();
        let mask = Tensor::from_vec(mask, (batch, 1, tokens, all_tokens), &Device::Cpu)?;
        let (scale, cap) = (f64::from(attention.scale), f64::from(attention.cap));
        let scores = queries.transpose(1, 2)?.contiguous()?.matmul(&spread(keys)?.t()?.contiguous()?)?;
        let scores = ((scores * (scale / cap))?.tanh()? * cap)?.broadcast_add(&mask)?;
        let scores = scores.broadcast_sub(&scores.max_keepdim(D::Minus1)?)?.exp()?;
        let scores = scores.broadcast_div(&scores.sum_keepdim(D::Minus1)?)?;
        scores.matmul(&spread(values)?)?.transpose(1, 2)?.contiguous()
    }

    fn wave(shape: (usize, usize, usize, usize), speed: f32) -> Tensor {
        let count = shape.0 * shape.1 * shape.2 * shape.3;
        let values: Vec<f32> = (0..count).map(|at| (at as f32 * speed).sin() * 3.0).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }

    fn difference(a: &Tensor, b: &Tensor) -> f32 {
        (a - b).unwrap().abs().unwrap().flatten_all().unwrap().max(0).unwrap().to_scalar().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn equals_the_plain_computation(
            (batch, tokens, earlier) in (1..3_usize, 1..70_usize, 0..9_usize),
            (groups, share, width) in (1..3_usize, 1..3_usize, 1..20_usize),
            (prefix, window) in (0..60_usize, proptest::option::of(1..40_usize)),
        ) {
            let all = tokens + earlier;
            let sight = Sight { padding: vec![0; batch], prefix: prefix.min(all) };
            let attention = CappedAttention { scale: 0.4, cap: 5.0, window, sight };
            let queries = wave((batch, tokens, groups * share, width), 0.31);
            let (keys, values) = (wave((batch, all, groups, width), 0.17), wave((batch, all, groups, width), 0.71));
            let out = attention.forward(&queries, &keys, &values).unwrap();
            prop_assert!(difference(&out, &plain(&attention, &queries, &keys, &values).unwrap()) < 2e-5);
        }
    }

    #[test]
    fn more_queries_than_one_tile_and_padding() {
        let sight = Sight { padding: vec![0, 7], prefix: 300 };
        let attention = CappedAttention { scale: 0.25, cap: 50.0, window: None, sight };
        let (queries, keys) = (wave((2, 300, 2, 8), 0.31), wave((2, 300, 1, 8), 0.13));
        let out = attention.forward(&queries, &keys, &keys).unwrap();
        assert!(difference(&out, &plain(&attention, &queries, &keys, &keys).unwrap()) < 2e-5);
    }

    #[test]
    fn rejects_heads_that_share_no_groups() {
        let attention = CappedAttention { scale: 1.0, cap: 50.0, window: None, sight: Sight::default() };
        let (queries, keys) = (wave((1, 4, 3, 8), 0.3), wave((1, 4, 2, 8), 0.3));
        assert!(attention.forward(&queries, &keys, &keys).is_err());
    }
}
