//! Bilateral filter: smoothing that stops at edges, as OpenCV does it.

use std::cmp::Reverse;

use super::planes::Planes;

/// Reach of the disc of neighbours, in px; OpenCV's `d` is its diameter.
const REACH: usize = 2;
/// Standard deviation over the sum of the three channels' differences, in levels.
const SIGMA_COLOUR: f64 = 75.0;
/// Standard deviation over distance, in px.
const SIGMA_SPACE: f64 = 75.0;
/// Weights of a distance, by colour difference: 3 * 255 + 1 of them, made a power of two.
const DIFFERENCES: usize = 1024;
/// Pixels that are filtered side by side.
const BLOCK: usize = 16;
/// Rows between two questions whether to go on.
const ROWS: usize = 32;

/// The bilateral filter for pictures of one size.
#[derive(Debug, Clone)]
pub(super) struct Bilateral {
    width: usize,
    height: usize,
    /// Samples in a padded row: the picture's, the mirrored ones, and what a last block reads beyond.
    stride: usize,
    padded: [Vec<u8>; 3],
    taps: Vec<Tap>,
}

/// A neighbour.
#[derive(Debug, Clone)]
struct Tap {
    /// Its position from the upper left corner of the square around the disc, in px.
    right: usize,
    down: usize,
    /// Its weight, by colour difference.
    weights: Box<[f32; DIFFERENCES]>,
}

/// The samples of a block, by channel.
type Samples = [[u8; BLOCK]; 3];

impl Bilateral {
    pub(super) fn new(width: u32, height: u32) -> Self {
        let (width, height) = (width as usize, height as usize);
        let stride = width.next_multiple_of(BLOCK) + 2 * REACH;
        let padded = std::array::from_fn(|_| vec![0; stride * (height + 2 * REACH)]);
        Self { width, height, stride, padded, taps: taps() }
    }

    /// Returns whether it was done: `go_on` is asked every few rows.
    pub(super) fn run(&mut self, from: &Planes, to: &mut Planes, go_on: &mut dyn FnMut() -> bool) -> bool {
        for (padded, channel) in self.padded.iter_mut().zip(&from.channels) {
            pad(padded, self.stride, channel, self.width);
        }
        for y in 0..self.height {
            if y % ROWS == 0 && !go_on() {
                return false;
            }
            for x in (0..self.width).step_by(BLOCK) {
                let block = self.block(x, y);
                let count = BLOCK.min(self.width - x);
                for (channel, block) in to.channels.iter_mut().zip(&block) {
                    channel[y * self.width + x..][..count].copy_from_slice(&block[..count]);
                }
            }
        }
        true
    }

    /// The filtered samples from (x, y) on, some perhaps beyond the row.
    fn block(&self, x: usize, y: usize) -> Samples {
        let centre = self.samples(x + REACH, y + REACH);
        let (mut total, mut sums) = ([0.0; BLOCK], [[0.0; BLOCK]; 3]);
        for tap in &self.taps {
            let near = self.samples(x + tap.right, y + tap.down);
            let weights = weigh(tap, &centre, &near);
            for i in 0..BLOCK {
                total[i] += weights[i];
            }
            for (sum, near) in sums.iter_mut().zip(&near) {
                for i in 0..BLOCK {
                    sum[i] += f32::from(near[i]) * weights[i];
                }
            }
        }
        sums.map(|sum| std::array::from_fn(|i| rounded(sum[i] * (1.0 / total[i]))))
    }

    /// The samples of the padded rows from (x, y) on.
    fn samples(&self, x: usize, y: usize) -> Samples {
        let mut samples = [[0; BLOCK]; 3];
        for (samples, padded) in samples.iter_mut().zip(&self.padded) {
            samples.copy_from_slice(&padded[y * self.stride + x..][..BLOCK]);
        }
        samples
    }
}

/// The disc's neighbours, outermost rows first: of the orders of summation, this one differs least from OpenCV.
fn taps() -> Vec<Tap> {
    let square = (0..=2 * REACH).flat_map(|down| (0..=2 * REACH).map(move |right| (right, down)));
    let squared = |(right, down): (usize, usize)| right.abs_diff(REACH).pow(2) + down.abs_diff(REACH).pow(2);
    let mut disc: Vec<_> = square.filter(|at| squared(*at) <= REACH * REACH).collect();
    disc.sort_by_key(|(_, down)| Reverse(down.abs_diff(REACH)));
    let tap = |at: (usize, usize)| Tap { right: at.0, down: at.1, weights: Box::new(tap_weights(squared(at))) };
    disc.into_iter().map(tap).collect()
}

