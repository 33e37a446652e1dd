//! Blocks of ggml: packed as they are read, or as a GGUF file has them.

use std::borrow::Cow;
use std::sync::Arc;

use candle_core::quantized::{GgmlDType, QMatMul, QStorage, QTensor};
use candle_core::{D, DType, Device, Module, Result, Tensor, bail};
use rayon::prelude::*;

use super::blocks::{blocks, multiply};
use super::dense::Product;
use super::format::{Format, LinearKind};
use super::integer;
use super::matrix::{Matrix, add};
use super::rows::Rows;
use super::tiles::{HasRows, TileProduct};
use crate::embedding::Table;
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
            let bytes = with_copy(weights.block_bytes("weight"), width * depth, weights);
            let weight = weights.get("weight", &[width, depth])?;
            weights.takes("weight", bytes);
            return Ok(Arc::new(Product { weight, bytes }));
        }
        let blocks = weights.get_blocks("weight", &[width, depth])?;
        let layer = Ggml::new(blocks, (width, depth), weights.keeps_copies());
        weights.takes("weight", layer.bytes());
        Ok(Arc::new(layer))
    }
}

/// A table of vectors, and the layer of the same numbers.
type Tied = (Table, Arc<dyn Matrix>);

/// A weight (out, in) that is a table of vectors too, where it is kept in blocks; of blank weights the table has none.
pub(super) fn tied(
    weights: &Weights,
    (width, depth): (usize, usize),
) -> std::result::Result<Option<Tied>, WeightsError> {
    let (in_file, keeps_copy) = (weights.has_blocks("weight"), weights.keeps_copies());
    let is_asked = matches!(weights.linear_kind(), LinearKind::Q8_0 | LinearKind::Q4K) && depth.is_multiple_of(EIGHT);
    if !in_file && !is_asked {
        return Ok(None);
    }
    if weights.is_blank() {
        let bytes = if in_file { weights.block_bytes("weight") } else { bytes_of_eight_bits(width * depth) };
        let (weight, bytes) = (weights.get("weight", &[width, depth])?, with_copy(bytes, width * depth, weights));
        weights.takes("weight", bytes);
        return Ok(Some((Table::Numbers(weight.clone()), Arc::new(Product { weight, bytes }))));
    }
    let blocks = if in_file {
        weights.get_blocks("weight", &[width, depth])?
    } else {
        let weight = weights.get_narrowed("weight", &[width, depth])?;
        let blocks = QTensor::quantize(&weight, GgmlDType::Q8_0);
        Arc::new(blocks.map_err(|source| weights.conversion("weight", source))?)
    };
    let head = Ggml::new(Arc::clone(&blocks), (width, depth), keeps_copy);
    weights.takes("weight", head.bytes());
    Ok(Some((Table::Blocks(blocks), Arc::new(head))))
}

/// Bytes of blocks of some weights, with those of candle's second copy where it is kept.
pub(super) fn with_copy(bytes: u64, count: usize, weights: &Weights) -> u64 {
    // Blocks of other kinds that take as much have no copy either.
    let kinds = [(bytes_of_eight_bits(count), GgmlDType::Q8_0), ((count / INPUTS * 144) as u64, GgmlDType::Q4K)];
    let needs_copy = !kinds.into_iter().any(|(of_kind, kind)| of_kind == bytes && integer::has_many(kind));
    if weights.keeps_copies() && weights.is_for_cpu() && needs_copy { 2 * bytes } else { bytes }
}

/// Bytes of some weights in blocks of 8 bits.
fn bytes_of_eight_bits(count: usize) -> u64 {
    (count / EIGHT * 34) as u64
}

/// Quantises a weight (out, in) on its device.
pub(super) fn pack(weight: &Tensor, kind: LinearKind, keeps_copy: bool) -> Result<Arc<dyn Matrix>> {
    let blocks = if kind == LinearKind::Q4K { GgmlDType::Q4K } else { GgmlDType::Q8_0 };
    let blocks = Arc::new(QTensor::quantize(weight, blocks)?);
    Ok(Arc::new(Ggml::new(blocks, weight.dims2()?, keeps_copy)))
}

/// Up to this many rows of input, blocks are multiplied where they lie: a copy of them, made anew, would cost more than it saves.
const FEW: usize = 16;
/// Outputs that candle lays out together: a share of a weight is a multiple of them, so that it is multiplied as in the whole.
const TOGETHER: usize = 16;
/// Values in a block of 8 bits.
const EIGHT: usize = 32;
/// Inputs that candle lays out together.
const INPUTS: usize = 256;

