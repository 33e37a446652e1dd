//! Blocks of ggml: packed as they are read, or as a GGUF file has them.

use std::borrow::Cow;
use std::sync::Arc;

use candle_core::quantized::{GgmlDType, QMatMul, QStorage, QTensor};
use candle_core::{D, DType, Device, Module, Result, Tensor};
use rayon::prelude::*;

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
        Ok(Arc::new(Ggml { blocks, size: (width, depth), keeps_copy: weights.keeps_copies() }))
    }
}

/// Quantises a weight (out, in) on its device.
pub(super) fn pack(weight: &Tensor, kind: LinearKind, keeps_copy: bool) -> Result<Arc<dyn Matrix>> {
    let blocks = if kind == LinearKind::Q4K { GgmlDType::Q4K } else { GgmlDType::Q8_0 };
    let blocks = Arc::new(QTensor::quantize(weight, blocks)?);
    Ok(Arc::new(Ggml { blocks, size: weight.dims2()?, keeps_copy }))
}

/// Rows of input up to which candle may keep the second copy of a weight, in another order, that it makes at the first product on a CPU.
/// More rows pay for making it anew.
const FEW: usize = 32;
/// Outputs that candle takes together: a share of a weight is a multiple of them, so that it is multiplied as in the whole.
const TOGETHER: usize = 16;

/// A weight in blocks, multiplied by candle on CPU and card; sums in f32.
#[derive(Debug)]
struct Ggml {
    blocks: Arc<QTensor>,
    size: (usize, usize),
    /// Whether candle may keep its second copy whatever the input.
    keeps_copy: bool,
}

impl Ggml {
    /// A product with copies of the blocks, which go with what candle keeps beside them: one for each thread, for that second copy is made
    /// by the thread that asks for it.
    fn multiply_apart(&self, input: &Tensor) -> Result<Tensor> {
        let (width, depth) = self.size;
        let (data, kind) = (self.blocks.data()?, self.blocks.dtype());
        let row = data.len() / width.max(1);
        let share = match width.is_multiple_of(TOGETHER) {
            true => width.div_ceil(TOGETHER * rayon::current_num_threads()) * TOGETHER,
            false => width,
        };
        let product = |blocks: &[u8]| {
            let copy = QStorage::from_data(Cow::Borrowed(blocks), &Device::Cpu, kind)?;
            QMatMul::from_qtensor(QTensor::new(copy, (blocks.len() / row, depth))?)?.forward(input)
        };
        let products = data.par_chunks((share * row).max(1)).map(product).collect::<Result<Vec<_>>>()?;
        Tensor::cat(&products, D::Minus1)
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
        let values = input.to_dtype(DType::F32)?.contiguous()?;
        let product = if rows <= FEW || self.keeps_copy || !self.blocks.device().is_cpu() {
            QMatMul::from_arc(Arc::clone(&self.blocks))?.forward(&values)?
        } else {
            self.multiply_apart(&values)?
        };
        add(product, bias)?.to_dtype(input.dtype())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::tests::{deviation, wave};

    /// Time of products with what candle keeps and without: `cargo test --release -p linocut-nn copies_cost -- --ignored --nocapture`.
    #[test]
    #[ignore = "measures"]
    fn copies_cost_little() {
        let blocks = Arc::new(QTensor::quantize(&wave(9216, 2304, 0.3), GgmlDType::Q8_0).unwrap());
        let layer = Ggml { blocks: Arc::clone(&blocks), size: (9216, 2304), keeps_copy: false };
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

    /// For widths that can be shared between threads, and one that cannot.
    #[test]
    fn copies_that_stay_give_the_same_bits() {
        let bits = |layer: &dyn Matrix, input: &Tensor| -> Vec<u32> {
            let found = layer.multiply(input, None).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
            found.into_iter().map(f32::to_bits).collect()
        };
        for (kind, width) in [(LinearKind::Q8_0, 112), (LinearKind::Q4K, 112), (LinearKind::Q8_0, 40)] {
            let weight = wave(width, 512, 0.3);
            let [kept, apart] = [true, false].map(|keeps_copy| pack(&weight, kind, keeps_copy).unwrap());
            let input = wave(FEW + 5, 512, 0.1);
            let expected = bits(kept.as_ref(), &input);
            for threads in [1, 2, 3] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                let found = pool.install(|| bits(apart.as_ref(), &input));
                assert!(found == expected, "{kind:?}, {width} outputs, {threads} threads");
            }
        }
    }

    #[test]
    fn few_rows_and_many_give_the_same() {
        for kind in [LinearKind::Q8_0, LinearKind::Q4K] {
            let layer = pack(&wave(40, 256, 0.3), kind, false).unwrap();
            let input = wave(FEW + 1, 256, 0.1);
            let (many, few) = (layer.multiply(&input, None).unwrap(), input.narrow(0, 0, FEW).unwrap());
            let found = layer.multiply(&few, None).unwrap();
            assert!(deviation(&found, &many.narrow(0, 0, FEW).unwrap()) < 1e-3, "{kind:?}");
        }
    }
}
