//! Discrete Fourier transforms, several at a time, with numpy's rounding.

mod butterfly;
mod chirp;
mod lanes;
mod passes;

pub(super) use lanes::{Lanes, Real};

use chirp::Chirp;
use passes::{Passes, has_passes};

/// A forward transform `y[k] = sum over n of x[n] exp(-2 pi i n k / length)`, not scaled; `N` at a time.
///
/// Equal bit for bit to numpy's transform in the precision `T` where the length has no prime factor over 11; other lengths go
/// through a chirp in f64 and are rounded to `T` at the end.
#[derive(Debug, Clone)]
pub(super) struct Transform<T, const N: usize> {
    length: usize,
    method: Method<T, N>,
    scratch: Vec<Lanes<T, N>>,
}

#[derive(Debug, Clone)]
enum Method<T, const N: usize> {
    Passes(Passes<T>),
    Chirp(Box<Chirp<N>>),
}

impl<T: Real, const N: usize> Transform<T, N> {
    /// `length` is at least 1.
    pub(super) fn new(length: usize) -> Self {
        let method = if has_passes(length) {
            Method::Passes(Passes::new(length))
        } else {
            Method::Chirp(Box::new(Chirp::new(length)))
        };
        Self { length, method, scratch: vec![Lanes::default(); length] }
    }

    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// Transforms `points` in place; there are [`Transform::length`] of them.
    pub(super) fn run(&mut self, points: &mut Vec<Lanes<T, N>>) {
        match &mut self.method {
            Method::Passes(passes) => passes.run(points, &mut self.scratch),
            Method::Chirp(chirp) => chirp.run(points),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths for every short transform, several of them, and for the chirp.
    const LENGTHS: [usize; 20] = [1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 16, 26, 49, 77, 97, 100, 121, 125, 210, 384];

    fn points<T: Real>(length: usize) -> Vec<Lanes<T, 2>> {
        let wave = |n: usize, lane: usize| T::nearest(((n * n * 37 + n * 11 + lane * 91) % 256) as f64);
        (0..length).map(|n| Lanes { re: [wave(n, 0), wave(n, 1)], im: [wave(n, 2), wave(n, 3)] }).collect()
    }

    /// The definition, in f64, of one lane.
    fn naive(points: &[Lanes<f64, 2>], lane: usize, k: usize) -> (f64, f64) {
        let turned = points.iter().enumerate().map(|(n, point)| {
            let angle = std::f64::consts::TAU * (n * k % points.len()) as f64 / points.len() as f64;
            let (sin, cos) = angle.sin_cos();
            let (re, im) = (point.re[lane], point.im[lane]);
            (re * cos + im * sin, im * cos - re * sin)
        });
        turned.fold((0.0, 0.0), |sum, (re, im)| (sum.0 + re, sum.1 + im))
    }

    #[test]
    fn every_length_equals_the_definition_in_every_lane() {
        for length in LENGTHS {
            let before = points::<f64>(length);
            let mut after = before.clone();
            Transform::new(length).run(&mut after);
            for (k, lane) in (0..length).flat_map(|k| [(k, 0), (k, 1)]) {
                let (re, im) = naive(&before, lane, k);
                let error = (after[k].re[lane] - re).hypot(after[k].im[lane] - im);
                assert!(error < 1e-9 * length as f64, "length {length}, frequency {k}: {error}");
            }
        }
    }

    #[test]
    fn f32_stays_close_to_f64() {
        for length in LENGTHS {
            let (mut narrow, mut wide) = (points::<f32>(length), points::<f64>(length));
            Transform::new(length).run(&mut narrow);
            Transform::new(length).run(&mut wide);
            for (narrow, wide) in narrow.iter().zip(&wide) {
                let error = (f64::from(narrow.re[0]) - wide.re[0]).abs();
                assert!(error < 1e-4 * length as f64, "length {length}: {error}");
            }
        }
    }

    #[test]
    fn exchanging_the_parts_before_and_after_turns_the_transform_around() {
        for length in LENGTHS {
            let (before, mut transform) = (points::<f64>(length), Transform::new(length));
            let mut after = before.clone();
            transform.run(&mut after);
            after.iter_mut().for_each(|point| *point = point.swapped());
            transform.run(&mut after);
            for (before, after) in before.iter().zip(&after) {
                assert!((after.im[1] / length as f64 - before.re[1]).abs() < 1e-9);
            }
        }
    }
}
