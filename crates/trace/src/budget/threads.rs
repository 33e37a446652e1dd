//! Threads, where there are any: the only place of the crate that starts some.

/// Runs the same work on as many as `count` threads, the caller's among them, until all are done.
#[cfg(feature = "threads")]
pub(crate) fn on_all(count: usize, work: impl Fn() + Sync) {
    std::thread::scope(|scope| {
        for _ in 1..count {
            scope.spawn(&work);
        }
        work();
    });
}

/// Runs the work on the caller's thread.
#[cfg(not(feature = "threads"))]
pub(crate) fn on_all(_: usize, work: impl Fn() + Sync) {
    work();
}

/// How many threads the machine runs at a time.
#[cfg(feature = "threads")]
pub(crate) fn of_machine() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// One: there is none but the caller's.
#[cfg(not(feature = "threads"))]
pub(crate) const fn of_machine() -> usize {
    1
}
