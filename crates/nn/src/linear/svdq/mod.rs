//! `SVDQuant`: four bits with a scale for 64 weights, beside a factor of low rank in 16 bits.
//!
//! `y = codes ((x + shift) / smooth) + up (down x) + bias`. Layers that only shift, scale and gate are in four bits with a zero point of
//! their own (AWQ). Codes stay packed; on a CPU rows are widened tile by tile, on a card blocks are looked up.
//!
//! Sources: Li et al., `SVDQuant`, 2024; deepcompressor and nunchaku, whose kernels round activations to four bits as well, which is not done
//! here: the answers are nearer to those of the model that was quantised.

mod modulation;
mod order;

use std::sync::Arc;

use candle_core::{D, DType, Device, Result, Tensor};
use half::bf16;

pub use self::modulation::SvdqModulation;
use super::Linear;
use super::dense::Product;
use super::format::{Format, of_tensor};
use super::matrix::{Matrix, add};
use super::nf4;
use crate::nf4::{Nf4Matrix, Scales};
use crate::weights::{Weights, WeightsError};
use order::{GROUP, SQUARE, TILE};

/// What the kernels add to what comes out of a gelu, so that codes without a sign hold it.
const SHIFT: f64 = 0.171_875;

/// The number of each code: two's complement.
const SIGNED: [f32; 16] = [0., 1., 2., 3., 4., 5., 6., 7., -8., -7., -6., -5., -4., -3., -2., -1.];

type Loaded<T> = std::result::Result<T, WeightsError>;

/// Layers of `SVDQuant`: `qweight`, `wscales`, `smooth`, `lora_down`, `lora_up` and `bias`.
#[derive(Debug)]
pub struct Svdq {
    /// Endings of the names of layers whose input comes out of a gelu.
    pub behind_gelu: &'static [&'static str],
}

impl Format for Svdq {
    fn is_in_file(&self, weights: &Weights) -> bool {
        weights.contains("qweight") && weights.contains("smooth")
    }

    fn read(&self, weights: &Weights, (width, depth): (usize, usize)) -> Loaded<Arc<dyn Matrix>> {
        check(weights, width.is_multiple_of(TILE) && depth.is_multiple_of(TILE), [width, depth])?;
        let rank = weights.shape("lora_down").and_then(|shape| shape.get(1).copied()).unwrap_or(SQUARE);
        check(weights, rank.is_multiple_of(SQUARE), [depth, rank])?;
        let packed = weights.get_stored("qweight", &[width, depth / 2])?;
        let scales = weights.get_stored("wscales", &[depth / GROUP, width])?;
        let wide = |name: &str, shape: &[usize]| weights.get_dtype(name, shape, DType::F32);
        let (smooth, down, up) =
            (wide("smooth", &[depth])?, wide("lora_down", &[depth, rank])?, wide("lora_up", &[width, rank])?);
        for (name, of) in [("smooth", depth), ("lora_down", rank * depth), ("lora_up", rank * width)] {
            weights.takes(name, of as u64 * 2);
        }
        if weights.is_blank() {
            return blank(weights, (width, depth));
        }
        let put = || {
            let codes = order::codes(&bytes(&packed)?, width, depth);
            let codes = Nf4Matrix::from_parts((width, depth), codes, row_scales(&scales, depth / GROUP)?, SIGNED);
            let factor = |tensor: &Tensor, channels: usize, lower: bool, shape: (usize, usize)| {
                let values = order::factor(&tensor.flatten_all()?.to_vec1()?, channels, rank, lower);
                half(Tensor::from_vec(values, shape, &Device::Cpu)?, weights)
            };
            let inverse = order::vector(&smooth.to_vec1()?).into_iter().map(|smooth| 1.0 / smooth).collect();
            let is_behind_gelu = self.behind_gelu.iter().any(|ending| weights.is_named(ending));
            let matrix = SvdqMatrix {
                codes: nf4::on(codes, weights.device())?,
                inverse: Tensor::from_vec(inverse, depth, weights.device())?,
                shift: if is_behind_gelu { SHIFT } else { 0.0 },
                down: factor(&down, depth, true, (rank, depth))?,
                up: factor(&up, width, false, (width, rank))?,
            };
            Ok(Arc::new(matrix) as Arc<dyn Matrix>)
        };
        put().map_err(|source| weights.conversion("qweight", source))
    }

    fn read_bias(&self, weights: &Weights, width: usize) -> Loaded<Option<Tensor>> {
        let packed = weights.get_dtype("bias", &[width], DType::F32)?;
        if weights.is_blank() {
            return Ok(Some(packed));
        }
        check(weights, width.is_multiple_of(TILE), [width])?;
        let put = || Tensor::from_vec(order::vector(&packed.to_vec1()?), width, weights.device());
        put().map(Some).map_err(|source| weights.conversion("bias", source))
    }
}

/// Layers that a file has in pieces which lie beside each other: `0`, `1`, ... with the first columns of the weight in the first. Each is
/// read as a layer of its own; their biases are added.
#[derive(Debug)]
pub struct Beside;