/// The product of both weights, each rounded to f32 first.
fn tap_weights(squared_distance: usize) -> [f32; DIFFERENCES] {
    let falloff = |squared: usize, sigma: f64| libm::exp(squared as f64 * (-0.5 / (sigma * sigma))) as f32;
    let space = falloff(squared_distance, SIGMA_SPACE);
    std::array::from_fn(|difference| space * falloff(difference * difference, SIGMA_COLOUR))
}

fn weigh(tap: &Tap, centre: &Samples, near: &Samples) -> [f32; BLOCK] {
    let mut difference = [0_u16; BLOCK];
    for (centre, near) in centre.iter().zip(near) {
        for i in 0..BLOCK {
            difference[i] += u16::from(centre[i].abs_diff(near[i]));
        }
    }
    difference.map(|difference| tap.weights[usize::from(difference) % DIFFERENCES])
}

/// Rounds halves to even; a value under 2^22 loses its fraction when it meets 1.5 * 2^23.
fn rounded(value: f32) -> u8 {
    const WHOLE: f32 = 12_582_912.0;
    ((value + WHOLE) - WHOLE) as u8
}

/// Copies a channel into the middle of `padded` and mirrors it around its outermost samples.
fn pad(padded: &mut [u8], stride: usize, channel: &[u8], width: usize) {
    let height = channel.len() / width;
    for (y, row) in padded.chunks_exact_mut(stride).enumerate() {
        let from = &channel[mirrored(y, height) * width..][..width];
        row[REACH..REACH + width].copy_from_slice(from);
        for x in (0..REACH).chain(REACH + width..width + 2 * REACH) {
            row[x] = from[mirrored(x, width)];
        }
    }
}

/// Where a padded position takes its sample from: 2 1 | 0 1 2 ...
fn mirrored(at: usize, side: usize) -> usize {
    let last = side - 1;
    last - last.abs_diff(at.abs_diff(REACH))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filtered(width: u32, height: u32, sample: impl Fn(u32, u32) -> u8) -> Vec<u8> {
        let (mut from, mut to) = (Planes::new(width, height), Planes::new(width, height));
        let samples: Vec<_> = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).collect();
        from.channels[0] = samples.iter().map(|(x, y)| sample(*x, *y)).collect();
        Bilateral::new(width, height).run(&from, &mut to, &mut || true);
        to.channels[0].clone()
    }

    #[test]
    fn thirteen_neighbours_of_a_point_share_it() {
        let after = filtered(40, 9, |x, y| if (x, y) == (16, 4) { 13 } else { 0 });
        let touched: Vec<_> = (0..360).filter(|at| after[*at] > 0).map(|at| (at % 40, at / 40)).collect();
        let disc = |(x, y): (i32, i32)| (x - 16).pow(2) + (y - 4).pow(2) <= 4;
        assert_eq!(touched.len(), 13);
        assert!(touched.iter().all(|(x, y)| disc((*x as i32, *y as i32))));
    }

    #[test]
    fn an_edge_of_full_contrast_stays() {
        let edge = |x: u32, _| if x < 17 { 0 } else { 255 };
        let after = filtered(34, 5, edge);
        let middle = &after[2 * 34..3 * 34];
        assert!(middle[..15].iter().all(|sample| *sample == 0) && middle[19..].iter().all(|sample| *sample == 255));
        assert!(middle[16] < 3 && middle[17] > 252, "{middle:?}");
    }

    #[test]
    fn edges_are_mirrored_around_the_outermost_sample() {
        let takes = |side: usize| (0..side + 4).map(|at| mirrored(at, side)).collect::<Vec<_>>();
        assert_eq!(takes(5), [2, 1, 0, 1, 2, 3, 4, 3, 2]);
        assert_eq!(takes(4), [2, 1, 0, 1, 2, 3, 2, 1]);
    }
}