/// A weight in blocks; on the card multiplied by candle, with sums in f32.
///
/// On the CPU blocks of 8 bits and `Q4_K` are multiplied where they lie, if there is a kernel for the processor. Otherwise candle lays a weight out
/// anew at its first product, if it has a fast order for it, and keeps that second copy, as large as the blocks or larger. Where it may not be
/// kept, few rows of input are multiplied by the blocks as they are, and more by a copy that goes with the product, or by the blocks widened to f32
/// where candle has no faster order.
#[derive(Debug)]
struct Ggml {
    blocks: Arc<QTensor>,
    size: (usize, usize),
    /// Whether candle may keep its second copy, where it needs one.
    keeps_copy: bool,
}

impl Ggml {
    fn new(blocks: Arc<QTensor>, size: (usize, usize), keeps_copy: bool) -> Self {
        let needs_copy = blocks.device().is_cpu() && !integer::has_many(blocks.dtype());
        Self { keeps_copy: keeps_copy && needs_copy, blocks, size }
    }

    /// Whether candle has an order in which it multiplies many rows faster than where the blocks lie.
    fn is_laid_out_anew(&self) -> bool {
        let (width, depth) = self.size;
        #[cfg(target_arch = "x86_64")]
        let has_order = match self.blocks.dtype() {
            GgmlDType::Q8_0 => is_x86_feature_detected!("avxvnni"),
            kind => matches!(kind, GgmlDType::Q4K | GgmlDType::Q6K),
        };
        #[cfg(not(target_arch = "x86_64"))]
        let has_order = true;
        has_order && width.is_multiple_of(TOGETHER) && depth.is_multiple_of(INPUTS)
    }

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

    /// The product in whole numbers, where there is a kernel for the blocks and the processor.
    fn multiply_integers(&self, input: &Tensor) -> Result<Option<Tensor>> {
        let (width, depth) = self.size;
        if !self.blocks.device().is_cpu() || !integer::has_many(self.blocks.dtype()) || input.dim(D::Minus1)? != depth {
            return Ok(None);
        }
        let (data, values) = (self.blocks.data()?, input.flatten_all()?.to_vec1::<f32>()?);
        let Some(product) = integer::multiply(self.blocks.dtype(), &data, self.size, &values) else { return Ok(None) };
        let mut shape = input.dims().to_vec();
        shape.splice(shape.len() - 1.., [width]);
        Tensor::from_vec(product, shape, &Device::Cpu).map(Some)
    }
}

impl Matrix for Ggml {
    fn size(&self) -> (usize, usize) {
        self.size
    }

    fn bytes(&self) -> u64 {
        let copies = if self.keeps_copy { 2 } else { 1 };
        copies * self.blocks.storage_size_in_bytes() as u64
    }

    fn multiply(&self, input: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        let rows = input.elem_count().checked_div(self.size.1).unwrap_or(0);
        let values = input.to_dtype(DType::F32)?.contiguous()?;
        if let Some(product) = self.multiply_integers(&values)? {
            return add(product, bias)?.to_dtype(input.dtype());
        }
        let by_candle = || QMatMul::from_arc(Arc::clone(&self.blocks))?.forward(&values);
        let is_laid_out_anew = self.is_laid_out_anew();
        let product = if !self.blocks.device().is_cpu() || (self.keeps_copy && is_laid_out_anew) {
            by_candle()?
        } else if rows > FEW && is_laid_out_anew {
            self.multiply_apart(&values)?
        } else {
            let data = self.blocks.data()?;
            match blocks(self.blocks.dtype(), &data, self.size) {
                Some(blocks) if rows <= FEW => multiply(blocks.as_ref(), &values)?,
                Some(_) => TileProduct { matrix: self, bias: None }.run(&values)?,
                None => by_candle()?,
            }
        };
        add(product, bias)?.to_dtype(input.dtype())
    }
}

