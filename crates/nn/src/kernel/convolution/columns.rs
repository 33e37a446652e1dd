//! Convolution as a product: what the kernel sees at each pixel becomes a column.

use rayon::prelude::*;

use super::operation::Geometry;
use crate::kernel::grain::grain;
use crate::kernel::product::{Matrix, Threads, product};

/// Most numbers of the columns in memory at a time: 32 MB.
const BAND: usize = 8 << 20;

/// `output += weight * columns(input)` for one picture.
///
/// # Shapes
///
/// - `input`: (in, height, width)
/// - `weight`: (out, in x side x side)
/// - `output`: (out, rows, columns)
pub(super) fn by_columns(input: &[f32], weight: &[f32], output: &mut [f32], geometry: Geometry) {
    let (rows, columns) = (geometry.out_height(), geometry.out_width());
    let (pixels, length) = (rows * columns, geometry.depth * geometry.side * geometry.side);
    let kernel = Matrix::rows(weight, length);
    if geometry.side == 1 && geometry.stride == 1 && geometry.padding == 0 {
        product(output, pixels, true, 1.0, (kernel, Matrix::rows(input, pixels)), Threads::All);
        return;
    }
    let band = (BAND / (length * columns).max(1)).clamp(1, rows.max(1));
    let mut seen = vec![0.0; length * band * columns];
    for first in (0..rows).step_by(band) {
        let count = band.min(rows - first);
        let seen = &mut seen[..length * count * columns];
        gather(input, seen, first, geometry);
        let factors = (kernel, Matrix::rows(seen, count * columns));
        product(&mut output[first * columns..], pixels, true, 1.0, factors, Threads::All);
    }
}

/// Columns of the output rows from `first` on: (in x side x side, rows x columns).
fn gather(input: &[f32], seen: &mut [f32], first: usize, geometry: Geometry) {
    let Geometry { depth, height, width, side, .. } = geometry;
    let length = seen.len() / (depth * side * side);
    seen.par_chunks_mut(length).with_min_len(grain(length)).enumerate().for_each(|(at, line)| {
        let (channel, place) = (at / (side * side), at % (side * side));
        let plane = &input[channel * height * width..][..height * width];
        let (dy, dx) = (place / side, place % side);
        for (row, line) in line.chunks_mut(geometry.out_width()).enumerate() {
            let y = ((first + row) * geometry.stride + dy).checked_sub(geometry.padding).filter(|y| *y < height);
            match y {
                Some(y) => shift(&plane[y * width..][..width], line, dx, geometry),
                None => line.fill(0.0),
            }
        }
    });
}

/// One row of input as the kernel's column `dx` sees it.
fn shift(row: &[f32], line: &mut [f32], dx: usize, Geometry { stride, padding, .. }: Geometry) {
    let from = padding.saturating_sub(dx).div_ceil(stride).min(line.len());
    let to = if row.len() + padding > dx { (row.len() + padding - dx).div_ceil(stride) } else { 0 };
    let to = to.clamp(from, line.len());
    line[..from].fill(0.0);
    line[to..].fill(0.0);
    let start = from * stride + dx;
    if from < to && start >= padding {
        let row = &row[start - padding..];
        if stride == 1 {
            line[from..to].copy_from_slice(&row[..to - from]);
        } else {
            line[from..to].iter_mut().zip(row.iter().step_by(stride)).for_each(|(line, x)| *line = *x);
        }
    }
}
