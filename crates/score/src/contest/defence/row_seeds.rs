//! The seeds of the rows in a run of the contest's metric.

use super::random_state::RandomState;

/// The largest seed of a row; numpy's `randint` leaves out its upper bound of 2^31 - 1.
const MOST: u32 = (1 << 31) - 2;

/// The seed of each row's pictures, for rows in ascending order of id: `group_seed`. Never ends.
///
/// # Source
///
/// The contest's metric: `randint(0, 2**31 - 1)` for each row, from one generator for the run.
#[derive(Clone, Debug)]
pub struct RowSeeds {
    random: RandomState,
}

impl RowSeeds {
    /// The seeds of a run. `run_seed` is 0 in the deployed metric and by default.
    #[must_use]
    pub fn new(run_seed: u32) -> Self {
        Self { random: RandomState::new(run_seed) }
    }
}

impl Default for RowSeeds {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Iterator for RowSeeds {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        Some(self.random.up_to(MOST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rows_have_the_seeds_of_the_deployed_metric() {
        let seeds: Vec<_> = RowSeeds::default().take(6).collect();
        assert_eq!(seeds, [209_652_396, 398_764_591, 924_231_285, 1_478_610_112, 441_365_315, 1_537_364_731]);
    }

    #[test]
    fn another_run_has_other_seeds() {
        assert_ne!(RowSeeds::new(1).next(), RowSeeds::default().next());
    }
}
