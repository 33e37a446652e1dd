//! Four bits of bitsandbytes: rows widened tile by tile on the CPU, blocks looked up tile by tile on a card.

use std::sync::Arc;

use candle_core::{DType, Device, Result, Tensor};

use super::format::Format;
use super::matrix::{Matrix, add};
use super::rows::Rows;
use super::tiles::{HasRows, TileProduct};
use crate::nf4::{BLOCK, Nf4Matrix, StoredNf4};
use crate::weights::{Weights, WeightsError};

/// Name of the tensor by which a stored NF4 weight is known.
const STATE: &str = "weight.quant_state.bitsandbytes__nf4";
/// Weights that are widened at a time on a card: 64 MB in f32.
const TILE: usize = 1 << 24;

/// What bitsandbytes stores.
#[derive(Debug)]
pub(super) struct Nf4InFile;

impl Format for Nf4InFile {
    fn is_in_file(&self, weights: &Weights) -> bool {
        weights.contains(STATE)
    }

    fn read(
        &self,
        weights: &Weights,
        (width, depth): (usize, usize),
    ) -> std::result::Result<Arc<dyn Matrix>, WeightsError> {
        let part = |name: &str| weights.get_stored(name, &weights.shape(name).unwrap_or_default());
        let optional = |name: &str| weights.contains(name).then(|| part(name)).transpose();
        let (codes, absmax, levels) = (part("weight")?, part("weight.absmax")?, part("weight.quant_map")?);
        let (nested_absmax, nested_map) = (optional("weight.nested_absmax")?, optional("weight.nested_quant_map")?);
        let state = part(STATE)?;
        if weights.is_blank() {
            return Ok(Arc::new(Nf4Matrix::quantise(&[], 0, 0)));
        }
        let matrix = {
            let stored = StoredNf4 {
                codes: &codes,
                absmax: &absmax,
                levels: &levels,
                nested_absmax: nested_absmax.as_ref(),
                nested_map: nested_map.as_ref(),
                state: &state,
            };
            stored.matrix().map_err(|source| weights.nf4_error("weight", source))?
        };
        if (matrix.rows(), matrix.columns()) != (width, depth) {
            return Err(weights.shape_error("weight", &[width, depth], &[matrix.rows(), matrix.columns()]));
        }
        on(matrix, weights.device()).map_err(|source| weights.conversion("weight", source))
    }
}

/// Quantises a weight (out, in) for a device.
pub(super) fn pack(weight: &Tensor, device: &Device) -> Result<Arc<dyn Matrix>> {
    let (width, depth) = weight.dims2()?;
    let values = weight.to_device(&Device::Cpu)?.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?;
    on(Nf4Matrix::quantise(&values, width, depth), device)
}

pub(super) fn on(matrix: Nf4Matrix, device: &Device) -> Result<Arc<dyn Matrix>> {
    if device.is_cpu() { Ok(Arc::new(matrix)) } else { Ok(Arc::new(Blocks::new(&matrix, device)?)) }
}

impl Matrix for Nf4Matrix {
    fn size(&self) -> (usize, usize) {
        (self.rows(), self.columns())
    }

    fn bytes(&self) -> u64 {
        self.byte_count() as u64
    }

    fn multiply(&self, input: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        TileProduct { matrix: self, bias }.run(input)
    }
}

impl HasRows for Nf4Matrix {
    fn with_rows(&self, run: &mut dyn FnMut(&dyn Rows) -> Result<()>) -> Result<()> {
        run(self)
    }
}

/// The same on any device of candle's: codes stay packed, a tile at a time is widened by a look-up.
#[derive(Debug)]
struct Blocks {
    /// Two codes a byte, of whole blocks: (blocks, 32), u8.
    codes: Tensor,
    /// (blocks, 1), f32.
    scales: Tensor,
    /// Both levels of each byte: (256, 2), f32.
    pairs: Tensor,
    size: (usize, usize),
}

