//! Norms whose shift and scale come from the time.

use candle_core::{D, DType, Result, Tensor};

/// Added to the variance.
const EPS: f64 = 1e-6;

/// `(x - mean) / sqrt(variance + 1e-6)` over the last dimension.
pub(crate) fn normalised(input: &Tensor) -> Result<Tensor> {
    linocut_nn::normalised(input, EPS)
}

/// `x (1 + scale) + shift`.
///
/// # Shapes
///
/// - `normal`: (batch, tokens, hidden)
/// - `shift`, `scale`: (batch, 1, hidden)
pub(crate) fn modulated(normal: &Tensor, shift: &Tensor, scale: &Tensor) -> Result<Tensor> {
    normal.broadcast_mul(&(scale + 1.0)?)?.broadcast_add(shift)
}

/// A vector of each batch cut into so many parts of (batch, 1, hidden).
pub(crate) fn parts(vectors: &Tensor, count: usize) -> Result<Vec<Tensor>> {
    vectors.unsqueeze(1)?.chunk(count, D::Minus1)?.iter().map(Tensor::contiguous).collect()
}

/// A state in f16 with what overflowed brought back to the largest number; of other types as it is.
pub(crate) fn within_range(state: Tensor) -> Result<Tensor> {
    const LARGEST: f64 = 65_504.0;
    if state.dtype() == DType::F16 { state.clamp(-LARGEST, LARGEST) } else { Ok(state) }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    #[test]
    fn overflow_of_f16_is_brought_back() {
        let large = Tensor::new(&[1e5_f32, -1e5, 3.0], &Device::Cpu).unwrap().to_dtype(DType::F16).unwrap();
        let found = within_range(large).unwrap().to_dtype(DType::F32).unwrap().to_vec1::<f32>().unwrap();
        assert_eq!(found, [65_504.0, -65_504.0, 3.0]);
    }

    #[test]
    fn shift_and_scale_take_the_place_of_gain_and_bias() {
        let input = Tensor::new(&[[[1.0_f32, 3.0]]], &Device::Cpu).unwrap();
        let parts = parts(&Tensor::new(&[[5.0_f32, 6.0, 1.0, 0.0]], &Device::Cpu).unwrap(), 2).unwrap();
        let found = modulated(&normalised(&input).unwrap(), &parts[0], &parts[1]).unwrap();
        let found = found.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert!((found[0] - 3.0).abs() < 1e-5 && (found[1] - 7.0).abs() < 1e-5, "{found:?}");
    }
}
