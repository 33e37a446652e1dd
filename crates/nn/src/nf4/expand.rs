//! Nibbles to numbers.

/// Writes `levels[code] * scale` for the codes of one block or a part of it, two per byte, the high half first.
///
/// `out` is twice as long as `codes`.
pub(super) fn expand(codes: &[u8], levels: &[f32; 16], scale: f32, out: &mut [f32]) {
    debug_assert_eq!(codes.len() * 2, out.len());
    #[cfg(target_arch = "x86_64")]
    if let (Ok(codes), Ok(out)) = (codes.try_into(), <&mut [f32; 64]>::try_from(&mut *out))
        && std::is_x86_feature_detected!("avx512f")
    {
        #[expect(unsafe_code, reason = "a look-up among sixteen lanes exists only as an intrinsic")]
        // SAFETY: the processor has the feature; the arrays have the lengths that the kernel reads and writes.
        unsafe {
            avx512::expand_block(codes, levels, scale, out);
        }
        return;
    }
    expand_any(codes, levels, scale, out);
}

fn expand_any(codes: &[u8], levels: &[f32; 16], scale: f32, out: &mut [f32]) {
    let scaled = levels.map(|level| level * scale);
    for (pair, byte) in out.chunks_exact_mut(2).zip(codes) {
        pair[0] = scaled[usize::from(byte >> 4)];
        pair[1] = scaled[usize::from(byte & 15)];
    }
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::{
        _mm_loadu_si128, _mm512_and_si512, _mm512_cvtepu8_epi32, _mm512_loadu_ps, _mm512_mul_ps,
        _mm512_permutex2var_ps, _mm512_permutexvar_ps, _mm512_set1_epi32, _mm512_set1_ps, _mm512_setr_epi32,
        _mm512_srli_epi32, _mm512_storeu_ps,
    };

    /// One block of 64 codes: both halves of 16 bytes at a time are looked up among the scaled levels and interleaved.
    #[target_feature(enable = "avx512f")]
    #[expect(unsafe_code, reason = "loads and stores of vector registers take pointers")]
    pub(super) fn expand_block(codes: &[u8; 32], levels: &[f32; 16], scale: f32, out: &mut [f32; 64]) {
        let first = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        let second = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        // SAFETY: `levels` is 16 floats long.
        let levels = _mm512_mul_ps(unsafe { _mm512_loadu_ps(levels.as_ptr()) }, _mm512_set1_ps(scale));
        for (codes, out) in codes.chunks_exact(16).zip(out.chunks_exact_mut(32)) {
            // SAFETY: the chunk is 16 bytes long.
            let bytes = _mm512_cvtepu8_epi32(unsafe { _mm_loadu_si128(codes.as_ptr().cast()) });
            let high = _mm512_permutexvar_ps(_mm512_srli_epi32::<4>(bytes), levels);
            let low = _mm512_permutexvar_ps(_mm512_and_si512(bytes, _mm512_set1_epi32(15)), levels);
            // SAFETY: the chunk is 32 floats long.
            unsafe {
                _mm512_storeu_ps(out.as_mut_ptr(), _mm512_permutex2var_ps(high, first, low));
                _mm512_storeu_ps(out.as_mut_ptr().add(16), _mm512_permutex2var_ps(high, second, low));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::LEVELS;
    use super::*;

    #[test]
    fn the_high_half_comes_first() {
        let mut out = [0.0; 4];
        expand(&[0xf0, 0x7e], &LEVELS, 2.0, &mut out);
        assert_eq!(out, [2.0, -2.0, 0.0, LEVELS[14] * 2.0]);
    }

    #[test]
    fn the_fast_kernel_equals_the_plain_one() {
        let codes: Vec<u8> = (0..32).map(|index| (index * 37 + 11) as u8).collect();
        let (mut fast, mut plain) = ([0.0; 64], [1.0; 64]);
        expand(&codes, &LEVELS, 0.37, &mut fast);
        expand_any(&codes, &LEVELS, 0.37, &mut plain);
        assert_eq!(fast, plain);
    }
}
