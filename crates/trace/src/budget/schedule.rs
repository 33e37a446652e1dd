//! The schedule of a search: the share of work done, the price of a byte, the heat of annealing.

use std::time::Duration;

use linocut_core::Stop;

/// The amount of work of a search.
#[derive(Clone, Copy, PartialEq, Debug)]
#[non_exhaustive]
pub enum Work {
    /// Number of sweeps (visits to every vertex), 1 to 100,000. The result is the same on every machine.
    Sweeps(u32),
    /// Time, 0.01 to 3600 s, or until the task's deadline if that is earlier. The result varies with the machine.
    Time(Duration),
}

/// The clock of a search.
#[derive(Debug)]
pub(crate) struct Pace {
    work: Work,
    stop: Stop,
    begun: Duration,
}

impl Pace {
    pub(crate) fn new(work: Work, stop: &Stop) -> Self {
        let stop = match work {
            Work::Sweeps(_) => stop.clone(),
            Work::Time(time) => stop.within(time),
        };
        let begun = stop.remaining().unwrap_or_default();
        Self { work, stop, begun }
    }

    /// The time for the work, where it is bounded by time.
    pub(crate) const fn time(&self) -> Option<Duration> {
        match self.work {
            Work::Time(time) => Some(time),
            Work::Sweeps(_) => None,
        }
    }

    /// Half of the time that is left, or all sweeps.
    pub(crate) fn half(&self) -> Work {
        match self.rest() {
            Work::Time(time) => Work::Time(time / 2),
            sweeps => sweeps,
        }
    }

    /// The time that is left, or all sweeps.
    pub(crate) fn rest(&self) -> Work {
        match self.work {
            Work::Time(time) => Work::Time(self.stop.remaining().unwrap_or(time)),
            sweeps => sweeps,
        }
    }

    pub(crate) fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Whether there is work enough to fill the budget again after the grid has become finer.
    pub(crate) fn is_ample(&self) -> bool {
        match self.work {
            Work::Sweeps(sweeps) => sweeps >= AMPLE_SWEEPS,
            Work::Time(time) => time >= AMPLE_TIME,
        }
    }

    /// Whether there is work enough for the areas of pixels to pay, which take longer to count than samples.
    pub(crate) fn affords_areas(&self) -> bool {
        match self.work {
            Work::Sweeps(sweeps) => sweeps >= AMPLE_SWEEPS,
            Work::Time(time) => time >= AREAS_TIME,
        }
    }

    /// Whether there is work enough to look for lines and to search twice.
    pub(crate) fn affords_strokes(&self) -> bool {
        match self.work {
            Work::Sweeps(sweeps) => sweeps >= AMPLE_SWEEPS,
            Work::Time(time) => time >= STROKES_TIME,
        }
    }

    /// Share of the work done before this sweep, 0 to 1.
    pub(crate) fn progress(&self, sweep: u32) -> f64 {
        let done = match (self.work, self.stop.remaining()) {
            (Work::Time(_), Some(left)) => 1.0 - left.as_secs_f64() / self.begun.as_secs_f64().max(1e-9),
            (Work::Sweeps(sweeps), _) => f64::from(sweep) / f64::from(sweeps.max(1)),
            (Work::Time(_), None) => 0.0,
        };
        if self.stop.requested() { 1.0 } else { done.clamp(0.0, 1.0) }
    }
}

/// Least work in which a finer grid pays.
const AMPLE_SWEEPS: u32 = 12;
const AMPLE_TIME: Duration = Duration::from_millis(500);
/// Least time for strokes: each of two searches gets close to half of it.
const STROKES_TIME: Duration = Duration::from_secs(2);

/// Least time in which areas pay.
const AREAS_TIME: Duration = Duration::from_secs(1);

/// Share of the work after which an oversized start should fit the budget.
const SHRUNK: f64 = 0.25;
/// Share of the work after which annealing ends.
const COLD: f64 = 0.8;
/// Share of the work after which nothing may go over the budget.
pub(crate) const STRICT: f64 = 0.75;

/// The price of a byte, controlled so that the drawing fills its budget.
///
/// A rising price shrinks an oversized start. From then on the price rises by a few percent a sweep while the drawing
/// is over its budget and falls while it is below.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Price {
    /// Error that a byte must save.
    pub(crate) lambda: f64,
    budget: i32,
    /// Bytes of the start as a share of the budget, while they are still above it.
    surplus: Option<f64>,
}

impl Price {
    /// The price for a start with this error and size.
    pub(crate) fn new(error: f64, bytes: i32, budget: i32) -> Self {
        // Below what the first sweeps settle at, for pictures of all kinds.
        let lambda = (0.03 * error / f64::from(budget)).max(1.0);
        Self { lambda, budget, surplus: (bytes > budget).then(|| f64::from(bytes) / f64::from(budget)) }
    }

    /// Sets the price for the next sweep of a drawing of `bytes` bytes.
    pub(crate) fn adapt(&mut self, bytes: i32, progress: f64) {
        let fill = f64::from(bytes) / f64::from(self.budget);
        self.lambda *= if let Some(surplus) = self.surplus {
            if fill <= 1.0 {
                self.surplus = None;
                0.4
            } else {
                let wanted = 1.0 + (surplus - 1.0) * (1.0 - progress / SHRUNK).max(0.0);
                (fill / wanted).powi(4).clamp(if progress < 0.5 { 0.8 } else { 1.5 }, 3.0)
            }
        } else if fill > 1.0 {
            if progress < STRICT { 1.08 } else { 1.25 }
        } else if fill < 0.97 {
            (1.0 - 5.0 * (1.0 - fill)).max(0.6)
        } else {
            0.92
        };
        self.lambda = self.lambda.clamp(1e-3, 1e15);
    }

    /// Bytes that a sweep may add to a drawing of `bytes` bytes.
    pub(crate) fn room(&self, bytes: i32, progress: f64) -> i32 {
        let slack = if progress < STRICT { self.budget / 50 } else { 0 };
        self.budget + slack - bytes
    }

    /// Mean loss that annealing accepts at random; `patience` bytes' worth at the beginning.
    pub(crate) fn heat(&self, progress: f64, patience: f64) -> f64 {
        self.lambda * patience * (1.0 - progress / COLD).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sweeps_and_deadlines_both_end() {
        let pace = Pace::new(Work::Sweeps(4), &Stop::never());
        assert_eq!([0, 2, 4, 9].map(|sweep| pace.progress(sweep)), [0.0, 0.5, 1.0, 1.0]);
        let pace = Pace::new(Work::Time(Duration::from_secs(3600)), &Stop::after(Duration::ZERO));
        assert_eq!(pace.progress(0), 1.0);
    }

    #[test]
    fn the_price_follows_the_fill() {
        let mut price = Price::new(1e6, 4000, 1000);
        let mut last = price.lambda;
        price.adapt(4000, 0.1);
        assert!(price.lambda > last);
        price.adapt(990, 0.2);
        last = price.lambda;
        price.adapt(1010, 0.3);
        assert!(price.lambda > last);
        last = price.lambda;
        price.adapt(900, 0.4);
        assert!(price.lambda < last);
        assert!(price.surplus.is_none());
    }

    #[test]
    fn late_sweeps_stay_within_the_budget() {
        let price = Price::new(1e6, 4000, 1000);
        assert_eq!((price.room(1000, 0.1), price.room(1000, 0.9), price.room(1300, 0.9)), (20, 0, -300));
        assert_eq!(price.heat(0.9, 1.0), 0.0);
    }
}
