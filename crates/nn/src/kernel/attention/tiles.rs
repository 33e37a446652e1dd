//! Attention, a few queries and a few keys at a time.

use candle_core::utils::get_num_threads;
use rayon::prelude::*;

use super::heads::{Heads, View};
use super::softmax::{RunningSoftmax, cap_scores};
use crate::attention::Scaling;
use crate::kernel::panel_product::Strip;
use crate::kernel::panels::{PANEL, Panels};

/// Queries of a tile.
const QUERIES: usize = 64;
/// Keys of a tile.
const KEYS: usize = 10 * PANEL;

/// One attention over all batches and heads.
#[derive(Clone, Copy)]
pub(super) struct Pass<'a> {
    pub(super) queries: Heads<'a>,
    pub(super) keys: Heads<'a>,
    pub(super) values: Heads<'a>,
    pub(super) view: View<'a>,
    pub(super) scaling: Scaling,
}

/// Where a tile of queries stands.
#[derive(Clone, Copy)]
struct Tile {
    batch: usize,
    first: usize,
    rows: usize,
}

/// A few keys of one group with their values, laid out once for all tiles of queries.
struct Block {
    keys: Panels,
    values: Panels,
}

impl Pass<'_> {
    /// Fills the output, (batch, n, heads x size), by strips of a few queries with all their heads.
    pub(super) fn run(&self, output: &mut [f32]) {
        let width = self.queries.heads * self.queries.size;
        let per_batch = (self.queries.tokens * width).max(1);
        let strips = output.chunks_mut(per_batch).enumerate().flat_map(|(batch, whole)| {
            let strips = whole.chunks_mut((QUERIES * width).max(1)).enumerate();
            strips.map(move |(at, strip)| (Tile { batch, first: at * QUERIES, rows: strip.len() / width }, strip))
        });
        let blocks = self.keys.batch * self.keys.heads * self.blocks();
        if get_num_threads() == 1 {
            let blocks: Vec<_> = (0..blocks).map(|at| self.block(at)).collect();
            let mut scratch = Scratch::new(self);
            strips.for_each(|(tile, strip)| self.strip(tile, strip, &blocks, &mut scratch));
        } else {
            let blocks: Vec<_> = (0..blocks).into_par_iter().map(|at| self.block(at)).collect();
            let strips: Vec<_> = strips.collect();
            strips.into_par_iter().for_each_init(
                || Scratch::new(self),
                |scratch, (tile, strip)| self.strip(tile, strip, &blocks, scratch),
            );
        }
    }

    /// Blocks of the keys of one group.
    fn blocks(&self) -> usize {
        self.keys.tokens.div_ceil(KEYS)
    }

    /// A block by its place in (batch, groups, blocks).
    fn block(&self, at: usize) -> Block {
        let (group, first) = (at / self.blocks(), at % self.blocks() * KEYS);
        let (batch, group) = (group / self.keys.heads, group % self.keys.heads);
        let (count, size) = (KEYS.min(self.keys.tokens - first), self.keys.size);
        Block {
            keys: Panels::of_outputs(|token| self.keys.vector(batch, first + token, group), count, size),
            values: Panels::of_inputs(|token| self.values.vector(batch, first + token, group), size, count),
        }
    }

    fn strip(&self, tile: Tile, strip: &mut [f32], blocks: &[Block], scratch: &mut Scratch) {
        let (heads, size, shared) = (self.queries.heads, self.queries.size, self.queries.heads / self.keys.heads);
        for head in 0..heads {
            let group = tile.batch * self.keys.heads + head / shared;
            self.head(tile, head, &blocks[group * self.blocks()..][..self.blocks()], scratch);
            for (row, sums) in scratch.output[..tile.rows * size].chunks_exact(size).enumerate() {
                let scale = scratch.sums[row].scale();
                let output = &mut strip[(row * heads + head) * size..][..size];
                output.iter_mut().zip(sums).for_each(|(value, sum)| *value = sum * scale);
            }
        }
    }

    /// One head of a tile of queries: its values, not yet divided by the sums, into the scratch.
    fn head(&self, tile: Tile, head: usize, blocks: &[Block], scratch: &mut Scratch) {
        let size = self.queries.size;
        let Scratch { queries, scores, output, sums } = scratch;
        let (queries, output) = (&mut queries[..tile.rows * size], &mut output[..tile.rows * size]);
        for (row, scaled) in queries.chunks_exact_mut(size).enumerate() {
            let query = self.queries.vector(tile.batch, tile.first + row, head);
            scaled.iter_mut().zip(query).for_each(|(scaled, value)| *scaled = value * self.scaling.scale as f32);
        }
        output.fill(0.0);
        sums.fill(RunningSoftmax::START);
        for (at, block) in blocks.iter().enumerate() {
            let count = block.keys.width();
            let scores = &mut scores[..tile.rows * count];
            scores.fill(0.0);
            Strip { output: scores, input: queries, panels: &block.keys }.run();
            for (row, scores) in scores.chunks_exact_mut(count).enumerate() {
                self.adjust(scores, tile, row, at * KEYS);
                let kept = sums[row].take(scores);
                if kept != 1.0 {
                    output[row * size..][..size].iter_mut().for_each(|value| *value *= kept);
                }
            }
            Strip { output, input: scores, panels: &block.values }.run();
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

/// What one thread needs beside the output.
struct Scratch {
    /// Of one tile and head: scaled queries, scores, sums of values, and what divides these.
    queries: Vec<f32>,
    scores: Vec<f32>,
    output: Vec<f32>,
    sums: [RunningSoftmax; QUERIES],
}

impl Scratch {
    fn new(pass: &Pass<'_>) -> Self {
        let (rows, keys) = (QUERIES.min(pass.queries.tokens), KEYS.min(pass.keys.tokens));
        let vectors = vec![0.0; rows * pass.queries.size];
        Self {
            queries: vectors.clone(),
            scores: vec![0.0; rows * keys],
            output: vectors,
            sums: [RunningSoftmax::START; QUERIES],
        }
    }
}
