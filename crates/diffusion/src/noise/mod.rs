//! Standard normal noise, the same bits on every machine.
//!
//! The value at place `i` of stream `s` under a seed depends on these three alone:
//!
//! 1. [`philox`](https://doi.org/10.1145/2063384.2063405) 4x32-10 turns key = seed and counter = (i / 2, s) into four 32-bit words;
//!    the pair (0, 1) is for even places, (2, 3) for odd ones, low word first.
//! 2. The upper 52 of those 64 bits, `k`, make `u = (k + 0.5) / 2^52`, which is exact in an f64, symmetric and never 0 or 1.
//! 3. The normal quantile of `u` (Wichura's AS 241, with a logarithm of our own) is rounded to f32.
//!
//! Only additions, products, quotients and roots of f64 are used, which IEEE 754 defines to the last bit, and no function of the
//! platform's mathematics library. `fixtures/diffusion/samplers/noise.py` computes the same bits in Python.
//!
//! Stream 0 is for the first latents of a picture, stream i + 1 for the noise of step i, or its first `u` for token i: a picture does not change with the order in
//! which its numbers are drawn, nor with what else is drawn in a batch.

mod philox;
mod quantile;

use candle_core::{Device, Shape, Tensor};

use philox::philox;
use quantile::normal_quantile;

/// A seeded source of standard normal numbers.
///
/// ```
/// use linocut_diffusion::noise::Noise;
///
/// let mut values = [0.0; 2];
/// Noise::new(42).fill(0, &mut values);
/// assert_eq!(values.map(f32::to_bits), [0xbda1_6e33, 0xbed1_fa53]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Noise {
    seed: u64,
}

impl Noise {
    /// The source of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// Fills with the first numbers of a stream.
    pub fn fill(&self, stream: u64, values: &mut [f32]) {
        for (block, pair) in (0..).zip(values.chunks_mut(2)) {
            let words = philox(block, stream, self.seed);
            let numbers = [normal(words[0], words[1]), normal(words[2], words[3])];
            pair.copy_from_slice(&numbers[..pair.len()]);
        }
    }

    /// The noise that becomes the first latents.
    ///
    /// # Errors
    ///
    /// If the device has no room for it.
    pub fn initial(&self, shape: impl Into<Shape>, device: &Device) -> candle_core::Result<Tensor> {
        self.tensor(0, shape.into(), device)
    }

    /// The noise that a step adds; steps count from 0.
    ///
    /// # Errors
    ///
    /// If the device has no room for it.
    pub fn step(&self, step: usize, shape: impl Into<Shape>, device: &Device) -> candle_core::Result<Tensor> {
        self.tensor(step as u64 + 1, shape.into(), device)
    }

    /// The number between 0 and 1, all as likely, by which the token of a step is chosen; steps count from 0.
    #[must_use]
    pub fn share(&self, step: usize) -> f64 {
        let words = philox(0, step as u64 + 1, self.seed);
        share(words[0], words[1])
    }

    fn tensor(&self, stream: u64, shape: Shape, device: &Device) -> candle_core::Result<Tensor> {
        let mut values = vec![0.0; shape.elem_count()];
        self.fill(stream, &mut values);
        Tensor::from_vec(values, shape, device)
    }
}

/// The normal number of 64 random bits.
fn normal(low: u32, high: u32) -> f32 {
    normal_quantile(share(low, high)) as f32
}

/// The share of 1, exclusive of 0 and 1, that 64 random bits are.
fn share(low: u32, high: u32) -> f64 {
    let bits = u64::from(high) << 32 | u64::from(low);
    ((bits >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLDEN: &str = include_str!("../../../../fixtures/diffusion/samplers/noise.tsv");

    fn stream(seed: u64, stream: u64, count: usize) -> Vec<f32> {
        let mut values = vec![0.0; count];
        Noise::new(seed).fill(stream, &mut values);
        values
    }

    #[test]
    fn numbers_are_the_recorded_bits() {
        let mut compared = 0;
        for row in GOLDEN.lines().skip(1) {
            let cells: Vec<&str> = row.split('\t').collect();
            let (seed, number, place): (u64, u64, usize) =
                (cells[0].parse().unwrap(), cells[1].parse().unwrap(), cells[2].parse().unwrap());
            let bits = u32::from_str_radix(cells[3], 16).unwrap();
            assert_eq!(stream(seed, number, place + 1)[place].to_bits(), bits, "{row}");
            compared += 1;
        }
        assert!(compared > 200);
    }

    #[test]
    fn moments_are_those_of_the_standard_normal() {
        let values = stream(7, 0, 200_000);
        let moment = |power: i32| values.iter().map(|&v| f64::from(v).powi(power)).sum::<f64>() / values.len() as f64;
        // Four standard errors each.
        for (power, expected, error) in [(1, 0.0, 0.009), (2, 1.0, 0.013), (3, 0.0, 0.035), (4, 3.0, 0.088)] {
            assert!((moment(power) - expected).abs() < error, "moment {power} is {}", moment(power));
        }
    }

    #[test]
    fn shares_are_even_and_those_of_the_normal_numbers() {
        let shares: Vec<f64> = (0..20_000).map(|step| Noise::new(9).share(step)).collect();
        let below = |limit: f64| shares.iter().filter(|share| **share < limit).count() as f64 / 20_000.0;
        assert!([0.1, 0.25, 0.5, 0.9].iter().all(|limit| (below(*limit) - limit).abs() < 0.015));
        for (step, share) in shares.iter().take(50).enumerate() {
            assert_eq!(normal_quantile(*share) as f32, stream(9, step as u64 + 1, 1)[0]);
        }
    }

    #[test]
    fn tails_have_their_share() {
        let values = stream(8, 3, 200_000);
        for (limit, share) in [(1.0, 0.317_310_5), (2.0, 0.045_500_3), (3.0, 0.002_699_8)] {
            let beyond = values.iter().filter(|value| value.abs() > limit).count() as f64 / 200_000.0;
            assert!((beyond - share).abs() < 4.0 * f64::sqrt(share / 200_000.0), "{beyond} beyond {limit}");
        }
    }

    #[test]
    fn seeds_and_streams_have_nothing_in_common() {
        let first = stream(1, 0, 20_000);
        for other in [stream(2, 0, 20_000), stream(1, 1, 20_000), stream(1 << 32, 0, 20_000)] {
            let product: f64 = first.iter().zip(&other).map(|(a, b)| f64::from(a * b)).sum();
            assert!(product.abs() / 20_000.0 < 0.03);
        }
    }

    #[test]
    fn a_longer_stream_begins_like_a_shorter_one() {
        assert_eq!(stream(5, 2, 7), stream(5, 2, 100)[..7]);
        let step = Noise::new(5).step(1, (1, 7), &Device::Cpu).unwrap().flatten_all().unwrap();
        assert_eq!(step.to_vec1::<f32>().unwrap(), stream(5, 2, 7));
    }
}