impl Blocks {
    fn new(matrix: &Nf4Matrix, device: &Device) -> Result<Self> {
        let count = matrix.scales().len();
        let mut codes = matrix.codes().to_vec();
        codes.resize(count * BLOCK / 2, 0);
        let scales: Vec<f32> = (0..count).map(|block| matrix.scales().get(block)).collect();
        let levels = matrix.levels();
        let pairs: Vec<f32> = (0..256).flat_map(|byte| [levels[byte >> 4], levels[byte & 15]]).collect();
        Ok(Self {
            codes: Tensor::from_vec(codes, (count, BLOCK / 2), device)?,
            scales: Tensor::from_vec(scales, (count, 1), device)?,
            pairs: Tensor::from_vec(pairs, (256, 2), device)?,
            size: (matrix.rows(), matrix.columns()),
        })
    }

    /// Some rows, which begin and end with blocks.
    fn rows(&self, first: usize, count: usize) -> Result<Tensor> {
        let columns = self.size.1;
        let (from, until) = (first * columns / BLOCK, ((first + count) * columns).div_ceil(BLOCK));
        // As bytes, 255 would stand for no index.
        let codes = self.codes.narrow(0, from, until - from)?.flatten_all()?.to_dtype(DType::U32)?;
        let values = self.pairs.index_select(&codes, 0)?.reshape((until - from, BLOCK))?;
        let values = values.broadcast_mul(&self.scales.narrow(0, from, until - from)?)?.flatten_all()?;
        values.narrow(0, 0, count * columns)?.reshape((count, columns))
    }

    /// Rows of a tile: as many as there is room for, cut where blocks end.
    fn tile(&self) -> usize {
        let (rows, columns) = self.size;
        let together = (1..=BLOCK).find(|rows| (rows * columns).is_multiple_of(BLOCK)).unwrap_or(BLOCK);
        ((TILE / columns.max(1)) / together * together).clamp(together, rows.max(together))
    }
}

impl Matrix for Blocks {
    fn size(&self) -> (usize, usize) {
        self.size
    }

    fn bytes(&self) -> u64 {
        (self.codes.elem_count() + self.scales.elem_count() * 4) as u64
    }

    fn multiply(&self, input: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        let (rows, columns) = self.size;
        let mut shape = input.dims().to_vec();
        shape.pop();
        shape.push(rows);
        let flat = input.reshape(((), columns))?;
        let tile = self.tile();
        let products = (0..rows).step_by(tile).map(|first| {
            let weight = self.rows(first, tile.min(rows - first))?.to_dtype(input.dtype())?;
            flat.matmul(&weight.t()?)
        });
        let products = products.collect::<Result<Vec<_>>>()?;
        add(Tensor::cat(&products, 1)?.reshape(shape)?, bias)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::tests::{deviation, wave};

    #[test]
    fn blocks_of_a_card_give_what_rows_of_the_cpu_give() {
        for (rows, columns) in [(40, 192), (7, 90), (33, 64), (64, 33), (1, 5)] {
            let (weight, input) = (wave(rows, columns, 0.37), wave(12, columns, 0.11));
            let values = weight.flatten_all().unwrap().to_vec1::<f32>().unwrap();
            let matrix = Nf4Matrix::quantise(&values, rows, columns);
            let blocks = Blocks::new(&matrix, &Device::Cpu).unwrap();
            let bias = wave(1, rows, 0.7).squeeze(0).unwrap();
            let expected = matrix.multiply(&input, Some(&bias)).unwrap();
            let apart = deviation(&blocks.multiply(&input, Some(&bias)).unwrap(), &expected);
            assert!(apart < 1e-6, "{rows} x {columns}: {apart}");
        }
    }

    #[test]
    fn tiles_begin_and_end_with_blocks() {
        let of = |rows, columns| {
            let matrix = Nf4Matrix::quantise(&vec![0.5; rows * columns], rows, columns);
            Blocks::new(&matrix, &Device::Cpu).unwrap().tile()
        };
        assert_eq!((of(3, 64), of(5, 32), of(200, 1)), (3, 5, 200));
        assert!((of(40, 30_000) * 30_000).is_multiple_of(BLOCK));
    }
}