impl Format for Beside {
    fn is_in_file(&self, weights: &Weights) -> bool {
        weights.contains("0.qweight") && weights.contains("1.qweight")
    }

    fn read(&self, weights: &Weights, (width, depth): (usize, usize)) -> Loaded<Arc<dyn Matrix>> {
        let columns = |at: usize| weights.shape(&format!("{at}.qweight")).and_then(|shape| shape.get(1).copied());
        let depths: Vec<usize> = (0..).map_while(columns).map(|bytes| 2 * bytes).collect();
        check(weights, depths.iter().sum::<usize>() == depth, depths.iter().copied())?;
        let piece = |(at, depth): (usize, &usize)| Linear::load(&weights.pp(at), *depth, width, true);
        let pieces = depths.iter().enumerate().map(piece).collect::<Loaded<Vec<_>>>()?;
        Ok(Arc::new(BesideMatrix { pieces, size: (width, depth) }))
    }

    /// The pieces have it.
    fn read_bias(&self, _weights: &Weights, _width: usize) -> Loaded<Option<Tensor>> {
        Ok(None)
    }
}

#[derive(Debug)]
struct BesideMatrix {
    pieces: Vec<Linear>,
    size: (usize, usize),
}

impl Matrix for BesideMatrix {
    fn size(&self) -> (usize, usize) {
        self.size
    }

    fn bytes(&self) -> u64 {
        self.pieces.iter().map(Linear::bytes).sum()
    }

    fn multiply(&self, input: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        let (mut sum, mut from) = (None, 0);
        for piece in &self.pieces {
            let product = piece.forward(&input.narrow(D::Minus1, from, piece.depth())?.contiguous()?)?;
            from += piece.depth();
            sum = Some(match sum {
                None => product,
                Some(sum) => (sum + product)?,
            });
        }
        match sum {
            Some(sum) => add(sum, bias),
            None => candle_core::bail!("a layer without pieces"),
        }
    }
}

#[derive(Debug)]
struct SvdqMatrix {
    codes: Arc<dyn Matrix>,
    /// One over what each input was divided by before it was packed: (in), f32.
    inverse: Tensor,
    shift: f64,
    /// (rank, in)
    down: Arc<dyn Matrix>,
    /// (out, rank)
    up: Arc<dyn Matrix>,
}

impl Matrix for SvdqMatrix {
    fn size(&self) -> (usize, usize) {
        self.codes.size()
    }

    fn bytes(&self) -> u64 {
        self.codes.bytes() + self.down.bytes() + self.up.bytes() + 4 * self.inverse.elem_count() as u64
    }

    fn multiply(&self, input: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        let smooth = if self.shift == 0.0 { input.clone() } else { (input + self.shift)? };
        let smooth = smooth.broadcast_mul(&self.inverse.to_dtype(input.dtype())?)?;
        self.codes.multiply(&smooth, bias)? + self.up.multiply(&self.down.multiply(input, None)?, None)?
    }
}

/// The scales of a file in row order, in 16 bits if they are bf16.
fn row_scales(scales: &Tensor, groups: usize) -> Result<Scales> {
    let flat = scales.flatten_all()?;
    Ok(if flat.dtype() == DType::BF16 {
        Scales::Half(order::scales(&flat.to_vec1::<bf16>()?, groups))
    } else {
        Scales::Plain(order::scales(&flat.to_dtype(DType::F32)?.to_vec1::<f32>()?, groups))
    })
}

/// A weight in the 16 bits that it was published in, where it lives.
fn half(weight: Tensor, weights: &Weights) -> Result<Arc<dyn Matrix>> {
    of_tensor(weight.to_dtype(DType::BF16)?.to_device(weights.device())?)
}

/// The bytes of a tensor of whole numbers.
fn bytes(tensor: &Tensor) -> Result<Vec<u8>> {
    let flat = tensor.flatten_all()?;
    match flat.dtype() {
        DType::U8 => flat.to_vec1(),
        DType::I32 => Ok(flat.to_vec1::<i32>()?.into_iter().flat_map(i32::to_le_bytes).collect()),
        other => {
            candle_core::bail!("codes of four bits are of type {other:?}, expected bytes or whole numbers of 32 bits")
        }
    }
}

/// A weight without numbers, in place of the packed one.
fn blank(weights: &Weights, size: (usize, usize)) -> Loaded<Arc<dyn Matrix>> {
    let zeros = Tensor::zeros((), DType::F32, &Device::Cpu).and_then(|zero| zero.broadcast_as(size));
    let weight = zeros.map_err(|source| weights.conversion("qweight", source))?;
    Ok(Arc::new(Product { weight, bytes: 0 }))
}

/// An error that says which sizes cannot be packed so, unless `holds`.
fn check(weights: &Weights, holds: bool, sizes: impl IntoIterator<Item = usize>) -> Loaded<()> {
    if holds {
        return Ok(());
    }
    let sizes: Vec<usize> = sizes.into_iter().collect();
    let reason = format!("sizes {sizes:?} do not fit tiles of {TILE} x {GROUP} and squares of {SQUARE}");
    Err(weights.conversion("qweight", candle_core::Error::Msg(reason)))
}
