//! Noise levels between two ends.

use crate::sampler::spacing::line;

/// The exponent of Karras et al. 2022, section 5.
const RHO: f64 = 7.0;

/// From `most` to `least`, evenly spaced in the seventh root (Karras et al. 2022, equation 5).
pub(super) fn karras(most: f64, least: f64, count: usize) -> Vec<f64> {
    let (from, to) = (most.powf(1.0 / RHO), least.powf(1.0 / RHO));
    line(0.0, 1.0, count).into_iter().map(|ramp| (from + ramp * (to - from)).powf(RHO)).collect()
}

/// From `most` to `least`, each the same share of the one before.
pub(super) fn exponential(most: f64, least: f64, count: usize) -> Vec<f64> {
    line(most.ln(), least.ln(), count).into_iter().map(f64::exp).collect()
}

/// Of flow matching: from nearly 1 downwards, moved towards noise by `shift`, the last (0) left out.
pub(super) fn flow(shift: f64, count: usize, timesteps: usize) -> Vec<f64> {
    let clean = line(1.0, 1.0 / timesteps as f64, count + 1);
    let shifted = clean.iter().map(|clean| 1.0 - clean).map(|sigma| shift * sigma / (1.0 + (shift - 1.0) * sigma));
    let mut sigmas: Vec<f64> = shifted.collect();
    sigmas.reverse();
    sigmas.truncate(count);
    sigmas
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn curves_fall_from_end_to_end(count in 2_usize..100, least in 0.01..0.5, most in 1.0..80.0) {
            for sigmas in [karras(most, least, count), exponential(most, least, count)] {
                prop_assert!(sigmas.windows(2).all(|pair| pair[0] > pair[1]));
                prop_assert!((sigmas[0] - most).abs() < 1e-9 * most);
                prop_assert!((sigmas[count - 1] - least).abs() < 1e-9 * most);
            }
        }

        #[test]
        fn flow_levels_fall_between_one_and_nothing(count in 1_usize..100, shift in 0.5..6.0) {
            let sigmas = flow(shift, count, 1000);
            prop_assert_eq!(sigmas.len(), count);
            prop_assert!(sigmas.windows(2).all(|pair| pair[0] > pair[1]));
            prop_assert!(sigmas[0] < 1.0 && sigmas[count - 1] > 0.0);
        }
    }

    #[test]
    fn a_single_level_is_the_noisiest() {
        assert!((karras(14.6, 0.03, 1)[0] - 14.6).abs() < 1e-9);
    }
}
