//! Threads, where there are any: the only place of the crate that starts some.

use std::ops::Range;
use std::sync::Mutex;

/// Strips into which rows are divided, whatever the number of threads, so that sums over them do not depend on it.
const STRIPS: usize = 4;

/// What `work` finds in each of a few strips of rows, from top to bottom, which begin at multiples of `step`; `None` if it is for one
/// of them.
pub(crate) fn in_strips<T: Send>(
    threads: usize,
    rows: usize,
    step: usize,
    work: impl Fn(Range<usize>) -> Option<T> + Sync,
) -> Option<Vec<T>> {
    let height = rows.div_ceil(step).div_ceil(STRIPS).max(1) * step;
    let strips = (0..rows).step_by(height).map(|top| top..(top + height).min(rows));
    let queue = Mutex::new(strips.enumerate().collect::<Vec<_>>());
    let found = Mutex::new(Vec::with_capacity(STRIPS));
    on_all(threads.min(STRIPS), || {
        while let Some((index, strip)) = queue.lock().ok().and_then(|mut queue| queue.pop()) {
            let part = work(strip);
            if let Ok(mut found) = found.lock() {
                found.push((index, part));
            }
        }
    });
    let mut found = found.into_inner().unwrap_or_default();
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, part)| part).collect()
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_hold_every_row_once_in_order() {
        for (rows, step) in [(1, 1), (3, 4), (37, 4), (384, 4), (384, 1), (5, 1)] {
            for threads in [1, 3] {
                let strips = in_strips(threads, rows, step, Some).unwrap();
                assert!(strips.iter().all(|strip| strip.start % step == 0) && strips.len() <= STRIPS);
                assert_eq!(strips.into_iter().flatten().collect::<Vec<_>>(), (0..rows).collect::<Vec<_>>());
            }
        }
        assert_eq!(in_strips(2, 0, 4, Some), Some(Vec::new()));
        assert_eq!(in_strips(2, 40, 4, |strip| (strip.start == 0).then_some(())), None);
    }
}
