//! The two resampling passes, along rows and along columns, in 32-bit fixed point.
//!
//! Sums cannot overflow: the weights of a sample add up to at most 1.6 in absolute value (Lanczos at an edge), and 32
//! bits hold 2.0 times 255 levels.

use super::taps::{PRECISION_BITS, Taps};

/// Half a level, so that dropping the fraction rounds to nearest.
const HALF: i32 = 1 << (PRECISION_BITS - 1);

/// Resizes along the rows. `samples` are interleaved rows of `row` samples each.
pub(super) fn horizontal<const CHANNELS: usize>(samples: &[u8], row: usize, taps: &Taps) -> Vec<u8> {
    let mut resized = Vec::with_capacity(samples.len() / row * taps.len() * CHANNELS);
    for line in samples.chunks_exact(row) {
        let (pixels, _) = line.as_chunks::<CHANNELS>();
        for (first, weights) in taps.iter() {
            let mut sums = [HALF; CHANNELS];
            for (pixel, weight) in pixels[first..].iter().zip(weights) {
                for (sum, sample) in sums.iter_mut().zip(pixel) {
                    *sum += i32::from(*sample) * weight;
                }
            }
            resized.extend(sums.map(level));
        }
    }
    resized
}

/// Resizes along the columns. `samples` are rows of `row` samples each; channels do not matter here.
pub(super) fn vertical(samples: &[u8], row: usize, taps: &Taps) -> Vec<u8> {
    let mut resized = Vec::with_capacity(taps.len() * row);
    let mut sums = vec![HALF; row];
    for (first, weights) in taps.iter() {
        sums.fill(HALF);
        let lines = samples[first * row..].chunks_exact(row);
        for (line, weight) in lines.zip(weights) {
            for (sum, sample) in sums.iter_mut().zip(line) {
                *sum += i32::from(*sample) * weight;
            }
        }
        resized.extend(sums.iter().map(|sum| level(*sum)));
    }
    resized
}

/// A fixed-point sum as an 8-bit level.
fn level(sum: i32) -> u8 {
    (sum >> PRECISION_BITS).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::super::Filter;
    use super::*;

    #[test]
    fn an_overshoot_is_clipped_to_the_levels() {
        let taps = Taps::new(4, 16, Filter::Lanczos);
        let line = horizontal::<1>(&[0, 0, 255, 255], 4, &taps);
        assert_eq!((line[5], line[10]), (0, 255));
    }

    #[test]
    fn columns_and_rows_are_weighted_alike() {
        let taps = Taps::new(5, 9, Filter::Bicubic);
        let samples = [3, 90, 200, 17, 255];
        assert_eq!(horizontal::<1>(&samples, 5, &taps), vertical(&samples, 1, &taps));
    }

    #[test]
    fn interleaved_channels_do_not_mix() {
        let taps = Taps::new(3, 2, Filter::Bilinear);
        let pair = horizontal::<2>(&[10, 200, 20, 100, 90, 0], 6, &taps);
        let first = horizontal::<1>(&[10, 20, 90], 3, &taps);
        let second = horizontal::<1>(&[200, 100, 0], 3, &taps);
        assert_eq!(pair, [first[0], second[0], first[1], second[1]]);
    }
}
