//! Many rows of input: some outputs' weights are laid out side by side, stay in the cache, and are multiplied by all rows.

use rayon::prelude::*;

use super::lay_out::{STRIP, Together};
use super::rounded::Rounded;
use super::{BLOCK, Weight};

/// Rows of input that are multiplied together.
const ROWS: usize = 8;

/// Blocks of some rows of input at the same place.
#[derive(Clone, Copy)]
pub(super) struct Inputs {
    /// Four values of all rows, then the next four.
    fours: [[i32; ROWS]; BLOCK / 4],
    scales: [f32; ROWS],
    /// Their sums in whole numbers.
    sums: [i32; ROWS],
}

impl Inputs {
    /// The rows from `first` on, of which the last stands for those behind the end.
    fn of_rows(input: &Rounded, first: usize) -> Vec<Self> {
        let empty = Self { fours: [[0; ROWS]; BLOCK / 4], scales: [0.0; ROWS], sums: [0; ROWS] };
        let mut inputs = vec![empty; input.of_row()];
        for row in 0..ROWS {
            let (values, sides) = input.row((first + row).min(input.count() - 1));
            for ((inputs, values), side) in inputs.iter_mut().zip(values).zip(sides) {
                inputs.fours.iter_mut().zip(values).for_each(|(four, value)| four[row] = *value);
                (inputs.scales[row], inputs.sums[row]) = (side.scale, side.sum);
            }
        }
        inputs
    }
}

/// A strip of outputs times some rows of input.
pub(super) type Kernel = fn(&[Together], &[Inputs]) -> [[f32; STRIP]; ROWS];

/// The product, row-major. `lay_out` lays out the blocks of some outputs, 32 values a `Together`.
pub(super) fn multiply<const N: usize, const PARTS: usize>(
    weight: Weight<N>,
    lay_out: fn([&[u8; N]; STRIP], &mut [Together; PARTS]),
    input: &Rounded,
    kernel: Kernel,
) -> Vec<f32> {
    let (width, count) = (weight.width(), input.count());
    let inputs: Vec<_> = (0..count).into_par_iter().step_by(ROWS).map(|first| Inputs::of_rows(input, first)).collect();
    // Strip by strip, in each all rows of input.
    let mut sums = vec![[0.0; STRIP]; width.div_ceil(STRIP) * count];
    sums.par_chunks_mut(count.max(1)).enumerate().for_each_init(
        || vec![[Together::EMPTY; PARTS]; weight.of_row],
        |together, (strip, sums)| {
            let rows = weight.rows(strip * STRIP);
            together.iter_mut().enumerate().for_each(|(at, together)| lay_out(rows.map(|row| &row[at]), together));
            for (inputs, sums) in inputs.iter().zip(sums.chunks_mut(ROWS)) {
                sums.copy_from_slice(&kernel(together.as_flattened(), inputs)[..sums.len()]);
            }
        },
    );
    let mut product = vec![0.0; width * count];
    product.par_chunks_mut(width).enumerate().for_each(|(row, product)| {
        for (product, sums) in product.chunks_mut(STRIP).zip(sums[row..].iter().step_by(count)) {
            product.copy_from_slice(&sums[..product.len()]);
        }
    });
    product
}

/// The kernel, where the processor has what it needs: for weights with an offset of their own, or such to which 128 has been added.
pub(super) fn kernel<const HAS_OFFSETS: bool>() -> Option<Kernel> {
    #[cfg(target_arch = "x86_64")]
    if super::has_vnni() && is_x86_feature_detected!("avx512f") {
        #[expect(unsafe_code, reason = "a function for certain processors may be called on these only")]
        // SAFETY: the processor has what it is compiled for.
        return Some(|together, inputs| unsafe { x86::with_vnni::<HAS_OFFSETS>(together, inputs) });
    }
    None
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        _mm512_cvtepi32_ps, _mm512_dpbusd_epi32, _mm512_fmadd_ps, _mm512_fnmadd_ps, _mm512_mul_ps, _mm512_set1_epi32,
        _mm512_set1_ps, _mm512_setzero_ps, _mm512_setzero_si512,
    };

    use super::{Inputs, ROWS, STRIP, Together};

    /// By the instruction that multiplies bytes without a sign, the weights, by such with one and adds fours of them.
    #[target_feature(enable = "avx512f,avx512vnni")]
    pub(super) fn with_vnni<const HAS_OFFSETS: bool>(together: &[Together], inputs: &[Inputs]) -> [[f32; STRIP]; ROWS] {
        let mut sums = [_mm512_setzero_ps(); ROWS];
        for (together, inputs) in together.iter().zip(inputs) {
            let mut whole = [_mm512_setzero_si512(); ROWS];
            if !HAS_OFFSETS {
                for (whole, sum) in whole.iter_mut().zip(inputs.sums) {
                    *whole = _mm512_set1_epi32(-128 * sum);
                }
            }
            for (weights, values) in together.fours.iter().zip(&inputs.fours) {
                for (whole, values) in whole.iter_mut().zip(values) {
                    *whole = _mm512_dpbusd_epi32(*whole, bytemuck::cast(*weights), _mm512_set1_epi32(*values));
                }
            }
            for ((sum, whole), scale) in sums.iter_mut().zip(whole).zip(inputs.scales) {
                let scale = _mm512_mul_ps(bytemuck::cast(together.scales), _mm512_set1_ps(scale));
                *sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(whole), scale, *sum);
            }
            if HAS_OFFSETS {
                for ((sum, whole), scale) in sums.iter_mut().zip(inputs.sums).zip(inputs.scales) {
                    *sum =
                        _mm512_fnmadd_ps(bytemuck::cast(together.offsets), _mm512_set1_ps(whole as f32 * scale), *sum);
                }
            }
        }
        bytemuck::cast(sums)
    }
}
