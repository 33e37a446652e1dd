//! Matrices that are kept small and read row by row.

use std::ops::Range;

use bytemuck::Pod;
use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};

use crate::nf4::Nf4Matrix;

/// A matrix whose rows can be had as f32.
pub(crate) trait Rows: Send + Sync {
    /// Rows and columns.
    fn size(&self) -> (usize, usize);

    /// Writes some rows; `out` is `rows.len() * columns` long.
    fn write(&self, rows: Range<usize>, out: &mut [f32]);
}

impl Rows for Nf4Matrix {
    fn size(&self) -> (usize, usize) {
        (self.rows(), self.columns())
    }

    fn write(&self, rows: Range<usize>, out: &mut [f32]) {
        self.dequantise(rows, out);
    }
}

/// Numbers of 16 bits that widen to f32.
pub(crate) trait Half: Pod + Send + Sync {
    /// Widens a slice.
    fn widen(values: &[Self], out: &mut [f32]);
}

impl Half for f16 {
    fn widen(values: &[Self], out: &mut [f32]) {
        values.convert_to_f32_slice(out);
    }
}

impl Half for bf16 {
    fn widen(values: &[Self], out: &mut [f32]) {
        pulp::Arch::new().dispatch(
            #[inline(always)]
            || {
                for (out, value) in out.iter_mut().zip(values) {
                    *out = f32::from_bits(u32::from(value.to_bits()) << 16);
                }
            },
        );
    }
}

/// A matrix of 16-bit numbers that somebody else owns.
pub(crate) struct HalfRows<'a, T> {
    pub(crate) values: &'a [T],
    pub(crate) columns: usize,
}

impl<T: Half> Rows for HalfRows<'_, T> {
    fn size(&self) -> (usize, usize) {
        (self.values.len() / self.columns, self.columns)
    }

    fn write(&self, rows: Range<usize>, out: &mut [f32]) {
        T::widen(&self.values[rows.start * self.columns..rows.end * self.columns], out);
    }
}

/// A matrix of 32-bit numbers that somebody else owns.
pub(crate) struct FloatRows<'a> {
    pub(crate) values: &'a [f32],
    pub(crate) columns: usize,
}

impl Rows for FloatRows<'_> {
    fn size(&self) -> (usize, usize) {
        (self.values.len() / self.columns, self.columns)
    }

    fn write(&self, rows: Range<usize>, out: &mut [f32]) {
        out.copy_from_slice(&self.values[rows.start * self.columns..rows.end * self.columns]);
    }
}
