//! Blocks of ggml: packed as they are read, or as a GGUF file has them.

use std::sync::Arc;

use candle_core::quantized::{GgmlDType, QMatMul, QTensor};
use candle_core::{DType, Module, Result, Tensor};

use super::dense::Product;
use super::format::{Format, LinearKind};
use super::matrix::{Matrix, add};
use crate::weights::{Weights, WeightsError};

/// Blocks of a GGUF file.
#[derive(Debug)]
pub(super) struct GgmlInFile;

impl Format for GgmlInFile {
    /// A weight that is changed as it is read is widened first.
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
        let bytes = blocks.storage_size_in_bytes() as u64;
        let product = QMatMul::from_arc(blocks).map_err(|source| weights.conversion("weight", source))?;
        Ok(Arc::new(Ggml { product, size: (width, depth), bytes }))
    }
}

/// Quantises a weight (out, in) on its device.
pub(super) fn pack(weight: &Tensor, kind: LinearKind) -> Result<Arc<dyn Matrix>> {
    let blocks = if kind == LinearKind::Q4K { GgmlDType::Q4K } else { GgmlDType::Q8_0 };
    let blocks = QTensor::quantize(weight, blocks)?;
    let bytes = blocks.storage_size_in_bytes() as u64;
    Ok(Arc::new(Ggml { product: QMatMul::from_qtensor(blocks)?, size: weight.dims2()?, bytes }))
}

/// A weight in blocks, multiplied by candle on CPU and card; sums in f32.
#[derive(Debug)]
struct Ggml {
    product: QMatMul,
    size: (usize, usize),
    bytes: u64,
}

impl Matrix for Ggml {
    fn size(&self) -> (usize, usize) {
        self.size
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn multiply(&self, input: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        let product = self.product.forward(&input.to_dtype(DType::F32)?.contiguous()?)?;
        add(product, bias)?.to_dtype(input.dtype())
    }
}
