//! A tensor on the CPU as it is, widened tile by tile.

use candle_core::{CpuStorage, DType, Result, Storage, Tensor, bail};
use half::{bf16, f16};

use super::dense::by_candle;
use super::matrix::Matrix;
use super::rows::{FloatRows, HalfRows, Rows};
use super::tiles::{HasRows, TileProduct};

/// A weight in f16, bf16 or f32 on the CPU, not laid out anew but shared with whoever else holds the tensor; by candle where a gradient
/// is wanted.
#[derive(Debug)]
pub(super) struct Shared {
    /// (out, in), contiguous.
    pub(super) weight: Tensor,
}

impl Matrix for Shared {
    fn size(&self) -> (usize, usize) {
        self.weight.dims2().unwrap_or_default()
    }

    fn bytes(&self) -> u64 {
        (self.weight.elem_count() * self.weight.dtype().size_in_bytes()) as u64
    }

    fn multiply(&self, input: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        if input.dtype() == DType::F32 && !input.track_op() {
            TileProduct { matrix: self, bias }.run(input)
        } else {
            by_candle(input, &self.weight, bias)
        }
    }
}

impl HasRows for Shared {
    fn with_rows(&self, run: &mut dyn FnMut(&dyn Rows) -> Result<()>) -> Result<()> {
        let (storage, layout) = self.weight.storage_and_layout();
        let (Storage::Cpu(storage), Some((start, end))) = (&*storage, layout.contiguous_offsets()) else {
            bail!("a shared weight is not contiguous on the CPU")
        };
        let columns = self.weight.dim(1)?;
        match storage {
            CpuStorage::F32(values) => run(&FloatRows { values: &values[start..end], columns }),
            CpuStorage::F16(values) => run(&HalfRows::<f16> { values: &values[start..end], columns }),
            CpuStorage::BF16(values) => run(&HalfRows::<bf16> { values: &values[start..end], columns }),
            _ => bail!("a shared weight is of type {:?}", self.weight.dtype()),
        }
    }
}
