//! The tower that sees: patches to vectors of the language model.

use linocut_nn::candle_core::{Result, Tensor, bail};
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Activation, Gain, Linear, Mask, Pairs, RmsNorm, Rotary, Scaling, attend};

use super::config::VisionConfig;
use super::picture::{Grid, in_blocks};
use super::windows::Windows;
use crate::model::ModelError;

/// Added to the mean square by the norms.
const EPS: f64 = 1e-6;
/// Base of the rotary embedding's wavelengths.
const ROTARY_BASE: f64 = 10_000.0;

/// The vision tower of Qwen2.5-VL. Most blocks attend within windows, some within the whole picture.
///
/// # Source
///
/// transformers 4.51, `modeling_qwen2_5_vl.py`.
#[derive(Clone, Debug)]
pub struct VisionTower {
    patches: Linear,
    blocks: Vec<Block>,
    merged: RmsNorm,
    merger: [Linear; 2],
    config: VisionConfig,
}

#[derive(Clone, Debug)]
struct Block {
    norms: [RmsNorm; 2],
    attention: Linear,
    output: Linear,
    gate: Linear,
    up: Linear,
    down: Linear,
    heads: usize,
}

impl VisionTower {
    /// Loads `visual`; names are relative to it.
    ///
    /// # Errors
    ///
    /// [`ModelError::Weights`] if a tensor is missing, has another shape or is not finite.
    pub fn load(weights: &Weights, config: &VisionConfig) -> std::result::Result<Self, ModelError> {
        let VisionConfig { hidden, patch, merge, output, .. } = *config;
        let wide = hidden * merge * merge;
        let blocks = (0..config.blocks).map(|at| Block::load(&weights.pp("blocks").pp(at), config));
        let merger = weights.pp("merger");
        Ok(Self {
            patches: Linear::load_shaped(&weights.pp("patch_embed.proj"), &[hidden, 3, 2, patch, patch], false)?,
            blocks: blocks.collect::<std::result::Result<_, _>>()?,
            merged: RmsNorm::load(&merger.pp("ln_q"), hidden, EPS, Gain::Weight)?,
            merger: [
                Linear::load(&merger.pp("mlp.0"), wide, wide, true)?,
                Linear::load(&merger.pp("mlp.2"), wide, output, true)?,
            ],
            config: config.clone(),
        })
    }

    /// Vectors of merged blocks of patches, picture after picture, row by row: (blocks, output).
    ///
    /// # Shapes
    ///
    /// - `patches`: (patches, 3 x 2 x patch x patch), those of all pictures in the order of [`patches`](super::patches)
    ///
    /// # Errors
    ///
    /// When there are other patches than the grids say, or a grid is not of whole blocks.
    pub fn forward(&self, patches: &Tensor, grids: &[Grid]) -> Result<Tensor> {
        self.steps(patches, grids, |_, _| {})
    }

