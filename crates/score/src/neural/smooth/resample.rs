//! Resizing as a matrix, with the weights of `linocut_raster::resize` before they are rounded.

use std::f64::consts::PI;

use linocut_raster::Filter;

use super::operator::Matrix;

impl Matrix {
    /// Brings `from` values to `to` values, the filter widened when shrinking. Both are at least 1.
    ///
    /// # Source
    ///
    /// Pillow 12, `precompute_coeffs`.
    pub(super) fn resize(from: usize, to: usize, filter: Filter) -> Self {
        let mut matrix = Self::zero(to, from);
        let scale = from as f64 / to as f64;
        let widening = scale.max(1.0);
        let support = radius(filter) * widening;
        for row in 0..to {
            let center = (row as f64 + 0.5) * scale;
            let first = (center - support + 0.5).max(0.0) as usize;
            let last = ((center + support + 0.5) as usize).min(from);
            let weight = |at: usize| weight(filter, (at as f64 + 0.5 - center) / widening);
            let sum: f64 = (first..last).map(weight).sum();
            (first..last).for_each(|at| matrix.add(row, at, weight(at) / sum));
        }
        matrix
    }

    /// Crops `before` from the start of `length` values and what lies after `before + kept`, then brings the rest back to
    /// `length` with the bilinear filter.
    pub(super) fn crop_resize(length: usize, before: usize, kept: usize) -> Self {
        let resize = Self::resize(kept, length, Filter::Bilinear);
        let mut matrix = Self::zero(length, length);
        for (row, weights) in resize.lines().enumerate() {
            weights.iter().enumerate().for_each(|(at, weight)| matrix.add(row, before + at, *weight));
        }
        matrix
    }
}

/// Distance, in values of the shorter line, from which on nothing counts.
fn radius(filter: Filter) -> f64 {
    match filter {
        Filter::Bilinear => 1.0,
        Filter::Bicubic => 2.0,
        Filter::Lanczos => 3.0,
    }
}

fn weight(filter: Filter, distance: f64) -> f64 {
    let x = distance.abs();
    match filter {
        _ if x >= radius(filter) => 0.0,
        Filter::Bilinear => 1.0 - x,
        Filter::Bicubic if x < 1.0 => (1.5 * x - 2.5) * x * x + 1.0,
        Filter::Bicubic => ((2.5 - 0.5 * x) * x - 4.0) * x + 2.0,
        Filter::Lanczos => sinc(x) * sinc(x / 3.0),
    }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) }
}

#[cfg(test)]
mod tests {
    use image::RgbImage;
    use linocut_raster::resize;

    use super::*;

    fn row(length: u32) -> Vec<u8> {
        (0..length).map(|i| 40 + (i * i * 7 % 170) as u8).collect()
    }

    fn picture(row: &[u8]) -> RgbImage {
        RgbImage::from_fn(row.len() as u32, 1, |x, _| image::Rgb([row[x as usize]; 3]))
    }

    /// One rounding apart.
    fn check(matrix: &Matrix, row: &[u8], expected: &RgbImage) {
        let values: Vec<f64> = row.iter().map(|v| f64::from(*v)).collect();
        let found: Vec<f64> = matrix
            .lines()
            .map(|line| line.iter().zip(&values).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 255.0))
            .collect();
        assert_eq!(found.len(), expected.width() as usize);
        for (found, expected) in found.iter().zip(expected.pixels()) {
            assert!((found - f64::from(expected.0[0])).abs() <= 0.501, "{found} {expected:?}");
        }
    }

    #[test]
    fn every_filter_resizes_as_the_exact_one_does() {
        for filter in [Filter::Bilinear, Filter::Bicubic, Filter::Lanczos] {
            for (from, to) in [(40, 17), (17, 40), (23, 23), (1, 5), (90, 1)] {
                let row = row(from);
                let expected = resize(&picture(&row), to, 1, filter).unwrap();
                check(&Matrix::resize(from as usize, to as usize, filter), &row, &expected);
            }
        }
    }

    #[test]
    fn crop_and_resize_are_those_of_the_defence() {
        let row = row(40);
        let expected = resize(&picture(&row[4..38]), 40, 1, Filter::Bilinear).unwrap();
        check(&Matrix::crop_resize(40, 4, 34), &row, &expected);
    }
}
