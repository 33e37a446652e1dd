//! Linear filters as matrices: a picture of rows Y and columns X becomes `rows · picture · columnsᵀ`.

use candle_core::{DType, Device, Result, Tensor};

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
        self.rows.broadcast_matmul(&pictures.contiguous()?.broadcast_matmul(&self.columns)?)
    }
}

/// A matrix by rows.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Matrix {
    columns: usize,
    values: Vec<f64>,
}

impl Matrix {
    fn zero(rows: usize, columns: usize) -> Self {
        Self { columns, values: vec![0.0; rows * columns] }
    }

    fn add(&mut self, row: usize, column: usize, value: f64) {
        self.values[row * self.columns + column] += value;
    }

    fn tensor(&self, dtype: DType, device: &Device) -> Result<Tensor> {
        Tensor::from_slice(&self.values, (self.values.len() / self.columns, self.columns), device)?.to_dtype(dtype)
    }

    /// Crops `before` from the start of `length` values and what lies after `before + kept`, then brings the rest back to
    /// `length` with Pillow's bilinear filter.
    pub(super) fn crop_resize(length: usize, before: usize, kept: usize) -> Self {
        let mut matrix = Self::zero(length, length);
        let scale = kept as f64 / length as f64;
        let support = scale.max(1.0);
        for row in 0..length {
            let center = (row as f64 + 0.5) * scale;
            let first = (center - support + 0.5).max(0.0) as usize;
            let last = ((center + support + 0.5) as usize).min(kept);
            let weight = |at: usize| (1.0 - ((at as f64 + 0.5 - center) / support).abs()).max(0.0);
            let sum: f64 = (first..last).map(weight).sum();
            (first..last).for_each(|at| matrix.add(row, before + at, weight(at) / sum));
        }
        matrix
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
    use image::RgbImage;
    use linocut_raster::{Filter, resize};

    use super::*;

    fn apply(matrix: &Matrix, values: &[f64]) -> Vec<f64> {
        matrix.values.chunks(matrix.columns).map(|row| row.iter().zip(values).map(|(a, b)| a * b).sum()).collect()
    }

    #[test]
    fn crop_and_resize_are_those_of_the_defence() {
        let row: Vec<u8> = (0..40_u32).map(|i| (i * i * 7 % 251) as u8).collect();
        let cropped = RgbImage::from_fn(34, 1, |x, _| image::Rgb([row[x as usize + 4]; 3]));
        let expected = resize(&cropped, 40, 1, Filter::Bilinear).unwrap();
        let found = apply(&Matrix::crop_resize(40, 4, 34), &row.iter().map(|v| f64::from(*v)).collect::<Vec<_>>());
        for (found, expected) in found.iter().zip(expected.pixels()) {
            assert!((found - f64::from(expected.0[0])).abs() <= 0.6, "{found} {expected:?}");
        }
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
