//! Seeded chance.

use linocut_core::derive_seed;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// A seeded source of numbers and choices.
#[derive(Clone, Debug)]
pub(crate) struct Dice(Pcg64Mcg);

impl Dice {
    /// Dice number `stream` of the picture's seed: streams have nothing in common, so that a change in how one part of
    /// the picture is drawn leaves the others as they are.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        Self(Pcg64Mcg::seed_from_u64(derive_seed(seed, stream + 1)))
    }

    /// A number in 0..1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number in `from..to`.
    pub(crate) fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    /// A number within `reach` of 0.
    pub(crate) fn jitter(&mut self, reach: f64) -> f64 {
        self.between(-reach, reach)
    }

    /// A whole number in `from..=to`.
    pub(crate) fn whole(&mut self, from: usize, to: usize) -> usize {
        from + (self.unit() * (to.saturating_sub(from) + 1) as f64) as usize
    }

    /// True with this probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of the items, which must not be empty.
    pub(crate) fn pick<T: Copy, const N: usize>(&mut self, items: [T; N]) -> T {
        const { assert!(N > 0, "nothing to pick from") };
        items[self.whole(0, N - 1).min(N - 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let draw = |seed, stream| Dice::new(seed, stream).unit();
        assert_eq!(draw(3, 1), draw(3, 1));
        assert_ne!(draw(3, 1), draw(3, 2));
        assert_ne!(draw(3, 1), draw(4, 1));
    }

    #[test]
    fn whole_numbers_reach_both_ends() {
        let mut dice = Dice::new(0, 0);
        let numbers: Vec<usize> = (0..100).map(|_| dice.whole(2, 4)).collect();
        assert!((2..=4).all(|n| numbers.contains(&n)) && numbers.iter().all(|n| (2..=4).contains(n)));
    }
}