    /// As [`VisionTower::forward`]; `see` gets the patches' vectors before the first block and behind each, in the order of windows.
    ///
    /// # Errors
    ///
    /// As [`VisionTower::forward`].
    pub fn steps(&self, patches: &Tensor, grids: &[Grid], mut see: impl FnMut(usize, &Tensor)) -> Result<Tensor> {
        let VisionConfig { hidden, heads, patch, merge, window, .. } = self.config;
        let (count, unit) = (patches.dim(0)?, merge * merge);
        let is_whole = |grid: &Grid| grid.rows.is_multiple_of(merge) && grid.columns.is_multiple_of(merge);
        let expected: usize = grids.iter().map(|grid| grid.rows * grid.columns).sum();
        if count != expected || count == 0 || !grids.iter().all(is_whole) {
            bail!("{count} patches for grids {grids:?} in blocks of {merge} x {merge}");
        }
        let windows = Windows::of(grids, merge, (window / patch / merge).max(1));
        let device = patches.device();
        let order = Tensor::new(&windows.order[..], device)?;
        let ordered = self.patches.forward(patches)?.reshape((count / unit, unit * hidden))?.index_select(&order, 0)?;
        let mut state = ordered.reshape((1, count, hidden))?;
        let places: Vec<[usize; 2]> = grids.iter().flat_map(|grid| in_blocks(*grid, merge)).collect();
        let places: Vec<[usize; 2]> =
            windows.order.iter().flat_map(|block| places[*block as usize * unit..][..unit].iter().copied()).collect();
        let half = hidden / heads / 2;
        let rotary = Rotary::of_places(&places, &[half, half], ROTARY_BASE, Pairs::Halves, device)?;
        let lengths = |blocks: &[usize]| -> Vec<usize> { blocks.iter().map(|blocks| blocks * unit).collect() };
        let (near, far) = (lengths(&windows.windows), lengths(&windows.pictures));
        see(0, &state);
        for (at, block) in self.blocks.iter().enumerate() {
            let spans = if self.config.whole.contains(&at) { &far } else { &near };
            state = block.forward(&state, &rotary, spans)?;
            see(at + 1, &state);
        }
        let merged = self.merged.forward(&state)?.reshape((count / unit, unit * hidden))?;
        let [first, second] = &self.merger;
        let merged = second.forward(&first.forward_activated(&merged, Activation::Gelu)?)?;
        merged.index_select(&Tensor::new(&windows.inverse()[..], device)?, 0)
    }
}

impl Block {
    fn load(weights: &Weights, config: &VisionConfig) -> std::result::Result<Self, WeightsError> {
        let VisionConfig { hidden, inner, heads, .. } = *config;
        let norm = |name: &str| RmsNorm::load(&weights.pp(name), hidden, EPS, Gain::Weight);
        let linear = |name: &str, depth, width| Linear::load(&weights.pp(name), depth, width, true);
        Ok(Self {
            norms: [norm("norm1")?, norm("norm2")?],
            attention: linear("attn.qkv", hidden, 3 * hidden)?,
            output: linear("attn.proj", hidden, hidden)?,
            gate: linear("mlp.gate_proj", hidden, inner)?,
            up: linear("mlp.up_proj", hidden, inner)?,
            down: linear("mlp.down_proj", inner, hidden)?,
            heads,
        })
    }

    /// Applies the block to 1 x patches x hidden, of which spans of these lengths attend to themselves.
    fn forward(&self, input: &Tensor, rotary: &Rotary, spans: &[usize]) -> Result<Tensor> {
        let [before_attention, before_mlp] = &self.norms;
        let attended = self.attend(&before_attention.forward(input)?, rotary, spans)?;
        let middle = (input + self.output.forward(&attended)?)?;
        let normed = before_mlp.forward(&middle)?;
        let open = (self.gate.forward_activated(&normed, Activation::Silu)? * self.up.forward(&normed)?)?;
        middle + self.down.forward(&open)?
    }

    fn attend(&self, input: &Tensor, rotary: &Rotary, spans: &[usize]) -> Result<Tensor> {
        let (_, count, hidden) = input.dims3()?;
        let size = hidden / self.heads;
        let all = self.attention.forward(input)?;
        let part = |at: usize| all.narrow(2, at * hidden, hidden)?.contiguous()?.reshape((1, count, self.heads, size));
        let (queries, keys, values) = (rotary.forward(&part(0)?)?, rotary.forward(&part(1)?)?, part(2)?);
        let (mut attended, mut from) = (Vec::new(), 0);
        // Spans of one length that follow each other are a batch.
        for run in spans.chunk_by(|a, b| a == b) {
            let (batch, length) = (run.len(), run.first().copied().unwrap_or(0));
            let cut = |tensor: &Tensor| {
                let rows = tensor.narrow(1, from, batch * length)?.contiguous()?;
                rows.reshape((batch, length, self.heads, size))
            };
            let seen = attend(&cut(&queries)?, &cut(&keys)?, &cut(&values)?, &Mask::None, Scaling::of_head(size))?;
            attended.push(seen.reshape((1, batch * length, hidden))?);
            from += batch * length;
        }
        Tensor::cat(&attended, 1)
    }
}
