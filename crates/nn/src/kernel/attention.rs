//! Attention by tiles: scores of a few queries against a few keys at a time, with a running softmax.

use candle_core::utils::get_num_threads;
use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use super::attention_gradient::gradient;
use super::exponential::{exp, tanh};
use super::product::{Matrix, Threads, product};
use super::slices::with_slice;
use super::vectorised::vectorised;
use crate::attention::{Mask, Scaling};

/// Queries of a tile.
const QUERIES: usize = 64;
/// Keys of a tile.
const KEYS: usize = 512;
/// Maxima and sums kept side by side, so that they vectorise.
const LANES: usize = 16;

/// Attention on the CPU in f32, with gradients. Scores of all queries and keys never stand in memory at once.
///
/// # Shapes
///
/// - `queries`: (batch, n, heads, size); `keys`, `values`: (batch, m, groups, size)
/// - result: (batch, n, heads x size)
pub(crate) fn attention(
    queries: &Tensor,
    keys: &Tensor,
    values: &Tensor,
    mask: &Mask,
    scaling: Scaling,
) -> Result<Tensor> {
    let mask = match mask {
        Mask::Additive(addend) => {
            let (batches, n, m) = addend.dims3()?;
            if ![1, queries.dim(0)?].contains(&batches) || n != queries.dim(1)? || m != keys.dim(1)? {
                candle_core::bail!("a mask of shape {:?} for queries {:?}", addend.dims(), queries.dims());
            }
            Mask::Additive(addend.contiguous()?)
        }
        other => other.clone(),
    };
    let op = TiledAttention { mask, scaling };
    rows_together(queries)?.apply_op3(&rows_together(keys)?, &rows_together(values)?, op)
}

/// The tensor with each head's vector in one piece.
fn rows_together(tensor: &Tensor) -> Result<Tensor> {
    if tensor.stride()[3] == 1 { Ok(tensor.clone()) } else { tensor.contiguous() }
}

struct TiledAttention {
    mask: Mask,
    scaling: Scaling,
}

impl CustomOp3 for TiledAttention {
    fn name(&self) -> &'static str {
        "tiled-attention"
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
        let shape = Shape::from((queries.batch, queries.tokens, queries.heads * queries.size));
        let mut output = vec![0.0; shape.elem_count()];
        let mut run = |addend: Option<&[f32]>| {
            let pass = Pass { queries, keys, values, view: View::new(&self.mask, addend), scaling: self.scaling };
            pass.run(&mut output);
            Ok(())
        };
        match &self.mask {
            Mask::Additive(addend) => with_slice(addend, |addend| run(Some(addend)))?,
            Mask::None | Mask::Causal => run(None)?,
        }
        Ok((CpuStorage::F32(output), shape))
    }

    fn bwd(
        &self,
        queries: &Tensor,
        keys: &Tensor,
        values: &Tensor,
        result: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let [queries, keys, values] = gradient([queries, keys, values], (result, grad), &self.mask, self.scaling)?;
        Ok((Some(queries), Some(keys), Some(values)))
    }
}

/// A tensor of shape (batch, tokens, heads, size) whose last dimension is in one piece.
#[derive(Clone, Copy)]
struct Heads<'a> {
    elements: &'a [f32],
    batch: usize,
    tokens: usize,
    heads: usize,
    size: usize,
    /// Elements from one batch, token and head to the next.
    strides: [usize; 3],
}

impl<'a> Heads<'a> {
    fn new(storage: &'a CpuStorage, layout: &Layout) -> Result<Self> {
        let (batch, tokens, heads, size) = layout.shape().dims4()?;
        let elements = &storage.as_slice::<f32>()?[layout.start_offset()..];
        let stride = layout.stride();
        Ok(Self { elements, batch, tokens, heads, size, strides: [stride[0], stride[1], stride[2]] })
    }

    /// Rows of one head, from a token on.
    fn matrix(&self, batch: usize, head: usize, first: usize, rows: usize) -> Matrix<'a> {
        let [per_batch, per_token, per_head] = self.strides;
        let start = batch * per_batch + first * per_token + head * per_head;
        Matrix::strided(&self.elements[start..], rows, self.size, per_token)
    }
}

/// Which keys a query sees.
#[derive(Clone, Copy)]
enum View<'a> {
    All,
    Causal,
    Additive(&'a [f32]),
}

impl<'a> View<'a> {
    fn new(mask: &Mask, addend: Option<&'a [f32]>) -> Self {
        match (mask, addend) {
            (_, Some(addend)) => Self::Additive(addend),
            (Mask::Causal, None) => Self::Causal,
            _ => Self::All,
        }
    }
}

/// One attention over all batches and heads.
#[derive(Clone, Copy)]
struct Pass<'a> {
    queries: Heads<'a>,
    keys: Heads<'a>,
    values: Heads<'a>,
    view: View<'a>,
    scaling: Scaling,
}

/// Where a tile of queries stands.
#[derive(Clone, Copy)]
struct Tile {
    batch: usize,
    first: usize,
    rows: usize,
}

