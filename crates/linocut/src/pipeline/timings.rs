//! Time spent in each stage.

use std::time::{Duration, Instant};

/// Time spent in each stage, summed over candidates and threads, in order of first use.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Timings(Vec<(&'static str, Duration)>);

impl Timings {
    /// Stages and their times.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, Duration)> + '_ {
        self.0.iter().copied()
    }

    /// Time spent in one stage; zero for one that did not run.
    #[must_use]
    pub fn of(&self, stage: &str) -> Duration {
        self.iter().find(|(name, _)| *name == stage).map_or(Duration::ZERO, |(_, time)| time)
    }

    pub(super) fn measure<T>(&mut self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.add(stage, start.elapsed());
        result
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        other.iter().for_each(|(stage, time)| self.add(stage, time));
    }

    fn add(&mut self, stage: &'static str, time: Duration) {
        match self.0.iter_mut().find(|(name, _)| *name == stage) {
            Some((_, sum)) => *sum += time,
            None => self.0.push((stage, time)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_one_stage_add_up() {
        let mut timings = Timings::default();
        timings.add("trace", Duration::from_millis(2));
        timings.add("score", Duration::from_millis(1));
        timings.add_all(&timings.clone());
        let all: Vec<_> = timings.iter().collect();
        assert_eq!(all, [("trace", Duration::from_millis(4)), ("score", Duration::from_millis(2))]);
        assert_eq!(timings.of("render"), Duration::ZERO);
    }
}
