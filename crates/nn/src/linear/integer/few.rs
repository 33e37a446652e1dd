//! Few rows of input times blocks of 8 bits: each output's blocks are read once, in the order in which they lie.

use rayon::prelude::*;

use super::Weight;
use super::rounded::{Fours, Rounded, Side};

/// A block: a scale in half precision, little end first, and 32 values that it multiplies.
type Block = [u8; 34];

/// Outputs whose sums are added up together.
const TOGETHER: usize = 4;
/// Outputs that one thread takes at a time.
const STRIP: usize = 16 * TOGETHER;

/// Rows of blocks times one row of input.
pub(super) type Kernel = fn([&[Block]; TOGETHER], (&[Fours], &[Side])) -> [f32; TOGETHER];

/// The product, row-major.
pub(super) fn multiply(weight: Weight<34>, input: &Rounded, kernel: Kernel) -> Vec<f32> {
    let count = input.count();
    // Outputs one after the other, each for all rows of input.
    let mut sums = vec![0.0; weight.width() * count];
    let strip = |(strip, sums): (usize, &mut [f32])| {
        for (four, sums) in sums.chunks_mut(TOGETHER * count).enumerate() {
            let rows = weight.rows(strip * STRIP + four * TOGETHER);
            for at in 0..count {
                let products = kernel(rows, input.row(at));
                sums[at..].iter_mut().step_by(count).zip(products).for_each(|(sum, product)| *sum = product);
            }
        }
    };
    let size = (STRIP * count).max(1);
    match rayon::current_num_threads() {
        1 => sums.chunks_mut(size).enumerate().for_each(strip),
        _ => sums.par_chunks_mut(size).enumerate().for_each(strip),
    }
    match count {
        1 => sums,
        _ => (0..count).flat_map(|row| sums[row..].iter().step_by(count).copied()).collect(),
    }
}

/// The fastest kernel that the processor has.
pub(super) fn kernel() -> Option<Kernel> {
    kernels().into_iter().flatten().next()
}

/// The kernels, the fastest first, where the processor has what they need.
pub(super) fn kernels() -> [Option<Kernel>; 2] {
    #[cfg(target_arch = "x86_64")]
    {
        #[expect(unsafe_code, reason = "a function for certain processors may be called on these only")]
        // SAFETY: each is given only where the processor has what it is compiled for.
        let kernels: [(bool, Kernel); 2] = [
            (super::has_vnni(), |rows, input| unsafe { x86::with_vnni(rows, input) }),
            (super::has_avx2(), |rows, input| unsafe { x86::with_avx2(rows, input) }),
        ];
        kernels.map(|(is_there, kernel)| is_there.then_some(kernel))
    }
    #[cfg(not(target_arch = "x86_64"))]
    [None, None]
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        __m256, __m256i, _mm_add_ps, _mm_hadd_ps, _mm_set1_epi16, _mm256_abs_epi8, _mm256_add_ps,
        _mm256_castps256_ps128, _mm256_cvtepi32_ps, _mm256_cvtph_ps, _mm256_dpbusd_epi32, _mm256_extractf128_ps,
        _mm256_fmadd_ps, _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_mul_ps, _mm256_set1_epi16, _mm256_set1_ps,
        _mm256_setzero_ps, _mm256_setzero_si256, _mm256_sign_epi8,
    };

    use super::{Block, Fours, Side, TOGETHER};

    /// By the instruction that multiplies bytes without a sign by such with one and adds fours of them: the weights' signs go to the input.
    #[target_feature(enable = "avx512vnni,avx512vl,avx2,fma,f16c")]
    pub(super) fn with_vnni(rows: [&[Block]; TOGETHER], (values, sides): (&[Fours], &[Side])) -> [f32; TOGETHER] {
        let add = |sum: __m256, block: &Block, values: &Fours, side: &Side| {
            let weights = values_of(block);
            let values = _mm256_sign_epi8(bytemuck::cast(*values), weights);
            let fours = _mm256_dpbusd_epi32(_mm256_setzero_si256(), _mm256_abs_epi8(weights), values);
            _mm256_fmadd_ps(scale_of(block, side), _mm256_cvtepi32_ps(fours), sum)
        };
        totals(rows.map(|row| sum(row, values, sides, add)))
    }

    /// By products of pairs, of which two fit into 16 bits.
    #[target_feature(enable = "avx2,fma,f16c")]
    pub(super) fn with_avx2(rows: [&[Block]; TOGETHER], (values, sides): (&[Fours], &[Side])) -> [f32; TOGETHER] {
        let add = |sum: __m256, block: &Block, values: &Fours, side: &Side| {
            let weights = values_of(block);
            let pairs =
                _mm256_maddubs_epi16(_mm256_abs_epi8(weights), _mm256_sign_epi8(bytemuck::cast(*values), weights));
            let fours = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
            _mm256_fmadd_ps(scale_of(block, side), _mm256_cvtepi32_ps(fours), sum)
        };
        totals(rows.map(|row| sum(row, values, sides, add)))
    }

    /// Adds up a row in two sums, of which neither waits for the other.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn sum(
        row: &[Block],
        values: &[Fours],
        sides: &[Side],
        add: impl Fn(__m256, &Block, &Fours, &Side) -> __m256,
    ) -> __m256 {
        let ((blocks, last_block), (values, last_values), (sides, last_side)) =
            (row.as_chunks(), values.as_chunks(), sides.as_chunks());
        let mut sums = [_mm256_setzero_ps(); 2];
        for (([block, next], [values, next_values]), [side, next_side]) in blocks.iter().zip(values).zip(sides) {
            sums = [add(sums[0], block, values, side), add(sums[1], next, next_values, next_side)];
        }
        for ((block, values), side) in last_block.iter().zip(last_values).zip(last_side) {
            sums[0] = add(sums[0], block, values, side);
        }
        _mm256_add_ps(sums[0], sums[1])
    }

    #[target_feature(enable = "avx2,f16c")]
    fn scale_of(&[low, high, ..]: &Block, side: &Side) -> __m256 {
        let scale = _mm256_cvtph_ps(_mm_set1_epi16(i16::from_le_bytes([low, high])));
        _mm256_mul_ps(scale, _mm256_set1_ps(side.scale))
    }

    #[target_feature(enable = "avx2")]
    fn values_of(&[_, _, ref values @ ..]: &Block) -> __m256i {
        bytemuck::cast(*values)
    }

    /// The sum of each vector.
    #[target_feature(enable = "avx2")]
    fn totals(sums: [__m256; TOGETHER]) -> [f32; TOGETHER] {
        let [a, b, c, d] = sums.map(|sum| _mm_add_ps(_mm256_castps256_ps128(sum), _mm256_extractf128_ps::<1>(sum)));
        bytemuck::cast(_mm_hadd_ps(_mm_hadd_ps(a, b), _mm_hadd_ps(c, d)))
    }
}
