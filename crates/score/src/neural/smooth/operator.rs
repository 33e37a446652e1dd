//! Linear filters as matrices: a picture of rows Y and columns X becomes `rows · picture · columnsᵀ`.

use std::ops::Range;

use candle_core::{DType, Device, Result, Tensor};

/// How far levels may lie outside of 0 to 255.
const LEEWAY: f64 = 0.01;

/// A separable linear filter.
#[derive(Clone, Debug)]
pub(super) struct Operator {
    rows: Tensor,
    columns: Tensor,
}

impl Operator {
    /// From the matrices of rows (height out x height in) and of columns (width out x width in).
    pub(super) fn new(rows: &Matrix, columns: &Matrix, dtype: DType, device: &Device) -> Result<Self> {
        Ok(Self { rows: rows.tensor(dtype, device)?, columns: columns.tensor(dtype, device)?.t()?.contiguous()? })
    }

    /// The filtered pictures, of shape (pictures, channels, height, width).
    pub(super) fn apply(&self, pictures: &Tensor) -> Result<Tensor> {
        self.rows.broadcast_matmul(&self.narrowed(pictures)?)
    }

    /// As [`Self::apply`], for levels: they are clipped after each pass, as where they are kept in 8 bits.
    pub(super) fn apply_to_levels(&self, pictures: &Tensor) -> Result<Tensor> {
        clip(&self.rows.broadcast_matmul(&clip(&self.narrowed(pictures)?)?)?)
    }

    /// The pictures with their rows filtered.
    fn narrowed(&self, pictures: &Tensor) -> Result<Tensor> {
        pictures.contiguous()?.broadcast_matmul(&self.columns)
    }
}

/// Clips levels to 0 to 255 and a little more, so that black and white, which may come out on either side of the end, keep their
/// gradient.
pub(super) fn clip(levels: &Tensor) -> Result<Tensor> {
    levels.clamp(-LEEWAY, 255.0 + LEEWAY)
}

/// A matrix by rows.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Matrix {
    columns: usize,
    values: Vec<f64>,
}

impl Matrix {
    pub(super) fn zero(rows: usize, columns: usize) -> Self {
        Self { columns, values: vec![0.0; rows * columns] }
    }

    pub(super) fn add(&mut self, row: usize, column: usize, value: f64) {
        self.values[row * self.columns + column] += value;
    }

    /// The rows.
    pub(super) fn lines(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks(self.columns)
    }

    /// Some of the rows.
    pub(super) fn only(mut self, rows: Range<usize>) -> Self {
        self.values = self.values[rows.start * self.columns..rows.end * self.columns].to_vec();
        self
    }

    fn tensor(&self, dtype: DType, device: &Device) -> Result<Tensor> {
        Tensor::from_slice(&self.values, (self.values.len() / self.columns, self.columns), device)?.to_dtype(dtype)
    }

    /// Means of `2 * radius + 1` values, edges replicated.
    pub(super) fn mean(length: usize, radius: usize) -> Self {
        let mut matrix = Self::zero(length, length);
        let share = 1.0 / (2 * radius + 1) as f64;
        for row in 0..length {
            (row..=row + 2 * radius).for_each(|at| matrix.add(row, at.saturating_sub(radius).min(length - 1), share));
        }
        matrix
    }

    /// The value `offset` places further, mirrored at the ends without repeating them.
    pub(super) fn shift(length: usize, offset: i64) -> Self {
        let mut matrix = Self::zero(length, length);
        let last = length as i64 - 1;
        for row in 0..length {
            let at = (row as i64 + offset).abs();
            let at = if at > last { 2 * last - at } else { at };
            matrix.add(row, at.clamp(0, last) as usize, 1.0);
        }
        matrix
    }

    /// Real or imaginary part of the discrete Fourier transform: cosines, or sines, of `2 pi row column / length`.
    pub(super) fn fourier(length: usize, part: fn(f64) -> f64) -> Self {
        let mut matrix = Self::zero(length, length);
        for row in 0..length {
            for column in 0..length {
                let turn = (row * column % length) as f64 / length as f64;
                matrix.add(row, column, part(std::f64::consts::TAU * turn));
            }
        }
        matrix
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(matrix: &Matrix, values: &[f64]) -> Vec<f64> {
        matrix.lines().map(|row| row.iter().zip(values).map(|(a, b)| a * b).sum()).collect()
    }

    #[test]
    fn means_replicate_the_ends_and_shifts_mirror_at_them() {
        let values = [9.0, 0.0, 3.0, 6.0];
        assert_eq!(
            apply(&Matrix::mean(4, 1), &values).iter().map(|v| v.round()).collect::<Vec<_>>(),
            [6.0, 4.0, 3.0, 5.0]
        );
        assert_eq!(apply(&Matrix::shift(4, -1), &values), [0.0, 9.0, 0.0, 3.0]);
        assert_eq!(apply(&Matrix::shift(4, 2), &values), [3.0, 6.0, 3.0, 0.0]);
    }
}
