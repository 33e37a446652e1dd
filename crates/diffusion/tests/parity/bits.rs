//! Tensors compared to the last bit.

use candle_core::Tensor;

/// The bits of a tensor of f32.
pub(crate) fn bits(tensor: &Tensor) -> Vec<u32> {
    tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap().into_iter().map(f32::to_bits).collect()
}
