//! Paired differences: whether one variant scores better than another on the same descriptions.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Resamples of the bootstrap.
const RESAMPLES: usize = 2000;

/// The mean of paired differences with its interval.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PairedDifference {
    /// Mean of `with - without`.
    pub mean: f64,
    /// Lower end of the 95 % interval of the mean.
    pub low: f64,
    /// Upper end of the 95 % interval of the mean.
    pub high: f64,
    /// Number of pairs.
    pub pairs: usize,
}

impl PairedDifference {
    /// The difference of values measured on the same things, in the same order. Values beyond the shorter list are
    /// ignored; `None` if there are no pairs.
    ///
    /// # Source
    ///
    /// Percentile bootstrap of the mean, 2,000 resamples (Efron 1979).
    #[must_use]
    pub fn of(with: &[f64], without: &[f64], seed: u64) -> Option<Self> {
        let differences: Vec<f64> = with.iter().zip(without).map(|(a, b)| a - b).collect();
        let pairs = differences.len();
        if pairs == 0 {
            return None;
        }
        let mut generator = Pcg64Mcg::seed_from_u64(seed);
        let mut resample =
            || (0..pairs).map(|_| differences[generator.random_range(0..pairs)]).sum::<f64>() / pairs as f64;
        let mut means: Vec<f64> = (0..RESAMPLES).map(|_| resample()).collect();
        means.sort_by(f64::total_cmp);
        let mean = differences.iter().sum::<f64>() / pairs as f64;
        Some(Self { mean, low: means[RESAMPLES / 40], high: means[RESAMPLES - 1 - RESAMPLES / 40], pairs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_difference_has_no_spread() {
        let found = PairedDifference::of(&[1.5, 2.5, 3.5], &[1.0, 2.0, 3.0], 1).unwrap();
        assert_eq!((found.mean, found.low, found.high, found.pairs), (0.5, 0.5, 0.5, 3));
    }

    #[test]
    fn noise_around_nothing_spans_zero() {
        let without: Vec<f64> = (0..100).map(|i| f64::from(i % 7)).collect();
        let with: Vec<f64> = (0..100).map(|i| f64::from(i % 7) + if i % 2 == 0 { 0.1 } else { -0.1 }).collect();
        let found = PairedDifference::of(&with, &without, 1).unwrap();
        assert!(found.low < 0.0 && found.high > 0.0 && found.high < 0.05, "{found:?}");
    }

    #[test]
    fn nothing_to_compare_is_no_difference() {
        assert_eq!(PairedDifference::of(&[], &[1.0], 1), None);
    }
}
