//! The sixteen levels of NF4 and the thresholds between them.

/// The levels of NF4 for values scaled to -1..=1, ascending: quantiles of a normal distribution, with an exact zero.
///
/// # Source
///
/// bitsandbytes, `csrc/kernels.cu` (`nf4_data`).
pub const LEVELS: [f32; 16] = [
    -1.0,
    -0.696_192_8,
    -0.525_073_05,
    -0.394_917_5,
    -0.284_441_38,
    -0.184_773_43,
    -0.091_050_036,
    0.0,
    0.079_580_3,
    0.160_930_2,
    0.246_112_3,
    0.337_915_24,
    0.440_709_83,
    0.562_617,
    0.722_956_84,
    1.0,
];

/// Where one level gives way to the next; a value equal to a threshold takes the lower level.
///
/// # Source
///
/// bitsandbytes, `csrc/kernels.cu` (`dQuantizeNF4`): the midpoints of [`LEVELS`] in f32.
const THRESHOLDS: [f32; 15] = [
    -0.848_096_4,
    -0.610_632_9,
    -0.459_995_27,
    -0.339_679_43,
    -0.234_607_4,
    -0.137_911_73,
    -0.045_525_018,
    0.039_790_15,
    0.120_255_25,
    0.203_521_25,
    0.292_013_77,
    0.389_312_54,
    0.501_663_45,
    0.642_786_9,
    0.861_478_45,
];

/// Index of the level nearest to each value.
///
/// Values are scaled by their block's largest magnitude, so they lie in -1..=1; what lies outside takes the outermost level.
#[must_use]
#[inline]
pub fn nearest_levels<const N: usize>(values: &[f32; N]) -> [u32; N] {
    let mut levels = [0; N];
    // Threshold by threshold over all values, which processors compare many at a time.
    for threshold in THRESHOLDS {
        for (level, value) in levels.iter_mut().zip(values) {
            *level += u32::from(*value > threshold);
        }
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_the_midpoints_of_the_levels() {
        for (pair, threshold) in LEVELS.windows(2).zip(THRESHOLDS) {
            assert_eq!((pair[0] + pair[1]) / 2.0, threshold);
        }
    }

    #[test]
    fn constants_are_the_published_ones() {
        assert_eq!(LEVELS[1], "-0.6961928009986877".parse::<f32>().unwrap());
        assert_eq!(LEVELS[13], "0.5626170039176941".parse::<f32>().unwrap());
        assert_eq!(THRESHOLDS[5], "-0.13791173323988914".parse::<f32>().unwrap());
        assert_eq!(THRESHOLDS[9], "0.2035212516784668".parse::<f32>().unwrap());
    }

    #[test]
    fn every_level_is_its_own_nearest() {
        assert_eq!(nearest_levels(&LEVELS), std::array::from_fn(|index| index as u32));
    }

    #[test]
    fn a_value_on_a_threshold_takes_the_lower_level() {
        assert_eq!(nearest_levels(&THRESHOLDS), std::array::from_fn(|index| index as u32));
        assert_eq!(nearest_levels(&THRESHOLDS.map(f32::next_up)), std::array::from_fn(|index| index as u32 + 1));
    }
}