impl HasRows for Ggml {
    fn with_rows(&self, run: &mut dyn FnMut(&dyn Rows) -> Result<()>) -> Result<()> {
        let data = self.blocks.data()?;
        match blocks(self.blocks.dtype(), &data, self.size) {
            Some(blocks) => run(blocks.as_ref()),
            None => bail!("a weight of kind {:?} cannot be widened row by row", self.blocks.dtype()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::tests::{deviation, wave};

    /// Time of products with the copy that candle keeps and without: `cargo test --release -p linocut-nn copies_cost -- --ignored --nocapture`.
    #[test]
    #[ignore = "measures"]
    fn copies_cost_little() {
        // Of the other kinds no copy is made where there are kernels of our own.
        for kind in
            [GgmlDType::Q6K, GgmlDType::Q4K, GgmlDType::Q8_0].into_iter().filter(|kind| !integer::has_many(*kind))
        {
            let (width, depth) = (9216, 2304);
            let blocks = Arc::new(QTensor::quantize(&wave(width, depth, 0.3), kind).unwrap());
            let [kept, apart] =
                [true, false].map(|keeps_copy| Ggml::new(Arc::clone(&blocks), (width, depth), keeps_copy));
            for rows in [1, 4, 16, 17, 32, 128, 512] {
                let input = wave(rows, depth, 0.1);
                let time = |layer: &dyn Matrix| {
                    let start = std::time::Instant::now();
                    layer.multiply(&input, None).unwrap();
                    start.elapsed().as_secs_f64() * 1e3
                };
                let mut pairs: Vec<(f64, f64)> = (0..9).map(|_| (time(&apart), time(&kept))).collect();
                pairs.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
                println!("{kind:?}, {width} x {depth}, {rows} rows: {:.2} ms, kept {:.2} ms", pairs[4].0, pairs[4].1);
            }
        }
    }

    /// For widths that can be shared between threads, and one that cannot.
    #[test]
    fn copies_that_stay_give_the_same_bits() {
        let bits = |layer: &dyn Matrix, input: &Tensor| -> Vec<u32> {
            let found = layer.multiply(input, None).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
            found.into_iter().map(f32::to_bits).collect()
        };
        for (kind, width) in [
            (GgmlDType::Q8_0, 112),
            (GgmlDType::Q4K, 112),
            (GgmlDType::Q6K, 112),
            (GgmlDType::Q8_0, 40),
            (GgmlDType::Q6K, 40),
        ] {
            let blocks = Arc::new(QTensor::quantize(&wave(width, 512, 0.3), kind).unwrap());
            let [kept, apart] =
                [true, false].map(|keeps_copy| Ggml::new(Arc::clone(&blocks), (width, 512), keeps_copy));
            let input = wave(FEW + 5, 512, 0.1);
            let expected = bits(&kept, &input);
            for threads in [1, 2, 3] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                let found = pool.install(|| bits(&apart, &input));
                assert!(found == expected, "{kind:?}, {width} outputs, {threads} threads");
            }
        }
    }

    /// By the blocks where they lie, by a copy of them, and widened.
    #[test]
    fn few_rows_and_many_give_the_same() {
        for (kind, width) in [LinearKind::Q8_0, LinearKind::Q4K].into_iter().flat_map(|kind| [(kind, 40), (kind, 48)]) {
            let weight = wave(width, 256, 0.3);
            let [kept, apart] = [true, false].map(|keeps_copy| pack(&weight, kind, keeps_copy).unwrap());
            let input = wave(FEW + 1, 256, 0.1);
            let (many, few) = (apart.multiply(&input, None).unwrap(), input.narrow(0, 0, FEW).unwrap());
            let found = apart.multiply(&few, None).unwrap();
            // candle rounds the input to 8 bits, widened blocks do not.
            let rounding = 0.008;
            assert!(deviation(&found, &many.narrow(0, 0, FEW).unwrap()) < rounding, "{kind:?}, {width} outputs");
            assert!(deviation(&found, &kept.multiply(&few, None).unwrap()) < rounding, "{kind:?}, {width} outputs");
        }
    }

    /// Every kind of blocks that GGUF files have, for few rows and for more.
    #[test]
    fn blocks_of_every_kind_are_multiplied_where_they_lie() {
        let weight = wave(40, 256, 0.3);
        for (kind, bound) in [
            (GgmlDType::Q4_0, 0.15),
            (GgmlDType::Q4_1, 0.15),
            (GgmlDType::Q5_0, 0.07),
            (GgmlDType::Q5_1, 0.07),
            (GgmlDType::Q8_0, 0.01),
            (GgmlDType::Q2K, 0.5),
            (GgmlDType::Q3K, 0.3),
            (GgmlDType::Q4K, 0.15),
            (GgmlDType::Q5K, 0.07),
            (GgmlDType::Q6K, 0.05),
            (GgmlDType::F16, 0.01),
        ] {
            let blocks = Arc::new(QTensor::quantize(&weight, kind).unwrap());
            let layer = Ggml::new(blocks, (40, 256), false);
            for rows in [1, FEW, FEW + 1] {
                let input = wave(rows, 256, 0.1);
                let exact = input.matmul(&weight.t().unwrap()).unwrap();
                let apart = deviation(&layer.multiply(&input, None).unwrap(), &exact);
                assert!(apart < bound, "{kind:?}, {rows} rows: {apart}");
            }
        }
    }
}
