//! Vectors looked up by number.

use candle_core::{DType, Tensor};

use crate::weights::{Weights, WeightsError};

/// A table of vectors: of tokens or of positions.
///
/// # Shapes
///
/// - input: (..) of `u32` or `i64`, below `count`
/// - output: (.., length), in the table's type
#[derive(Clone, Debug)]
pub struct Embedding {
    table: Tensor,
}

impl Embedding {
    /// Loads `weight` (count, length).
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if it is missing or has another shape.
    pub fn load(weights: &Weights, count: usize, length: usize) -> Result<Self, WeightsError> {
        Ok(Self { table: weights.get("weight", &[count, length])? })
    }

    /// A table in hand, (count, length).
    #[must_use]
    pub fn of_table(table: Tensor) -> Self {
        Self { table }
    }

    /// Looks vectors up.
    ///
    /// # Errors
    ///
    /// When a number is not below `count`.
    pub fn forward(&self, ids: &Tensor) -> candle_core::Result<Tensor> {
        let mut shape = ids.dims().to_vec();
        shape.push(self.table.dim(1)?);
        let ids =
            if ids.dtype() == DType::U32 { ids.flatten_all()? } else { ids.flatten_all()?.to_dtype(DType::I64)? };
        self.table.index_select(&ids, 0)?.reshape(shape)
    }

    /// The table, (count, length).
    pub fn table(&self) -> &Tensor {
        &self.table
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    fn table() -> Embedding {
        Embedding { table: Tensor::new(&[[0.0_f32, 1.0], [2.0, 3.0], [4.0, 5.0]], &Device::Cpu).unwrap() }
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
}
