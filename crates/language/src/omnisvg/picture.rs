//! A picture as the model sees it: on white, on a square, as patches.

use std::collections::HashMap;

use image::{RgbImage, RgbaImage};
use linocut_raster::{Filter, PassOrder, ResizeError, resize_in_order};

/// What the mean of the border's samples must be above, in every channel, for the background to count as white.
const WHITE: f64 = 240.0;
/// Share of the shorter side that is sampled along each border, and fewest samples.
const SAMPLED: f64 = 0.1;
const LEAST_SAMPLES: u32 = 10;
/// How far from the background's colour, as a distance in RGB, pixels still belong to it.
const NEAR: f64 = 30.0;
/// Means and standard deviations of CLIP.
const MEAN: [f32; 3] = [0.481_454_66, 0.457_827_5, 0.408_210_73];
const DEVIATION: [f32; 3] = [0.268_629_54, 0.261_302_6, 0.275_777_1];
/// Times that a still picture stands for.
const TIMES: usize = 2;

/// The picture on a square of `side` px, as the published program gives it to the model: unless its border is nearly white, whatever is near
/// the commonest colour of the border becomes white. The proportions are not kept.
///
/// A picture with transparent parts goes over white first: [`on_white`].
///
/// # Errors
///
/// [`ResizeError`] if a side is 0 or too long.
///
/// # Source
///
/// OmniSVG, `inference.py`, 2025, with Pillow 13.
pub fn prepared(picture: &RgbImage, side: u32) -> Result<RgbImage, ResizeError> {
    if picture.width() == 0 || picture.height() == 0 || has_white_border(picture) {
        return resized(picture, side);
    }
    let background = commonest_of_border(picture).map(f64::from);
    let mut on_white = picture.clone();
    for pixel in on_white.pixels_mut() {
        let squares: f64 = pixel.0.iter().zip(background).map(|(value, of)| (f64::from(*value) - of).powi(2)).sum();
        if squares.sqrt() < NEAR {
            pixel.0 = [255; 3];
        }
    }
    resized(&on_white, side)
}

/// The picture on a square of `side` px, with the bits of Pillow 13.
fn resized(picture: &RgbImage, side: u32) -> Result<RgbImage, ResizeError> {
    resize_in_order(picture, side, side, Filter::Lanczos, PassOrder::ByLoss)
}

/// A picture with transparent parts over white, rounded as Pillow's `alpha_composite` does: what is near the background's colour hangs on the
/// last level.
#[must_use]
pub fn on_white(picture: &RgbaImage) -> RgbImage {
    // Seven bits behind the point, and a division by 255 that is one by shifts.
    let over = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        let sum = (value * alpha + 255 * (255 - alpha) + 128) << 7;
        ((((sum >> 8) + sum) >> 8) >> 7) as u8
    };
    let mut opaque = RgbImage::new(picture.width(), picture.height());
    for (to, from) in opaque.pixels_mut().zip(picture.pixels()) {
        let [red, green, blue, alpha] = from.0;
        to.0 = [red, green, blue].map(|value| over(value, alpha));
    }
    opaque
}

fn has_white_border(picture: &RgbImage) -> bool {
    let (width, height) = picture.dimensions();
    let samples = LEAST_SAMPLES.max((f64::from(width.min(height)) * SAMPLED) as u32);
    let step = |side: u32| (side / samples).max(1) as usize;
    let rows = (0..width).step_by(step(width)).flat_map(|x| [(x, 0), (x, height - 1)]);
    let columns = (0..height).step_by(step(height)).flat_map(|y| [(0, y), (width - 1, y)]);
    let (mut sums, mut count) = ([0.0; 3], 0.0);
    for (x, y) in rows.chain(columns) {
        for (sum, value) in sums.iter_mut().zip(picture.get_pixel(x, y).0) {
            *sum += f64::from(value);
        }
        count += 1.0;
    }
    sums.iter().all(|sum| sum / count > WHITE)
}

/// The commonest colour of the border; of equals the one that comes first.
fn commonest_of_border(picture: &RgbImage) -> [u8; 3] {
    let (width, height) = picture.dimensions();
    let rows = (0..width).flat_map(|x| [(x, 0), (x, height - 1)]);
    let columns = (0..height).flat_map(|y| [(0, y), (width - 1, y)]);
    let mut counts: HashMap<[u8; 3], (usize, usize)> = HashMap::new();
    for (at, (x, y)) in rows.chain(columns).enumerate() {
        counts.entry(picture.get_pixel(x, y).0).or_insert((0, at)).0 += 1;
    }
    let most = counts.into_iter().max_by(|(_, a), (_, b)| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    most.map_or([255; 3], |(color, _)| color)
}

/// Sides of a picture in patches.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Grid {
    /// From top to bottom.
    pub rows: usize,
    /// From left to right.
    pub columns: usize,
}

/// The patches of a picture, one after the other, in blocks of `merge` x `merge`: for each the numbers of each channel, twice in time, row by
/// row. What is left over on the right and below a whole number of blocks is dropped.
#[must_use]
pub fn patches(picture: &RgbImage, patch: usize, merge: usize) -> (Vec<f32>, Grid) {
    let whole = |side: u32| side as usize / (patch * merge) * merge;
    let grid = Grid { rows: whole(picture.height()), columns: whole(picture.width()) };
    let mut numbers = Vec::with_capacity(grid.rows * grid.columns * 3 * TIMES * patch * patch);
    for [row, column] in in_blocks(grid, merge) {
        for channel in 0..3 {
            for _ in 0..TIMES {
                for (y, x) in (0..patch).flat_map(|y| (0..patch).map(move |x| (y, x))) {
                    let (x, y) = ((column * patch + x) as u32, (row * patch + y) as u32);
                    let value = f64::from(picture.get_pixel(x, y).0[channel]) / 255.0;
                    numbers.push((value as f32 - MEAN[channel]) / DEVIATION[channel]);
                }
            }
        }
    }
    (numbers, grid)
}

/// Row and column of each patch, in the order in which patches are read: block by block, row by row within one.
pub(super) fn in_blocks(grid: Grid, merge: usize) -> impl Iterator<Item = [usize; 2]> {
    let blocks = (0..grid.rows / merge).flat_map(move |row| (0..grid.columns / merge).map(move |column| (row, column)));
    blocks.flat_map(move |(row, column)| {
        (0..merge).flat_map(move |y| (0..merge).map(move |x| [row * merge + y, column * merge + x]))
    })
}
