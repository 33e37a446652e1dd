//! The product of a frozen linear layer.

use candle_core::utils::get_num_threads;
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use super::elementwise;
use super::panel_product::Strip;
use super::panels::{PANEL, Panels};
use super::product::{Matrix, Threads, product};
use super::slices::{contiguous, with_slice};
use crate::activation::Activation;

/// Rows that the threads' shares of a product are multiples of.
const ROWS: usize = 8;
/// Panels whose rows are laid out at a time for a gradient.
const PANELS: usize = 16;

/// `y = x w^T + b` on the CPU in f32. The gradient goes to `x` only: the weights are frozen.
///
/// # Shapes
///
/// - `input`: (.., in), contiguous
/// - `weight`: (out, in)
/// - `bias`: (out), contiguous
/// - result: (.., out)
pub(crate) fn dense(input: &Tensor, weight: &Panels, bias: Option<&Tensor>) -> Result<Tensor> {
    input.contiguous()?.apply_op1(Dense { weight: weight.clone(), bias: bias.cloned(), activation: None })
}

/// An activation of [`dense`], in one pass and without a gradient.
pub(crate) fn dense_activated(
    input: &Tensor,
    weight: &Panels,
    bias: Option<&Tensor>,
    activation: Activation,
) -> Result<Tensor> {
    let op = Dense { weight: weight.clone(), bias: bias.cloned(), activation: Some(activation) };
    input.contiguous()?.apply_op1_no_bwd(&op)
}

struct Dense {
    weight: Panels,
    bias: Option<Tensor>,
    activation: Option<Activation>,
}

impl CustomOp1 for Dense {
    fn name(&self) -> &'static str {
        "dense"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (width, depth) = (self.weight.width(), self.weight.depth());
        let input = contiguous(storage, layout)?;
        let mut output = self.start(layout.shape().elem_count() / depth.max(1), width)?;
        if depth > 0 && width > 0 {
            self.run(input, &mut output);
        }
        Ok((CpuStorage::F32(output), with_last(layout.dims(), width)))
    }

    fn bwd(&self, _arg: &Tensor, _res: &Tensor, grad_res: &Tensor) -> Result<Option<Tensor>> {
        grad_res.contiguous()?.apply_op1(DenseGradient { weight: self.weight.clone() }).map(Some)
    }
}

impl Dense {
    /// What the product is added to: the bias in each row.
    fn start(&self, rows: usize, width: usize) -> Result<Vec<f32>> {
        let Some(bias) = &self.bias else { return Ok(vec![0.0; rows * width]) };
        with_slice(bias, |bias| Ok(bias.repeat(rows)))
    }

    /// Adds the product to the output, each thread in rows of its own.
    fn run(&self, input: &[f32], output: &mut [f32]) {
        let (width, depth) = (self.weight.width(), self.weight.depth());
        let share = (output.len() / width).div_ceil(get_num_threads()).next_multiple_of(ROWS);
        let strip = |(output, input): (&mut [f32], &[f32])| self.strip(input, output);
        if output.len() <= share * width {
            strip((output, input));
        } else {
            output.par_chunks_mut(share * width).zip(input.par_chunks(share * depth)).for_each(strip);
        }
    }

    fn strip(&self, input: &[f32], output: &mut [f32]) {
        Strip { output, input, panels: &self.weight }.run();
        if let Some(activation) = self.activation {
            elementwise::apply(activation, output);
        }
    }
}

/// The gradient of [`Dense`] with respect to its input: `g w`.
struct DenseGradient {
    weight: Panels,
}

impl CustomOp1 for DenseGradient {
    fn name(&self) -> &'static str {
        "dense-gradient"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (width, depth) = (self.weight.width(), self.weight.depth());
        let gradient = contiguous(storage, layout)?;
        let rows = gradient.len() / width.max(1);
        let mut output = vec![0.0; rows * depth];
        let panels = width.div_ceil(PANEL);
        let mut weights = vec![0.0; PANELS.min(panels) * PANEL * depth];
        for first in (0..panels).step_by(PANELS) {
            let count = self.weight.rows(first..panels.min(first + PANELS), &mut weights);
            let weights = Matrix::rows(&weights[..count], depth);
            let part = Matrix::strided(&gradient[first * PANEL..], rows, count / depth.max(1), width);
            product(&mut output, depth, first > 0, 1.0, (part, weights), Threads::All);
        }
        Ok((CpuStorage::F32(output), with_last(layout.dims(), depth)))
    }
}

fn with_last(dims: &[usize], last: usize) -> Shape {
    let mut dims = dims.to_vec();
    if let Some(side) = dims.last_mut() {
        *side = last;
    }
    Shape::from(dims)
}
