//! The order in which a frozen weight is kept and multiplied.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use candle_core::{Device, Result, Tensor};

use super::slices::with_slice;

/// Outputs of a panel: three vectors of AVX-512.
pub(crate) const PANEL: usize = 48;
/// Elements of a cache line.
const LINE: usize = 16;

/// A weight (out, in) in panels of 48 outputs: in each, the weights of one input stand side by side, the inputs one behind the
/// other. What is left of the last panel is zero. Clones share the elements.
#[derive(Clone)]
pub(crate) struct Panels {
    elements: Arc<Vec<f32>>,
    /// Where the elements begin: at a cache line.
    start: usize,
    width: usize,
    depth: usize,
}

impl Panels {
    /// Lays out a weight (out, in), contiguous, f32, on the CPU.
    pub(crate) fn new(weight: &Tensor) -> Result<Self> {
        let (width, depth) = weight.dims2()?;
        with_slice(weight, |rows| Ok(Self::of_outputs(|output| &rows[output * depth..][..depth], width, depth)))
    }

    /// Lays out the weights of one output after the other, `depth` each.
    pub(crate) fn of_outputs<'a>(weights: impl Fn(usize) -> &'a [f32], width: usize, depth: usize) -> Self {
        Self::filled(width, depth, |at, panel| {
            for (block, panel) in panel.chunks_mut(LINE * PANEL).enumerate() {
                for column in 0..PANEL.min(width - at * PANEL) {
                    let row = &weights(at * PANEL + column)[block * LINE..];
                    panel[column..].iter_mut().step_by(PANEL).zip(row).for_each(|(element, weight)| *element = *weight);
                }
            }
        })
    }

    /// Lays out the weights of one input after the other, `width` each.
    pub(super) fn of_inputs<'a>(weights: impl Fn(usize) -> &'a [f32], width: usize, depth: usize) -> Self {
        Self::filled(width, depth, |at, panel| {
            for (input, elements) in panel.chunks_exact_mut(PANEL).enumerate() {
                elements.iter_mut().zip(&weights(input)[at * PANEL..]).for_each(|(element, weight)| *element = *weight);
            }
        })
    }

    /// Zeros, into which `fill` writes one panel after the other.
    fn filled(width: usize, depth: usize, fill: impl Fn(usize, &mut [f32])) -> Self {
        let count = width.div_ceil(PANEL) * PANEL * depth;
        let mut elements = vec![0.0; count + LINE];
        let start = elements.as_ptr().align_offset(LINE * size_of::<f32>()).min(LINE);
        let panels = elements[start..start + count].chunks_exact_mut((PANEL * depth).max(1));
        panels.enumerate().for_each(|(at, panel)| fill(at, panel));
        Self { elements: Arc::new(elements), start, width, depth }
    }

    /// Number of outputs.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Number of inputs.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// The panels in turn: `PANEL` x inputs elements each.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[f32]> {
        let size = PANEL * self.depth;
        let count = self.width.div_ceil(PANEL) * size;
        self.elements[self.start..self.start + count].chunks_exact(size.max(1))
    }

    /// Rows of weights again, one for each output of some panels, into `rows`; returns how many elements that are.
    pub(super) fn rows(&self, panels: Range<usize>, rows: &mut [f32]) -> usize {
        let first = panels.start * PANEL;
        let count = (panels.end * PANEL).min(self.width).saturating_sub(first);
        let rows = &mut rows[..count * self.depth];
        let chosen = self.iter().skip(panels.start).take(panels.len());
        for (panel, rows) in chosen.zip(rows.chunks_mut((PANEL * self.depth).max(1))) {
            for (column, row) in rows.chunks_exact_mut(self.depth).enumerate() {
                row.iter_mut()
                    .zip(panel[column..].iter().step_by(PANEL))
                    .for_each(|(weight, element)| *weight = *element);
            }
        }
        rows.len()
    }

    /// The weight (out, in) again.
    pub(crate) fn to_tensor(&self) -> Result<Tensor> {
        let mut rows = vec![0.0; self.width * self.depth];
        self.rows(0..self.width.div_ceil(PANEL), &mut rows);
        Tensor::from_vec(rows, (self.width, self.depth), &Device::Cpu)
    }
}

impl fmt::Debug for Panels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Panels").field("width", &self.width).field("depth", &self.depth).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_comes_back_as_it_went_in() {
        for (width, depth) in [(1, 1), (48, 3), (49, 2), (100, 7)] {
            let weight = Tensor::arange(0.0_f32, (width * depth) as f32, &Device::Cpu).unwrap();
            let weight = weight.reshape((width, depth)).unwrap();
            let back = Panels::new(&weight).unwrap().to_tensor().unwrap();
            assert_eq!(back.to_vec2::<f32>().unwrap(), weight.to_vec2::<f32>().unwrap());
        }
    }

    #[test]
    fn weights_by_input_are_those_by_output() {
        let (width, depth) = (67, 5);
        let weights: Vec<f32> = (0..width * depth).map(|at| at as f32).collect();
        let turned: Vec<f32> = (0..width * depth).map(|at| weights[at % width * depth + at / width]).collect();
        let panels = Panels::of_outputs(|output| &weights[output * depth..][..depth], width, depth);
        let others = Panels::of_inputs(|input| &turned[input * width..][..width], width, depth);
        assert!(panels.iter().eq(others.iter()));
    }

    #[test]
    fn the_weights_of_an_input_stand_side_by_side() {
        let weight = Tensor::new(&[[1.0_f32, 2.0], [3.0, 4.0], [5.0, 6.0]], &Device::Cpu).unwrap();
        let panels = Panels::new(&weight).unwrap();
        let panel = panels.iter().next().unwrap();
        assert_eq!((&panel[..4], &panel[PANEL..PANEL + 4]), (&[1.0, 3.0, 5.0, 0.0][..], &[2.0, 4.0, 6.0, 0.0][..]));
        assert_eq!(panel.as_ptr().align_offset(64), 0);
    }

    #[test]
    fn a_weight_without_outputs_or_inputs_has_no_elements() {
        for shape in [(0, 5), (5, 0)] {
            let panels = Panels::new(&Tensor::zeros(shape, candle_core::DType::F32, &Device::Cpu).unwrap()).unwrap();
            assert_eq!(panels.iter().count(), 0);
            assert_eq!(panels.to_tensor().unwrap().dims(), [shape.0, shape.1]);
        }
    }
}
