//! Transforms and quantises a plane, block by block.

use std::array::from_fn;

use super::dct::{forward, inverse};
use super::lanes::Lanes;
use super::plane::{BLOCK, Plane};
use super::quantization::Quantization;

/// The level that becomes 0.
const MIDDLE: i32 = 128;

/// Rounds the coefficients of every block that holds samples of the picture.
pub(super) fn round_trip(plane: &mut Plane, quantization: &Quantization) {
    for top in (0..plane.height).step_by(BLOCK) {
        for left in (0..plane.width).step_by(BLOCK) {
            let start = top * plane.stride + left;
            let mut coefficients = forward(&load(plane, start));
            quantization.round(&mut coefficients);
            store(plane, start, &inverse(&coefficients));
        }
    }
}

fn load(plane: &Plane, start: usize) -> [Lanes; 8] {
    from_fn(|y| {
        let row = &plane.samples[start + y * plane.stride..][..BLOCK];
        Lanes(from_fn(|x| i32::from(row[x]) - MIDDLE))
    })
}

fn store(plane: &mut Plane, start: usize, samples: &[Lanes; 8]) {
    for (y, samples) in samples.iter().enumerate() {
        let row = &mut plane.samples[start + y * plane.stride..][..BLOCK];
        for (to, sample) in row.iter_mut().zip(samples.0) {
            *to = (sample + MIDDLE).clamp(0, 255) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stairs() -> Plane {
        let mut plane = Plane::new(20, 10, 2 * BLOCK);
        plane.samples.iter_mut().enumerate().for_each(|(at, sample)| *sample = (at * 5 % 251) as u8);
        plane.repeat_right();
        plane.repeat_down();
        plane
    }

    #[test]
    fn steps_of_one_keep_the_samples() {
        let mut plane = stairs();
        round_trip(&mut plane, &Quantization::luma(100));
        let before = stairs();
        for y in 0..10 {
            let pairs = plane.row(y)[..20].iter().zip(&before.row(y)[..20]);
            assert!(pairs.into_iter().all(|(a, b)| a.abs_diff(*b) <= 2), "{:?}", plane.row(y));
        }
    }

    #[test]
    fn the_longest_steps_leave_the_mean_of_a_block() {
        let mut plane = Plane::new(8, 8, BLOCK);
        plane.samples.iter_mut().enumerate().for_each(|(at, sample)| *sample = 100 + (at % 2) as u8);
        round_trip(&mut plane, &Quantization::luma(1));
        assert_eq!(plane.samples, [96; 64]);
    }
}
