//! Taps: which samples of the old line make each sample of the new one, and with which weights.

use super::Filter;

/// Fraction bits of a weight: 32 less 8 for the sample and 2 for sign and overshoot (Pillow's `PRECISION_BITS`).
pub(super) const PRECISION_BITS: u32 = 32 - 8 - 2;

/// Weights of every new sample along one axis.
#[derive(Debug)]
pub(super) struct Taps {
    /// First old sample and range of weights of each new sample.
    spans: Vec<(usize, usize, usize)>,
    /// Weights of all new samples one after another, in units of 2^-22.
    weights: Vec<i32>,
}

impl Taps {
    /// Weights that resample a line of `from` samples to `to` samples; both at least 1.
    pub(super) fn new(from: u32, to: u32, filter: Filter) -> Self {
        let mut taps = Self { spans: Vec::with_capacity(to as usize), weights: Vec::new() };
        let scale = f64::from(from) / f64::from(to);
        let mut line = Vec::new();
        for index in 0..to {
            let centre = (f64::from(index) + 0.5) * scale;
            let first = span_weights(centre, scale.max(1.0), from, filter, &mut line);
            taps.push(first, &line);
        }
        taps
    }

    /// The first old sample and the weights of each new sample, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &[i32])> {
        self.spans.iter().map(|(first, start, end)| (*first, &self.weights[*start..*end]))
    }

    /// Number of new samples.
    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    fn push(&mut self, first: usize, line: &[f64]) {
        let start = self.weights.len();
        self.weights.extend(line.iter().map(|weight| fixed(*weight)));
        self.spans.push((first, start, self.weights.len()));
    }
}

/// Fills `line` with the normalised weights around `centre` and returns the index of the first sample.
fn span_weights(centre: f64, widening: f64, from: u32, filter: Filter, line: &mut Vec<f64>) -> usize {
    let support = filter.radius() * widening;
    let step = 1.0 / widening;
    let first = ((centre - support + 0.5) as i64).max(0);
    let end = ((centre + support + 0.5) as i64).min(i64::from(from));
    line.clear();
    line.extend((first..end).map(|x| filter.weight((x as f64 - centre + 0.5) * step)));
    let total = line.iter().fold(0.0, |total, weight| total + weight);
    if total != 0.0 {
        line.iter_mut().for_each(|weight| *weight /= total);
    }
    first as usize
}

/// Rounds half away from zero to a fixed-point number, by adding before truncating as Pillow does.
fn fixed(weight: f64) -> i32 {
    let scaled = weight * f64::from(1 << PRECISION_BITS);
    (if weight < 0.0 { scaled - 0.5 } else { scaled + 0.5 }) as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn doubling_a_line_bilinearly_weights_three_to_one() {
        let taps = Taps::new(4, 8, Filter::Bilinear);
        let (first, weights) = taps.iter().nth(3).unwrap();
        assert_eq!(first, 1);
        assert_eq!(weights, [3 << 20, 1 << 20]);
    }

    #[test]
    fn weights_round_half_away_from_zero() {
        let unit = f64::from(1 << PRECISION_BITS).recip();
        assert_eq!([fixed(1.5 * unit), fixed(-1.5 * unit)], [2, -2]);
    }

    proptest! {
        #[test]
        fn weights_lie_inside_the_line_and_add_up_to_one(from in 1..300u32, to in 1..300u32) {
            for filter in [Filter::Bilinear, Filter::Bicubic, Filter::Lanczos] {
                let taps = Taps::new(from, to, filter);
                prop_assert_eq!(taps.len(), to as usize);
                for (first, weights) in taps.iter() {
                    prop_assert!(first + weights.len() <= from as usize);
                    let total: i64 = weights.iter().map(|weight| i64::from(*weight)).sum();
                    let slack = weights.len() as i64;
                    prop_assert!((total - (1 << PRECISION_BITS)).abs() <= slack);
                }
            }
        }
    }
}