impl Pass<'_> {
    /// Fills the output, (batch, n, heads x size), by strips of a few queries with all their heads.
    fn run(&self, output: &mut [f32]) {
        let width = self.queries.heads * self.queries.size;
        let per_batch = (self.queries.tokens * width).max(1);
        let strips = output.chunks_mut(per_batch).enumerate().flat_map(|(batch, whole)| {
            let strips = whole.chunks_mut((QUERIES * width).max(1)).enumerate();
            strips.map(move |(at, strip)| (Tile { batch, first: at * QUERIES, rows: strip.len() / width }, strip))
        });
        if get_num_threads() == 1 {
            let mut scratch = Scratch::default();
            strips.for_each(|(tile, strip)| self.strip(tile, strip, &mut scratch));
        } else {
            let strips: Vec<_> = strips.collect();
            strips.into_par_iter().for_each_init(Scratch::default, |scratch, (tile, strip)| {
                self.strip(tile, strip, scratch);
            });
        }
    }

    fn strip(&self, tile: Tile, strip: &mut [f32], scratch: &mut Scratch) {
        let (heads, size) = (self.queries.heads, self.queries.size);
        for head in 0..heads {
            self.head(tile, head, &mut strip[head * size..], scratch);
        }
    }

    /// One head of a tile of queries: `output` begins at its first element and has rows of all heads.
    fn head(&self, tile: Tile, head: usize, output: &mut [f32], scratch: &mut Scratch) {
        let (size, stride) = (self.queries.size, self.queries.heads * self.queries.size);
        let group = head / (self.queries.heads / self.keys.heads);
        let queries = self.queries.matrix(tile.batch, head, tile.first, tile.rows);
        scratch.restart();
        for first in (0..self.keys.tokens).step_by(KEYS) {
            let count = KEYS.min(self.keys.tokens - first);
            let scores = &mut scratch.scores[..tile.rows * count];
            let keys = self.keys.matrix(tile.batch, group, first, count);
            product(scores, count, false, self.scaling.scale as f32, (queries, keys.transposed()), Threads::One);
            for (row, scores) in scores.chunks_exact_mut(count).enumerate() {
                self.adjust(scores, tile, row, first);
                let kept = scratch.sums[row].take(scores);
                if kept != 1.0 {
                    output[row * stride..row * stride + size].iter_mut().for_each(|value| *value *= kept);
                }
            }
            let values = self.values.matrix(tile.batch, group, first, count);
            product(output, stride, first > 0, 1.0, (Matrix::rows(scores, count), values), Threads::One);
        }
        for (row, sum) in scratch.sums[..tile.rows].iter().enumerate() {
            let scale = sum.scale();
            output[row * stride..row * stride + size].iter_mut().for_each(|value| *value *= scale);
        }
    }

    /// Caps and masks the scores of one query against keys from `first` on.
    fn adjust(&self, scores: &mut [f32], tile: Tile, row: usize, first: usize) {
        if let Some(cap) = self.scaling.soft_cap {
            cap_scores(scores, cap as f32);
        }
        let (n, m, query) = (self.queries.tokens, self.keys.tokens, tile.first + row);
        match self.view {
            View::All => {}
            View::Causal => {
                let visible = (m + query + 1).saturating_sub(n).saturating_sub(first).min(scores.len());
                scores[visible..].fill(f32::NEG_INFINITY);
            }
            View::Additive(addend) => {
                let batch = if addend.len() > n * m { tile.batch } else { 0 };
                let start = (batch * n + query) * m + first;
                scores.iter_mut().zip(&addend[start..]).for_each(|(score, add)| *score += add);
            }
        }
    }
}

fn cap_scores(scores: &mut [f32], cap: f32) {
    vectorised(
        #[inline(always)]
        || scores.iter_mut().for_each(|score| *score = cap * tanh(*score / cap)),
    );
}

/// What one thread needs beside the output.
struct Scratch {
    scores: Vec<f32>,
    sums: [RunningSoftmax; QUERIES],
}

impl Default for Scratch {
    fn default() -> Self {
        Self { scores: vec![0.0; QUERIES * KEYS], sums: [RunningSoftmax::START; QUERIES] }
    }
}

impl Scratch {
    fn restart(&mut self) {
        self.sums = [RunningSoftmax::START; QUERIES];
    }
}

/// The softmax of one query over the keys seen so far.
#[derive(Clone, Copy)]
struct RunningSoftmax {
    largest: f32,
    sum: f32,
}

impl RunningSoftmax {
    const START: Self = Self { largest: f32::NEG_INFINITY, sum: 0.0 };

    /// Turns scores into shares that are not yet divided by their sum. Returns the factor for what was added up before.
    fn take(&mut self, scores: &mut [f32]) -> f32 {
        let largest = self.largest.max(largest_of(scores));
        if largest == f32::NEG_INFINITY {
            scores.fill(0.0);
            return 1.0;
        }
        let kept = if self.largest == largest { 1.0 } else { (self.largest - largest).exp() };
        self.sum = self.sum * kept + exponentials(scores, largest);
        self.largest = largest;
        kept
    }

    fn scale(&self) -> f32 {
        if self.sum > 0.0 { 1.0 / self.sum } else { 0.0 }
    }
}

fn largest_of(scores: &[f32]) -> f32 {
    vectorised(
        #[inline(always)]
        || {
            let mut lanes = [f32::NEG_INFINITY; LANES];
            let chunks = scores.chunks_exact(LANES);
            let rest = chunks.remainder().iter().fold(f32::NEG_INFINITY, |most, x| most.max(*x));
            for chunk in chunks {
                lanes.iter_mut().zip(chunk).for_each(|(lane, x)| *lane = if *x > *lane { *x } else { *lane });
            }
            lanes.iter().fold(rest, |most, x| most.max(*x))
        },
    )
}

/// `e^(score - largest)` in place, and their sum.
fn exponentials(scores: &mut [f32], largest: f32) -> f32 {
    vectorised(
        #[inline(always)]
        || {
            let mut lanes = [0.0; LANES];
            let mut chunks = scores.chunks_exact_mut(LANES);
            for chunk in &mut chunks {
                for (lane, score) in lanes.iter_mut().zip(chunk) {
                    *score = exp(*score - largest);
                    *lane += *score;
                }
            }
            let mut sum = lanes.iter().sum();
            for score in chunks.into_remainder() {
                *score = exp(*score - largest);
                sum += *score;
            }
            sum
        },
    )
}
