//! Which of the training's timesteps are visited.

/// How timesteps are spread over those of the training (Lin et al. 2023, table 2).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Spacing {
    /// From timestep 0 (plus an offset) upwards; the noisiest timestep is left out. Default.
    #[default]
    Leading,
    /// Evenly from the cleanest to the noisiest timestep.
    Linspace,
    /// From the noisiest timestep downwards; the cleanest is left out.
    Trailing,
}

impl Spacing {
    /// `steps` timesteps below `timesteps`, falling, with their fractions.
    pub(super) fn timesteps(self, steps: usize, timesteps: usize, offset: usize) -> Vec<f64> {
        match self {
            Self::Leading => leading(steps, timesteps / steps, offset),
            Self::Linspace => line(0.0, (timesteps - 1) as f64, steps).into_iter().rev().collect(),
            Self::Trailing => trailing(steps, timesteps),
        }
    }

    /// As [`Spacing::timesteps`] for the solvers that count one more step and leave out the cleanest.
    pub(super) fn timesteps_above_the_cleanest(self, steps: usize, timesteps: usize, offset: usize) -> Vec<f64> {
        let mut spread = match self {
            Self::Leading => leading(steps + 1, timesteps / (steps + 1), offset),
            Self::Linspace => line(0.0, (timesteps - 1) as f64, steps + 1).into_iter().rev().collect(),
            Self::Trailing => return trailing(steps, timesteps),
        };
        spread.truncate(steps);
        spread.into_iter().map(f64::round_ties_even).collect()
    }
}

fn leading(steps: usize, stride: usize, offset: usize) -> Vec<f64> {
    (0..steps).rev().map(|i| (i * stride + offset) as f64).collect()
}

/// Downwards in strides of timesteps / steps. The division is rounded as the reference rounds it, so for a few counts (61 of 1000) a
/// last timestep of -1 follows; it is kept, for pictures to be the same.
fn trailing(steps: usize, timesteps: usize) -> Vec<f64> {
    let (start, stride) = (timesteps as f64, timesteps as f64 / steps as f64);
    let count = (start / stride).ceil() as usize;
    let next = (start - stride) - start;
    (0..count).map(|i| (start + i as f64 * next).round_ties_even() - 1.0).collect()
}

/// `count` evenly spaced values from `first` to `last`.
pub(super) fn line(first: f64, last: f64, count: usize) -> Vec<f64> {
    let stride = (last - first) / (count.max(2) - 1) as f64;
    let value = |i| if i + 1 == count && i > 0 { last } else { i as f64 * stride + first };
    (0..count).map(value).collect()
}

/// Every k-th timestep of a distillation of `original` timesteps, `steps` of them, falling. `original` is at least `steps`.
pub(super) fn distilled(steps: usize, original: usize, timesteps: usize) -> Vec<f64> {
    let stride = timesteps / original;
    let share = original as f64 / steps as f64;
    (0..steps).map(|i| (i as f64 * share).floor() as usize).map(|i| ((original - i) * stride) as f64 - 1.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn timesteps_fall_and_stay_inside_the_training(steps in 1_usize..=1000) {
            for spacing in [Spacing::Leading, Spacing::Linspace, Spacing::Trailing] {
                let spread = spacing.timesteps(steps, 1000, 0);
                prop_assert!(spread.windows(2).all(|pair| pair[0] > pair[1]));
                prop_assert!(spread[0] <= 999.0 && spread[spread.len() - 1] >= -1.0);
            }
        }
    }

    #[test]
    fn trailing_gives_the_count_asked_for_where_rounding_tempts() {
        for steps in [3, 6, 7, 9, 12] {
            assert_eq!(Spacing::Trailing.timesteps(steps, 1000, 0).len(), steps);
        }
    }

    #[test]
    fn the_noisiest_timestep_comes_first_in_trailing_only_steps() {
        assert_eq!(Spacing::Trailing.timesteps(1, 1000, 1), [999.0]);
        assert_eq!(Spacing::Leading.timesteps(1, 1000, 1), [1.0]);
        assert_eq!(Spacing::Linspace.timesteps(1, 1000, 1), [0.0]);
    }

    #[test]
    fn distilled_timesteps_are_a_subset() {
        assert_eq!(distilled(4, 50, 1000), [999.0, 759.0, 499.0, 259.0]);
        assert_eq!(distilled(50, 50, 1000).len(), 50);
    }
}
