//! Longer contexts: slower rotations of positions, as in Llama 3.

use std::f64::consts::TAU;

/// How a model that was trained on a shorter context turns more slowly, so that it sees a longer one.
///
/// Waves longer than `length / low` become `factor` times as long, those shorter than `length / high` stay, those between are mixed.
///
/// # Source
///
/// transformers 4.51, `modeling_rope_utils.py`, type `llama3`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RotaryScaling {
    /// How many times as long the longest waves become.
    pub factor: f64,
    /// Waves of the training context that are the longest to be mixed.
    pub low: f64,
    /// Waves of the training context that are the shortest to be mixed.
    pub high: f64,
    /// Tokens of the training context.
    pub length: usize,
}

impl RotaryScaling {
    /// The angle per position that takes the place of one.
    pub(super) fn slowed(&self, speed: f64) -> f64 {
        let waves = self.length as f64 * speed / TAU;
        if waves < self.low {
            return speed / self.factor;
        }
        if waves > self.high {
            return speed;
        }
        let share = (waves - self.low) / (self.high - self.low);
        (1.0 - share) * speed / self.factor + share * speed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_waves_become_longer_and_short_ones_stay() {
        let scaling = RotaryScaling { factor: 8.0, low: 1.0, high: 4.0, length: 1000 };
        let of_waves = |waves: f64| waves * TAU / 1000.0;
        assert!((scaling.slowed(of_waves(0.5)) - of_waves(0.5) / 8.0).abs() < 1e-12);
        assert!((scaling.slowed(of_waves(5.0)) - of_waves(5.0)).abs() < 1e-12);
        let middle = of_waves(2.5);
        assert!((scaling.slowed(middle) - (middle / 16.0 + middle / 2.0)).abs() < 1e-12);
    }
}
