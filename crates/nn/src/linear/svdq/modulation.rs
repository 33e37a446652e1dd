//! Layers that give shifts, scales and gates, in four bits with a zero point.

use std::sync::Arc;

use candle_core::{D, DType, Device, Result, Tensor};

use super::order::{self, GROUP, ROWS};
use super::{Loaded, blank, bytes, check};
use crate::linear::format::{Format, of_tensor};
use crate::linear::matrix::Matrix;
use crate::linear::nf4;
use crate::nf4::{Nf4Matrix, Scales};
use crate::weights::{Weights, WeightsError};

/// The number of each code, from the middle of them, so that zero points are small.
const CENTRED: [f32; 16] = [-8., -7., -6., -5., -4., -3., -2., -1., 0., 1., 2., 3., 4., 5., 6., 7.];
/// The middle.
const MIDDLE: f64 = 8.0;

/// Layers of shifts, scales and gates beside those of `SVDQuant`: `qweight`, `wscales`, `wzeros` and `bias`, whose output is as many vectors
/// of the input's length as there are of them: 3 or 6. The file has first the first number of each vector, and 1 added to the biases of
/// scales, which are the second of three.
#[derive(Debug)]
pub struct SvdqModulation;

impl Format for SvdqModulation {
    fn is_in_file(&self, weights: &Weights) -> bool {
        weights.contains("qweight") && weights.contains("wzeros")
    }

    fn read(&self, weights: &Weights, (width, depth): (usize, usize)) -> Loaded<Arc<dyn Matrix>> {
        let vectors = vectors(weights, width, depth)?;
        let packed = weights.get_stored("qweight", &[width / ROWS, depth / 2])?;
        let groups = depth / GROUP;
        let wide = |name: &str| weights.get_dtype(name, &[groups, width], DType::F32);
        let (scales, zeros) = (wide("wscales")?, wide("wzeros")?);
        for name in ["wscales", "wzeros"] {
            weights.takes(name, (4 * groups * width) as u64);
        }
        if weights.is_blank() {
            return blank(weights, (width, depth));
        }
        let put = || {
            let place = |row: usize| row % vectors * depth + row / vectors;
            let codes = order::words(&bytes(&packed)?, width, depth, place);
            let by_row = |tensor: &Tensor| {
                let values: Vec<f32> = tensor.t()?.contiguous()?.flatten_all()?.to_vec1()?;
                let mut placed = vec![0.0; values.len()];
                for (row, values) in values.chunks_exact(groups).enumerate() {
                    placed[place(row) * groups..][..groups].copy_from_slice(values);
                }
                Ok::<_, candle_core::Error>(placed)
            };
            let zeros = Tensor::from_vec(by_row(&(zeros + (&scales * MIDDLE)?)?)?, (width, groups), &Device::Cpu)?;
            let codes = Nf4Matrix::from_parts((width, depth), codes, Scales::Plain(by_row(&scales)?), CENTRED);
            let codes = nf4::on(codes, weights.device())?;
            let zeros = of_tensor(zeros.to_device(weights.device())?)?;
            Ok(Arc::new(ModulationMatrix { codes, zeros }) as Arc<dyn Matrix>)
        };
        put().map_err(|source| weights.conversion("qweight", source))
    }

    fn read_bias(&self, weights: &Weights, width: usize) -> Loaded<Option<Tensor>> {
        let packed = weights.get_dtype("bias", &[width], DType::F32)?;
        let depth = weights.shape("qweight").and_then(|shape| shape.get(1).copied()).unwrap_or(1) * 2;
        let vectors = vectors(weights, width, depth)?;
        if weights.is_blank() {
            return Ok(Some(packed));
        }
        let put = || {
            let vectors = packed.to_device(&Device::Cpu)?.reshape((depth, vectors))?.t()?.contiguous()?;
            let count = vectors.dim(0)?;
            let ones: Vec<f32> = (0..count).map(|at| if at % 3 == 1 { 1.0 } else { 0.0 }).collect();
            let ones = Tensor::from_vec(ones, (count, 1), &Device::Cpu)?;
            vectors.broadcast_sub(&ones)?.flatten_all()?.to_device(weights.device())
        };
        put().map(Some).map_err(|source| weights.conversion("bias", source))
    }
}

/// How many vectors the layer gives.
fn vectors(weights: &Weights, width: usize, depth: usize) -> std::result::Result<usize, WeightsError> {
    let vectors = width.checked_div(depth).unwrap_or(0);
    let fits = vectors > 0 && width == vectors * depth && vectors.is_multiple_of(3);
    check(weights, fits && depth.is_multiple_of(GROUP), [width, depth])?;
    Ok(vectors)
}

/// `codes x + zeros sums`, the sums being those of the groups of the input.
#[derive(Debug)]
struct ModulationMatrix {
    codes: Arc<dyn Matrix>,
    /// (out, groups)
    zeros: Arc<dyn Matrix>,
}

impl Matrix for ModulationMatrix {
    fn size(&self) -> (usize, usize) {
        self.codes.size()
    }

    fn bytes(&self) -> u64 {
        self.codes.bytes() + self.zeros.bytes()
    }

    fn multiply(&self, input: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        let groups = self.zeros.size().1;
        let mut shape = input.dims().to_vec();
        shape.pop();
        shape.extend([groups, GROUP]);
        let sums = input.reshape(shape)?.sum(D::Minus1)?;
        self.codes.multiply(input, bias)? + self.zeros.multiply(&sums, None)?
    }
}
