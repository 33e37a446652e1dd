//! The clock of a batch, which tests can replace.

use std::time::{Duration, Instant};

/// A clock that never goes back. A closure is one, so that tests can let hours pass.
pub trait Clock: Sync {
    /// Time since a fixed moment in the past.
    fn now(&self) -> Duration;
}

impl<F: Fn() -> Duration + Sync> Clock for F {
    fn now(&self) -> Duration {
        self()
    }
}

/// The monotonic clock of the system.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}
