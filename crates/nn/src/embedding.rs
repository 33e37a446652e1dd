//! Vectors looked up by number.

use std::sync::Arc;

use candle_core::quantized::QTensor;
use candle_core::{DType, Device, Tensor};

use crate::linear::{Linear, tied_blocks};
use crate::weights::{Weights, WeightsError};

/// A table of vectors: of tokens or of positions.
///
/// # Shapes
///
/// - input: (..) of `u32` or `i64`, below `count`
/// - output: (.., length), in the table's type; in f32 of a table in blocks of few bits
#[derive(Clone, Debug)]
pub struct Embedding {
    table: Table,
    device: Device,
}

/// Numbers or blocks.
#[derive(Clone, Debug)]
pub(crate) enum Table {
    /// (count, length).
    Numbers(Tensor),
    /// The same in blocks of ggml.
    Blocks(Arc<QTensor>),
}

impl Embedding {
    /// Loads `weight` (count, length).
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if it is missing or has another shape.
    pub fn load(weights: &Weights, count: usize, length: usize) -> Result<Self, WeightsError> {
        Ok(Self::of_table(weights.get("weight", &[count, length])?))
    }

    /// Loads `weight` (count, length), which is a linear layer of `length` inputs and `count` outputs too: the head of a language model
    /// that scores each token by its own vector. Held once: in blocks of ggml if the file has it so; in blocks of 8 bits if linear layers are
    /// to be kept in blocks; else in the type of the file, unless that is wider than the weights' type.
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if it is missing or has another shape.
    pub fn load_with_head(weights: &Weights, count: usize, length: usize) -> Result<(Self, Linear), WeightsError> {
        if let Some((table, head)) = tied_blocks(weights, (count, length))? {
            return Ok((Self { table, device: weights.device().clone() }, head));
        }
        let table = weights.get_narrowed("weight", &[count, length])?;
        let head = Linear::sharing(table.clone()).map_err(|source| weights.conversion("weight", source))?;
        Ok((Self::of_table(table), head))
    }

    /// A table in hand, (count, length).
    #[must_use]
    pub fn of_table(table: Tensor) -> Self {
        Self { device: table.device().clone(), table: Table::Numbers(table) }
    }

    /// Looks vectors up.
    ///
    /// # Errors
    ///
    /// When a number is not below `count`.
    pub fn forward(&self, ids: &Tensor) -> candle_core::Result<Tensor> {
        let table = match &self.table {
            Table::Numbers(table) => table,
            Table::Blocks(blocks) => return blocks.embedding(ids),
        };
        let mut shape = ids.dims().to_vec();
        shape.push(table.dim(1)?);
        let ids =
            if ids.dtype() == DType::U32 { ids.flatten_all()? } else { ids.flatten_all()?.to_dtype(DType::I64)? };
        table.index_select(&ids, 0)?.reshape(shape)
    }

    /// Where the table is.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::linear::LinearKind;

    fn table() -> Embedding {
        Embedding::of_table(Tensor::new(&[[0.0_f32, 1.0], [2.0, 3.0], [4.0, 5.0]], &Device::Cpu).unwrap())
    }

    #[test]
    fn keeps_the_shape_of_the_numbers() {
        let ids = Tensor::new(&[[2_i64, 0], [1, 1]], &Device::Cpu).unwrap();
        let found = table().forward(&ids).unwrap();
        assert_eq!(found.dims(), [2, 2, 2]);
        assert_eq!(found.flatten_all().unwrap().to_vec1::<f32>().unwrap(), [4.0, 5.0, 0.0, 1.0, 2.0, 3.0, 2.0, 3.0]);
    }

    #[test]
    fn a_number_outside_of_the_table_is_an_error() {
        assert!(table().forward(&Tensor::new(&[3_u32], &Device::Cpu).unwrap()).is_err());
    }

    /// In every kind, the vector of a token scores itself higher than the others do, and the outline says what it takes.
    #[test]
    fn a_table_that_is_a_head_too_is_held_once() {
        let values: Vec<f32> = (0..48 * 64_usize).map(|at| ((at * at % 1009) as f32 * 0.37).sin()).collect();
        let table = Tensor::from_vec(values, (48, 64), &Device::Cpu).unwrap();
        let file = tempfile::Builder::new().suffix(".safetensors").tempfile().unwrap();
        candle_core::safetensors::save(&HashMap::from([("weight", table.clone())]), file.path()).unwrap();
        for (kind, bytes) in [
            (LinearKind::Plain, 48 * 64 * 4),
            (LinearKind::Nf4, 48 * 64 * 4),
            (LinearKind::Q8_0, 48 * 2 * 34),
            (LinearKind::Q4K, 48 * 2 * 34),
        ] {
            let weights = Weights::open(file.path(), DType::F32, &Device::Cpu).unwrap().with_linear_kind(kind);
            let outline = weights.outline();
            Embedding::load_with_head(&outline, 48, 64).unwrap();
            let (tokens, head) = Embedding::load_with_head(&weights, 48, 64).unwrap();
            assert_eq!((outline.asked_bytes(), weights.asked_bytes()), (bytes, bytes), "{kind:?}");
            let ids = Tensor::new(&[[7_u32, 0], [47, 7]], &Device::Cpu).unwrap();
            let vectors = tokens.forward(&ids).unwrap();
            assert_eq!(vectors.dims(), [2, 2, 64]);
            let exact = table.index_select(&ids.flatten_all().unwrap(), 0).unwrap();
            let apart = (vectors.reshape((4, 64)).unwrap() - exact).unwrap().abs().unwrap().max_all().unwrap();
            assert!(apart.to_scalar::<f32>().unwrap() < 0.005, "{kind:?}");
            let best = head.forward(&vectors).unwrap().argmax(2).unwrap();
            assert_eq!(best.to_vec2::<u32>().unwrap(), [[7, 0], [47, 7]], "{kind:?}");
            assert!(tokens.forward(&Tensor::new(&[48_u32], &Device::Cpu).unwrap()).is_err());
        }
    }
}
