//! Winograd's convolution F(4 x 4, 3 x 3): 36 products for 16 outputs instead of 144.
//!
//! Tiles of 6 x 6 inputs, 4 apart, are transformed; the channels meet in 36 matrix products; tiles of 4 x 4 outputs come back.
//! Rounding grows with the transforms' coefficients: about 2e-5 of the largest output at 1280 channels.
//!
//! # Source
//!
//! Lavin and Gray, Fast algorithms for convolutional neural networks (2015), with the points 0, 1, -1, 2, -2 and infinity.

use candle_core::{Result, Tensor};
use rayon::prelude::*;

use super::operation::Geometry;
use crate::kernel::grain::grain;
use crate::kernel::product::{Matrix, Threads, product};
use crate::kernel::vectorised::vectorised;

/// Inputs along a tile's side.
const TILE: usize = 6;
/// Outputs along a tile's side.
const STEP: usize = 4;
/// Inputs of a tile.
pub(super) const PLACES: usize = TILE * TILE;
/// Most tiles at a time, as long as one row of tiles is no more.
const BAND: usize = 512;

/// Transform of three weights into six, for one direction.
const KERNEL: [[f32; 3]; TILE] = [
    [0.25, 0.0, 0.0],
    [-1.0 / 6.0, -1.0 / 6.0, -1.0 / 6.0],
    [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
    [1.0 / 24.0, 1.0 / 12.0, 1.0 / 6.0],
    [1.0 / 24.0, -1.0 / 12.0, 1.0 / 6.0],
    [0.0, 0.0, 1.0],
];
/// Six transformed weights back into three: the first, the difference of the third and second, the last.
const RESTORE: [[f32; TILE]; 3] =
    [[4.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, -3.0, 3.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]];

/// (out, in, 3, 3) to (36, out, in).
pub(super) fn transform_kernel(weight: &Tensor) -> Result<Tensor> {
    let (width, depth, _, _) = weight.dims4()?;
    let by_place = weight.permute((2, 3, 0, 1))?.contiguous()?;
    both_ways(&by_place, &KERNEL)?.reshape((PLACES, width, depth))
}

/// (36, out, in) to (out, in, 3, 3).
pub(super) fn restore_kernel(weight: &Tensor) -> Result<Tensor> {
    let (_, width, depth) = weight.dims3()?;
    both_ways(&weight.reshape((TILE, TILE, width, depth))?, &RESTORE)?.permute((2, 3, 0, 1))?.contiguous()
}

/// `matrix * x * matrix^T` of each pair of channels: (n, n, out, in) to (m, m, out, in).
fn both_ways<const N: usize>(weight: &Tensor, matrix: &[[f32; N]]) -> Result<Tensor> {
    let (_, _, width, depth) = weight.dims4()?;
    let matrix = Tensor::from_iter(matrix.iter().flatten().copied(), weight.device())?.reshape((matrix.len(), N))?;
    let down = matrix.matmul(&weight.reshape((N, N * width * depth))?)?.reshape((matrix.dim(0)?, N, width * depth))?;
    matrix.broadcast_matmul(&down)?.reshape((matrix.dim(0)?, matrix.dim(0)?, width, depth))
}

/// Adds the convolution of one picture, stride 1.
///
/// # Shapes
///
/// - `input`: (in, height, width)
/// - `weight`: (36, out, in)
/// - `output`: (out, rows, columns)
pub(super) fn convolve(input: &[f32], weight: &[f32], output: &mut [f32], geometry: Geometry) {
    let depth = geometry.depth;
    let (rows, columns) = (geometry.out_height(), geometry.out_width());
    let width = weight.len() / (PLACES * depth);
    let (down, across) = (rows.div_ceil(STEP), columns.div_ceil(STEP));
    let band = (BAND / across.max(1)).clamp(1, down.max(1));
    let mut seen = vec![0.0; depth * PLACES * band * across];
    let mut sums = vec![0.0; PLACES * width * band * across];
    for first in (0..down).step_by(band) {
        let count = band.min(down - first);
        let tiles = count * across;
        let (seen, sums) = (&mut seen[..depth * PLACES * tiles], &mut sums[..PLACES * width * tiles]);
        let channels = seen.par_chunks_mut(PLACES * tiles).zip(input.par_chunks(geometry.height * geometry.width));
        channels
            .with_min_len(grain(PLACES * tiles))
            .for_each(|(seen, plane)| vectorised(|| transform_band(plane, seen, (first, count), across, geometry)));
        let places = sums.par_chunks_mut(width * tiles).zip(weight.par_chunks(width * depth)).enumerate();
        places.with_min_len(grain(width * depth)).for_each(|(place, (sums, weight))| {
            let seen = Matrix::strided(&seen[place * tiles..], depth, tiles, PLACES * tiles);
            product(sums, tiles, false, 1.0, (Matrix::rows(weight, depth), seen), Threads::One);
        });
        output.par_chunks_mut(rows * columns).with_min_len(grain(PLACES * tiles)).enumerate().for_each(
            |(channel, plane)| {
                let top = first * STEP * columns;
                let end = ((first + count) * STEP).min(rows) * columns;
                vectorised(|| restore_band(sums, channel, width, &mut plane[top..end], across, columns));
            },
        );
    }
}

/// One channel's rows of tiles from `first` on, transformed: (36, tiles).
#[inline(always)]
fn transform_band(plane: &[f32], seen: &mut [f32], (first, count): (usize, usize), across: usize, geometry: Geometry) {
    let length = STEP * (across + 1);
    let tiles = count * across;
    let mut lines = vec![0.0; TILE * length];
    let mut phases = vec![0.0; length];
    for row in 0..count {
        for (y, line) in lines.chunks_exact_mut(length).enumerate() {
            read_line(plane, (first + row) * STEP + y, line, geometry);
        }
        transform_down(&mut lines, length);
        for (y, line) in lines.chunks_exact(length).enumerate() {
            split_phases(line, &mut phases);
            for (x, place) in seen[y * TILE * tiles..].chunks_exact_mut(tiles).take(TILE).enumerate() {
                transform_across(&phases, &mut place[row * across..][..across], x);
            }
        }
    }
}

/// Row `y` of the padded picture.
#[inline(always)]
fn read_line(plane: &[f32], y: usize, line: &mut [f32], Geometry { height, width, padding, .. }: Geometry) {
    match y.checked_sub(padding).filter(|y| *y < height) {
        Some(y) => {
            let end = (padding + width).min(line.len());
            line[..padding].fill(0.0);
            line[padding..end].copy_from_slice(&plane[y * width..][..end - padding]);
            line[end..].fill(0.0);
        }
        None => line.fill(0.0),
    }
}

/// The transform of six inputs, for one direction.
#[inline(always)]
fn transform(d: [f32; TILE]) -> [f32; TILE] {
    let (even, odd) = (d[4] - 4.0 * d[2], d[3] - 4.0 * d[1]);
    let (near, far) = (d[4] - d[2], 2.0 * (d[3] - d[1]));
    [4.0 * d[0] - 5.0 * d[2] + d[4], even + odd, even - odd, near + far, near - far, 4.0 * d[1] - 5.0 * d[3] + d[5]]
}

/// Transforms six lines of equal length, element by element.
#[inline(always)]
fn transform_down(lines: &mut [f32], length: usize) {
    let (a, rest) = lines.split_at_mut(length);
    let (b, rest) = rest.split_at_mut(length);
    let (c, rest) = rest.split_at_mut(length);
    let (d, rest) = rest.split_at_mut(length);
    let (e, f) = rest.split_at_mut(length);
    for at in 0..length {
        [a[at], b[at], c[at], d[at], e[at], f[at]] = transform([a[at], b[at], c[at], d[at], e[at], f[at]]);
    }
}

/// Every fourth number behind each other: four runs.
#[inline(always)]
fn split_phases(line: &[f32], phases: &mut [f32]) {
    let quarter = line.len() / STEP;
    let (low, high) = phases.split_at_mut(2 * quarter);
    let ((a, b), (c, d)) = (low.split_at_mut(quarter), high.split_at_mut(quarter));
    let runs = a.iter_mut().zip(b.iter_mut()).zip(c.iter_mut().zip(d.iter_mut()));
    for (((a, b), (c, d)), four) in runs.zip(line.chunks_exact(STEP)) {
        (*a, *b, *c, *d) = (four[0], four[1], four[2], four[3]);
    }
}

/// Element `x` of the transform of each tile of a line.
#[inline(always)]
fn transform_across(phases: &[f32], place: &mut [f32], x: usize) {
    let count = place.len();
    let quarter = phases.len() / STEP;
    let run = |phase: usize, later: usize| &phases[phase * quarter + later..][..count];
    let d = [run(0, 0), run(1, 0), run(2, 0), run(3, 0), run(0, 1), run(1, 1)];
    match x {
        0 => (0..count).for_each(|t| place[t] = 4.0 * d[0][t] - 5.0 * d[2][t] + d[4][t]),
        1 => (0..count).for_each(|t| place[t] = d[4][t] - 4.0 * d[2][t] + (d[3][t] - 4.0 * d[1][t])),
        2 => (0..count).for_each(|t| place[t] = d[4][t] - 4.0 * d[2][t] - (d[3][t] - 4.0 * d[1][t])),
        3 => (0..count).for_each(|t| place[t] = d[4][t] - d[2][t] + 2.0 * (d[3][t] - d[1][t])),
        4 => (0..count).for_each(|t| place[t] = d[4][t] - d[2][t] - 2.0 * (d[3][t] - d[1][t])),
        _ => (0..count).for_each(|t| place[t] = 4.0 * d[1][t] - 5.0 * d[3][t] + d[5][t]),
    }
}

/// The transform of six sums into four outputs, for one direction.
#[inline(always)]
fn restore(m: [f32; TILE]) -> [f32; STEP] {
    let (near, apart) = (m[1] + m[2], m[1] - m[2]);
    let (far, beyond) = (m[3] + m[4], m[3] - m[4]);
    [m[0] + near + far, apart + 2.0 * beyond, near + 4.0 * far, apart + 8.0 * beyond + m[5]]
}

/// Adds one channel's outputs of a band of tiles.
#[inline(always)]
fn restore_band(sums: &[f32], channel: usize, width: usize, output: &mut [f32], across: usize, columns: usize) {
    let tiles = sums.len() / (PLACES * width);
    let mut halves = vec![0.0; STEP * TILE * across];
    let mut wide = vec![0.0; STEP * across];
    for (row, output) in output.chunks_mut(STEP * columns).enumerate() {
        let line = |place: usize| &sums[(place * width + channel) * tiles + row * across..][..across];
        for x in 0..TILE {
            let m = [
                line(x),
                line(TILE + x),
                line(2 * TILE + x),
                line(3 * TILE + x),
                line(4 * TILE + x),
                line(5 * TILE + x),
            ];
            let (first, rest) = halves[x * STEP * across..][..STEP * across].split_at_mut(across);
            let (second, rest) = rest.split_at_mut(across);
            let (third, fourth) = rest.split_at_mut(across);
            for t in 0..across {
                [first[t], second[t], third[t], fourth[t]] =
                    restore([m[0][t], m[1][t], m[2][t], m[3][t], m[4][t], m[5][t]]);
            }
        }
        for (y, output) in output.chunks_mut(columns).enumerate() {
            let half = |x: usize| &halves[(x * STEP + y) * across..][..across];
            let m = [half(0), half(1), half(2), half(3), half(4), half(5)];
            for (t, four) in wide.chunks_exact_mut(STEP).enumerate() {
                four.copy_from_slice(&restore([m[0][t], m[1][t], m[2][t], m[3][t], m[4][t], m[5][t]]));
            }
            output.iter_mut().zip(&wide).for_each(|(output, x)| *output += *x);
        }
    }
}
