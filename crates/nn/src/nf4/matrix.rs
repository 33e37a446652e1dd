//! A matrix in four bits.

use std::ops::Range;

use rayon::prelude::*;

use super::codebook::{LEVELS, nearest_levels};
use super::expand::expand;
use super::scales::Scales;
use crate::kernel::vectorised;

/// Values that share one scale.
pub const BLOCK: usize = 64;

/// What a block's largest magnitude is at least taken for, so that a block of zeros divides by something.
const SMALLEST: f32 = 1e-38;

/// A matrix of `rows x columns` in four bits, row-major; blocks of [`BLOCK`] values run on over the ends of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Nf4Matrix {
    rows: usize,
    columns: usize,
    codes: Vec<u8>,
    scales: Scales,
    levels: [f32; 16],
}

impl Nf4Matrix {
    /// Quantises `values`, which are `rows x columns` in row order, with doubly quantised scales.
    ///
    /// # Panics
    ///
    /// If `values` is not `rows * columns` long.
    ///
    /// # Source
    ///
    /// bitsandbytes, `quantize_4bit(blocksize=64, compress_statistics=True, quant_type="nf4")`.
    #[must_use]
    pub fn quantise(values: &[f32], rows: usize, columns: usize) -> Self {
        assert_eq!(values.len(), rows * columns, "values of a {rows} x {columns} matrix");
        let mut codes = vec![0; values.len().div_ceil(2)];
        let largest: Vec<f32> = values
            .par_chunks(BLOCK)
            .zip(codes.par_chunks_mut(BLOCK / 2))
            .with_min_len(256)
            .map(|(block, codes)| vectorised(|| quantise_block(block, codes)))
            .collect();
        Self { rows, columns, codes, scales: Scales::nested(&largest), levels: LEVELS }
    }

    /// Puts together what a file holds; the caller has checked the lengths.
    pub(crate) fn from_parts(size: (usize, usize), codes: Vec<u8>, scales: Scales, levels: [f32; 16]) -> Self {
        Self { rows: size.0, columns: size.1, codes, scales, levels }
    }

    /// Rows, the outputs of a linear layer.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns, the inputs of a linear layer.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The packed codes: two values a byte, the first of a pair in the high half.
    #[must_use]
    pub fn codes(&self) -> &[u8] {
        &self.codes
    }

    /// The number that each code stands for, before its block's scale.
    #[must_use]
    pub fn levels(&self) -> &[f32; 16] {
        &self.levels
    }

    /// The scale of each block.
    #[must_use]
    pub fn scales(&self) -> &Scales {
        &self.scales
    }

    /// Bytes kept in memory.
    #[must_use]
    pub fn byte_count(&self) -> usize {
        self.codes.len() + self.scales.byte_count() + size_of_val(&self.levels)
    }

    /// Writes some rows as f32.
    ///
    /// # Panics
    ///
    /// If there are no such rows or `out` is not `rows.len() * columns` long.
    pub fn dequantise(&self, rows: Range<usize>, out: &mut [f32]) {
        assert!(rows.end <= self.rows, "rows {rows:?} of {}", self.rows);
        assert_eq!(out.len(), rows.len() * self.columns, "room for rows {rows:?}");
        let mut at = rows.start * self.columns;
        let mut rest = out;
        while !rest.is_empty() {
            let until_next_block = BLOCK - at % BLOCK;
            let (part, others) = rest.split_at_mut(until_next_block.min(rest.len()));
            self.dequantise_within_block(at, part);
            at += part.len();
            rest = others;
        }
    }

    /// Values from `at` on, all in one block.
    fn dequantise_within_block(&self, at: usize, out: &mut [f32]) {
        let scale = self.scales.get(at / BLOCK);
        let value = |index: usize| {
            let byte = self.codes[index / 2];
            let code = if index.is_multiple_of(2) { byte >> 4 } else { byte & 15 };
            self.levels[usize::from(code)] * scale
        };
        let start = at.next_multiple_of(2);
        let end = (at + out.len()) / 2 * 2;
        if start > at {
            out[0] = value(at);
        }
        if end < at + out.len() && end >= start {
            out[end - at] = value(end);
        }
        if start < end {
            expand(&self.codes[start / 2..end / 2], &self.levels, scale, &mut out[start - at..end - at]);
        }
    }
}

/// Writes the codes of a block and returns its largest magnitude.
#[inline]
fn quantise_block(block: &[f32], codes: &mut [u8]) -> f32 {
    // Magnitudes ascend as their bits do, of which processors compare many at a time.
    let largest = block.iter().fold(0, |largest: u32, value| largest.max(value.abs().to_bits()));
    let largest = f32::from_bits(largest);
    let inverse = 1.0 / largest.max(SMALLEST);
    let mut scaled = [0.0; BLOCK];
    for (scaled, value) in scaled.iter_mut().zip(block) {
        *scaled = value * inverse;
    }
    for (code, pair) in codes.iter_mut().zip(nearest_levels(&scaled).chunks_exact(2)) {
        *code = (pair[0] << 4 | pair[1]) as u8;
    }
    largest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(matrix: &Nf4Matrix) -> Vec<f32> {
        let mut out = vec![0.0; matrix.rows() * matrix.columns()];
        matrix.dequantise(0..matrix.rows(), &mut out);
        out
    }

    proptest! {
        #[test]
        fn rows_are_the_same_alone_as_in_the_whole(rows in 1..9_usize, columns in 1..150_usize, seed in 0..1000_u32) {
            let values: Vec<f32> = (0..rows * columns).map(|at| ((at as f32 + 1.0) * (seed as f32 + 0.7)).sin()).collect();
            let matrix = Nf4Matrix::quantise(&values, rows, columns);
            let expected = whole(&matrix);
            let mut row = vec![0.0; columns];
            for index in 0..rows {
                matrix.dequantise(index..index + 1, &mut row);
                prop_assert_eq!(&row[..], &expected[index * columns..][..columns]);
            }
        }

        #[test]
        fn a_value_moves_by_at_most_half_the_widest_gap(values in proptest::collection::vec(-2.0_f32..2.0, 64 * 4)) {
            let matrix = Nf4Matrix::quantise(&values, 4, 64);
            for (block, (before, after)) in values.chunks(64).zip(whole(&matrix).chunks(64)).enumerate() {
                let scale = matrix.scales().get(block);
                let largest = before.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
                let bound = 0.152 * largest + (scale - largest).abs() + 1e-6;
                prop_assert!(before.iter().zip(after).all(|(a, b)| (a - b).abs() <= bound));
            }
        }
    }

    #[test]
    fn zeros_stay_zeros() {
        let matrix = Nf4Matrix::quantise(&[0.0; 200], 2, 100);
        assert!(whole(&matrix).iter().all(|value| *value == 0.0));
        assert_eq!(matrix.codes()[..10], [0x77; 10]);
    }

    #[test]
    fn takes_about_half_a_byte_a_value() {
        let matrix = Nf4Matrix::quantise(&vec![0.5; 1 << 18], 512, 512);
        let bits = matrix.byte_count() as f64 * 8.0 / f64::from(1 << 18);
        assert!((4.12..4.2).contains(&bits), "{bits}");
    }
}
