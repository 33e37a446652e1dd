//! The time as a batch sees it.

use std::time::{Duration, Instant};

/// A clock that never goes back. A closure is one, so the passing of hours can be played in a test.
pub trait Clock: Sync {
    /// Time since some moment in the past, the same one for every call.
    fn now(&self) -> Duration;
}

impl<F: Fn() -> Duration + Sync> Clock for F {
    fn now(&self) -> Duration {
        self()
    }
}

/// The clock of the system.
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
