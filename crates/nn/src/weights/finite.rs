//! The check that weights are numbers.

use candle_core::{CpuStorage, Storage, Tensor};

/// Elements looked at together: enough to vectorise, few enough to find the bad one quickly.
const CHUNK: usize = 4096;

/// The first element that is NaN or infinite, with its value. The tensor is contiguous and on the CPU; integers are finite.
pub(super) fn first_non_finite(tensor: &Tensor) -> Option<(usize, f64)> {
    let (storage, _) = tensor.storage_and_layout();
    let Storage::Cpu(storage) = &*storage else { return None };
    match storage {
        CpuStorage::F32(values) => {
            first(values, |value| value.to_bits() & 0x7fff_ffff >= 0x7f80_0000).map(|at| (at, f64::from(values[at])))
        }
        CpuStorage::F64(values) => first(values, |value| !value.is_finite()).map(|at| (at, values[at])),
        CpuStorage::F16(values) => {
            first(values, |value| value.to_bits() & 0x7fff >= 0x7c00).map(|at| (at, values[at].to_f64()))
        }
        CpuStorage::BF16(values) => {
            first(values, |value| value.to_bits() & 0x7fff >= 0x7f80).map(|at| (at, values[at].to_f64()))
        }
        _ => None,
    }
}

/// Index of the first bad element. The inner fold has no early exit, so that it vectorises.
fn first<T>(values: &[T], bad: impl Fn(&T) -> bool) -> Option<usize> {
    let chunk = values.chunks(CHUNK).position(|chunk| chunk.iter().fold(false, |any, value| any | bad(value)))?;
    let start = chunk * CHUNK;
    values[start..].iter().position(bad).map(|offset| start + offset)
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device};

    use super::*;

    fn with_bad(at: usize, value: f32, dtype: DType) -> Tensor {
        let mut values = vec![0.5_f32; 10_000];
        values[at] = value;
        Tensor::new(values, &Device::Cpu).unwrap().to_dtype(dtype).unwrap()
    }

    #[test]
    fn finds_the_first_bad_element_of_every_float_type() {
        for dtype in [DType::F32, DType::F64, DType::F16, DType::BF16] {
            for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                let found = first_non_finite(&with_bad(9_999, bad, dtype));
                assert_eq!(found.map(|(at, _)| at), Some(9_999), "{dtype:?} {bad}");
            }
        }
    }

    #[test]
    fn large_numbers_are_finite() {
        assert_eq!(first_non_finite(&with_bad(3, f32::MAX, DType::F32)), None);
        assert_eq!(first_non_finite(&with_bad(3, 65_504.0, DType::F16)), None);
    }
}
