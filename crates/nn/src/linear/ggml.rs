//! Blocks of ggml: packed as they are read, or as a GGUF file has them.

use std::sync::Arc;

use candle_core::quantized::{GgmlDType, QMatMul, QStorage, QTensor};
use candle_core::{DType, Module, Result, Tensor};

use super::dense::Product;
use super::format::{Format, LinearKind};
use super::matrix::{Matrix, add};
use crate::weights::{Weights, WeightsError};

/// Blocks of a GGUF file.
#[derive(Debug)]
pub(super) struct GgmlInFile;

impl Format for GgmlInFile {
    fn is_in_file(&self, weights: &Weights) -> bool {
        weights.has_blocks("weight")
    }

    fn read(
        &self,
        weights: &Weights,
        (width, depth): (usize, usize),
    ) -> std::result::Result<Arc<dyn Matrix>, WeightsError> {
        if weights.is_blank() {
            let bytes = weights.block_bytes("weight");
            let weight = weights.get("weight", &[width, depth])?;
            weights.takes("weight", bytes);
            return Ok(Arc::new(Product { weight, bytes }));
        }
        let blocks = weights.get_blocks("weight", &[width, depth])?;
        Ok(Arc::new(Ggml { blocks, size: (width, depth) }))
    }
}

/// Quantises a weight (out, in) on its device.
pub(super) fn pack(weight: &Tensor, kind: LinearKind) -> Result<Arc<dyn Matrix>> {
    let blocks = if kind == LinearKind::Q4K { GgmlDType::Q4K } else { GgmlDType::Q8_0 };
    let blocks = Arc::new(QTensor::quantize(weight, blocks)?);
    Ok(Arc::new(Ggml { blocks, size: weight.dims2()? }))
}

/// Rows of input up to which candle may keep the second copy of a weight, in another order, that it makes at the first product on a CPU.
/// More rows pay for making it anew.
const FEW: usize = 32;

/// A weight in blocks, multiplied by candle on CPU and card; sums in f32.
#[derive(Debug)]
struct Ggml {
    blocks: Arc<QTensor>,
    size: (usize, usize),
}

impl Ggml {
    /// The blocks for a product with so many rows of input: those that stay, or a copy that goes with what candle keeps beside it.
    fn for_rows(&self, rows: usize) -> Result<Arc<QTensor>> {
        let device = self.blocks.device();
        if rows <= FEW || !device.is_cpu() {
            return Ok(Arc::clone(&self.blocks));
        }
        let copy = QStorage::from_data(self.blocks.data()?, &device, self.blocks.dtype())?;
        Ok(Arc::new(QTensor::new(copy, self.size)?))
    }
}

impl Matrix for Ggml {
    fn size(&self) -> (usize, usize) {
        self.size
    }

    fn bytes(&self) -> u64 {
        self.blocks.storage_size_in_bytes() as u64
    }

    fn multiply(&self, input: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        let rows = input.elem_count().checked_div(self.size.1).unwrap_or(0);
        let product = QMatMul::from_arc(self.for_rows(rows)?)?;
        add(product.forward(&input.to_dtype(DType::F32)?.contiguous()?)?, bias)?.to_dtype(input.dtype())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::tests::{deviation, wave};

    /// Time of products with what candle keeps and without: `cargo test --release -p linocut-nn copies -- --ignored --nocapture`.
    #[test]
    #[ignore = "measures"]
    fn copies_cost_little() {
        let blocks = Arc::new(QTensor::quantize(&wave(9216, 2304, 0.3), GgmlDType::Q8_0).unwrap());
        let layer = Ggml { blocks: Arc::clone(&blocks), size: (9216, 2304) };
        let kept = QMatMul::from_arc(blocks).unwrap();
        for rows in [33, 128, 512, 1024] {
            let input = wave(rows, 2304, 0.1);
            let time = |run: &dyn Fn() -> Tensor| {
                let start = std::time::Instant::now();
                run();
                start.elapsed().as_secs_f64() * 1e3
            };
            let mut pairs: Vec<(f64, f64)> = (0..9)
                .map(|_| (time(&|| layer.multiply(&input, None).unwrap()), time(&|| kept.forward(&input).unwrap())))
                .collect();
            pairs.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
            println!("{rows} rows: {:.1} ms, kept {:.1} ms", pairs[4].0, pairs[4].1);
        }
    }

    #[test]
    fn few_rows_and_many_give_the_same() {
        for kind in [LinearKind::Q8_0, LinearKind::Q4K] {
            let layer = pack(&wave(40, 256, 0.3), kind).unwrap();
            let input = wave(FEW + 1, 256, 0.1);
            let (many, few) = (layer.multiply(&input, None).unwrap(), input.narrow(0, 0, FEW).unwrap());
            let found = layer.multiply(&few, None).unwrap();
            assert!(deviation(&found, &many.narrow(0, 0, FEW).unwrap()) < 1e-3, "{kind:?}");
        }
    }
}
