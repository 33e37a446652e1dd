//! The product of a frozen linear layer.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};

use super::product::{Matrix, Threads, product};
use super::slices::{contiguous, with_slice};

/// `y = x w^T + b` on the CPU in f32. The gradient goes to `x` only: the weights are frozen.
///
/// # Shapes
///
/// - `input`: (.., in), contiguous
/// - `weight`: (out, in), contiguous
/// - `bias`: (out), contiguous
/// - result: (.., out)
pub(crate) fn dense(input: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    input.contiguous()?.apply_op1(Dense { weight: weight.clone(), bias: bias.cloned() })
}

struct Dense {
    weight: Tensor,
    bias: Option<Tensor>,
}

impl CustomOp1 for Dense {
    fn name(&self) -> &'static str {
        "dense"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (width, depth) = self.weight.dims2()?;
        let input = contiguous(storage, layout)?;
        let rows = input.len() / depth.max(1);
        let mut output = self.start(rows, width)?;
        let reads = self.bias.is_some();
        with_slice(&self.weight, |weight| {
            let factors = (Matrix::rows(input, depth), Matrix::columns(weight, depth));
            product(&mut output, width, reads, 1.0, factors, Threads::All);
            Ok(())
        })?;
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
}

/// The gradient of [`Dense`] with respect to its input: `g w`.
struct DenseGradient {
    weight: Tensor,
}

impl CustomOp1 for DenseGradient {
    fn name(&self) -> &'static str {
        "dense-gradient"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (width, depth) = self.weight.dims2()?;
        let gradient = contiguous(storage, layout)?;
        let mut output = vec![0.0; gradient.len() / width.max(1) * depth];
        with_slice(&self.weight, |weight| {
            let factors = (Matrix::rows(gradient, width), Matrix::rows(weight, depth));
            product(&mut output, depth, false, 1.0, factors, Threads::All);
            Ok(())
        })?;
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
