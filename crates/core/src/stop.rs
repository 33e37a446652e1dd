//! Cancellation, deadlines and progress reports.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The progress of a stage.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Progress<'a> {
    /// Name of the stage.
    pub stage: &'a str,
    /// Share that is done, 0 to 1.
    pub done: f32,
}

type Listener = Arc<dyn Fn(Progress<'_>) + Send + Sync>;
type Condition = Arc<dyn Fn() -> bool + Send + Sync>;

/// A cancel flag, an optional deadline, an optional condition and an optional listener for progress.
///
/// Stages poll [`Stop::requested`] at least every 50 ms; once it is set, they return the best result they have, or an error if
/// they have none. Only this type and the pipeline read a clock: without a deadline, results do not depend on time. Clones
/// share the flag.
#[derive(Clone, Default)]
pub struct Stop {
    cancelled: Arc<AtomicBool>,
    deadline: Option<Instant>,
    condition: Option<Condition>,
    listener: Option<Listener>,
}

impl Stop {
    /// No deadline: stops only when [`Stop::cancel`] is called.
    #[must_use]
    pub fn never() -> Self {
        Self::default()
    }

    /// A deadline this long from now. If the clock cannot represent that time, there is no deadline.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self::never().within(time)
    }

    /// The same flag and listener, with a deadline this long from now or the present one, whichever is earlier.
    #[must_use]
    pub fn within(&self, time: Duration) -> Self {
        let new = Instant::now().checked_add(time);
        let deadline = match (self.deadline, new) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self { deadline, ..self.clone() }
    }

    /// The same flag, deadline and listener, but it also stops when `condition` returns true. That is asked on every poll, from any
    /// thread, so it should return at once.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU32, Ordering};
    ///
    /// let polls = AtomicU32::new(0);
    /// let stop = linocut_core::Stop::never().when(move || polls.fetch_add(1, Ordering::Relaxed) >= 2);
    /// assert_eq!([stop.requested(), stop.requested(), stop.requested()], [false, false, true]);
    /// ```
    #[must_use]
    pub fn when(&self, condition: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { condition: Some(Arc::new(condition)), ..self.clone() }
    }

    /// The same flag and deadline, with a listener for progress. It may be called from several threads.
    #[must_use]
    pub fn listening(&self, listener: impl Fn(Progress<'_>) + Send + Sync + 'static) -> Self {
        Self { listener: Some(Arc::new(listener)), ..self.clone() }
    }

    /// Asks everything that shares this flag to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether to stop now: cancelled, past the deadline, or on its condition.
    #[must_use]
    pub fn requested(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
            || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
            || self.condition.as_ref().is_some_and(|condition| condition())
    }

    /// Time left until the deadline; `None` without one.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Reports the progress of `stage` to the listener, as a share of 0 to 1.
    pub fn report(&self, stage: &str, done: f32) {
        if let Some(listener) = &self.listener {
            listener(Progress { stage, done });
        }
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stop")
            .field("cancelled", &self.cancelled.load(Ordering::Relaxed))
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn clones_share_the_flag() {
        let stop = Stop::never();
        let clone = stop.within(Duration::from_secs(1000));
        assert!(!clone.requested());
        stop.cancel();
        assert!(clone.requested());
    }

    #[test]
    fn the_earlier_deadline_holds() {
        let stop = Stop::after(Duration::ZERO).within(Duration::from_secs(1000));
        assert!(stop.requested());
        assert_eq!(Stop::never().remaining(), None);
    }

    #[test]
    fn a_deadline_beyond_the_clock_is_none() {
        assert!(!Stop::after(Duration::MAX).requested());
    }

    #[test]
    fn listeners_hear_progress() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&heard);
        let stop = Stop::never().listening(move |p| log.lock().unwrap().push((p.stage.to_owned(), p.done)));
        stop.report("trace", 0.5);
        assert_eq!(*heard.lock().unwrap(), [("trace".to_owned(), 0.5)]);
    }
}
