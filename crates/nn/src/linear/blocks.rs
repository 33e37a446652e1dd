//! Blocks of ggml where they lie: multiplied and widened without candle's second copy of them.

use std::ops::Range;

use candle_core::quantized::k_quants::{
    BlockQ2K, BlockQ3K, BlockQ4_0, BlockQ4_1, BlockQ4K, BlockQ5_0, BlockQ5_1, BlockQ5K, BlockQ6K, BlockQ8_0, matmul,
};
use candle_core::quantized::{GgmlDType, GgmlType};
use candle_core::{Result, Tensor, bail};

use super::rows::Rows;

/// A weight (out, in) in blocks, which somebody else owns.
pub(super) trait Blocks: Rows {
    /// `input` (m, in) times the weight's transpose: (m, out). candle rounds the input to 8 bits, as it does when it has its copy.
    fn multiply(&self, input: &[f32]) -> Result<Vec<f32>>;
}

/// These bytes as blocks of a kind; nothing for kinds that are no blocks, and for bytes that do not lie as blocks must.
pub(super) fn blocks<'a>(kind: GgmlDType, bytes: &'a [u8], size: (usize, usize)) -> Option<Box<dyn Blocks + 'a>> {
    match kind {
        GgmlDType::Q4_0 => of::<BlockQ4_0>(bytes, size),
        GgmlDType::Q4_1 => of::<BlockQ4_1>(bytes, size),
        GgmlDType::Q5_0 => of::<BlockQ5_0>(bytes, size),
        GgmlDType::Q5_1 => of::<BlockQ5_1>(bytes, size),
        GgmlDType::Q8_0 => of::<BlockQ8_0>(bytes, size),
        GgmlDType::Q2K => of::<BlockQ2K>(bytes, size),
        GgmlDType::Q3K => of::<BlockQ3K>(bytes, size),
        GgmlDType::Q4K => of::<BlockQ4K>(bytes, size),
        GgmlDType::Q5K => of::<BlockQ5K>(bytes, size),
        GgmlDType::Q6K => of::<BlockQ6K>(bytes, size),
        _ => None,
    }
}

fn of<'a, T: GgmlType + 'a>(bytes: &'a [u8], (width, depth): (usize, usize)) -> Option<Box<dyn Blocks + 'a>> {
    #[expect(unsafe_code, reason = "candle shows its blocks as bytes only")]
    // SAFETY: blocks are plain numbers, for which every pattern of bits is valid; `align_to` cuts off what is not aligned.
    let (before, blocks, after) = unsafe { bytes.align_to::<T>() };
    let is_whole = before.is_empty() && after.is_empty() && depth.is_multiple_of(T::BLCK_SIZE);
    (is_whole && blocks.len() * T::BLCK_SIZE == width * depth)
        .then(|| Box::new(Of { blocks, size: (width, depth) }) as Box<dyn Blocks + 'a>)
}

struct Of<'a, T> {
    blocks: &'a [T],
    size: (usize, usize),
}

impl<T: GgmlType> Rows for Of<'_, T> {
    fn size(&self) -> (usize, usize) {
        self.size
    }

    fn write(&self, rows: Range<usize>, out: &mut [f32]) {
        let of_row = self.size.1 / T::BLCK_SIZE;
        T::to_float(&self.blocks[rows.start * of_row..rows.end * of_row], out);
    }
}

impl<T: GgmlType> Blocks for Of<'_, T> {
    fn multiply(&self, input: &[f32]) -> Result<Vec<f32>> {
        let (width, depth) = self.size;
        let rows = input.len() / depth.max(1);
        let mut out = vec![0.0; rows * width];
        matmul((rows, depth, width), input, self.blocks, &mut out)?;
        Ok(out)
    }
}

/// The product of `input` (.., in) in f32, contiguous, with blocks: (.., out).
pub(super) fn multiply(blocks: &dyn Blocks, input: &Tensor) -> Result<Tensor> {
    let (width, depth) = blocks.size();
    let mut shape = input.dims().to_vec();
    match shape.last_mut() {
        Some(last) if *last == depth => *last = width,
        _ => bail!("a linear layer of {depth} inputs got shape {:?}", input.dims()),
    }
    let values = input.flatten_all()?.to_vec1::<f32>()?;
    Tensor::from_vec(blocks.multiply(&values)?, shape, input.device())
}
