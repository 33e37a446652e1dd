//! Divides the remaining time of a batch among its remaining rows.

use std::time::Duration;

/// Bounds on time, for a number of rows.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Limits {
    /// Most time for one row.
    pub(super) each: Option<Duration>,
    /// Most time for all rows.
    pub(super) total: Option<Duration>,
    /// Share of both that is kept back for rows that take longer than they were given.
    pub(super) reserve: f64,
    /// Rows at the same time.
    pub(super) jobs: usize,
}

/// A row's turn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Turn {
    /// Number of the row, from 0.
    pub(super) index: usize,
    /// When it began.
    pub(super) start: Duration,
    /// The time that it is given; `None` is any.
    pub(super) time: Option<Duration>,
}

/// Gives every row an equal share of the time left, so that what one row leaves over or takes too much is spread over all
/// that follow.
///
/// Rows take longer than they are given. The mean of that is taken off every share, so that the last rows do not pay for
/// the first; the most of it, or the reserve if that is more, is kept free at the end. So the total holds as long as no
/// row takes longer than given by more than the reserve or any row before it. Without enough time for that, no row begins.
#[derive(Debug)]
pub(super) struct Schedule {
    limits: Limits,
    start: Duration,
    rows: usize,
    begun: usize,
    running: Vec<Turn>,
    /// Sum of the times that finished rows took beyond those given, in seconds.
    excess: f64,
    /// The most of them, in seconds.
    worst: f64,
}

impl Schedule {
    pub(super) const fn new(limits: Limits, rows: usize, now: Duration) -> Self {
        Self { limits, start: now, rows, begun: 0, running: Vec::new(), excess: 0.0, worst: 0.0 }
    }

    /// The next row and its time; `None` when there is no row or no time left.
    pub(super) fn begin(&mut self, now: Duration) -> Option<Turn> {
        if self.begun == self.rows {
            return None;
        }
        let share = match self.limits.total {
            Some(total) => Some(self.share(total, now)?),
            None => None,
        };
        let each = self.limits.each.map(|each| self.most(each));
        let time = share.into_iter().chain(each).reduce(f64::min);
        let time = time.map(|time| Duration::try_from_secs_f64(time.max(0.0)).unwrap_or(Duration::MAX));
        let turn = Turn { index: self.begun, start: now, time };
        self.begun += 1;
        self.running.push(turn);
        Some(turn)
    }

    /// Takes note of when a row was finished.
    pub(super) fn end(&mut self, turn: &Turn, now: Duration) {
        self.running.retain(|running| running.index != turn.index);
        let given = turn.time.unwrap_or(Duration::MAX);
        let excess = now.saturating_sub(turn.start).saturating_sub(given).as_secs_f64();
        self.excess += excess;
        self.worst = self.worst.max(excess);
    }

    /// Most time for one row, in seconds: its limit less what rows take beyond.
    fn most(&self, each: Duration) -> f64 {
        let each = each.as_secs_f64();
        each - (self.limits.reserve * each).max(self.worst).min(each / 2.0)
    }

    /// A row's equal share of the time left, in seconds; `None` if there is too little to begin a row.
    fn share(&self, total: Duration, now: Duration) -> Option<f64> {
        let end = self.start.saturating_add(total);
        let margin = (self.limits.reserve * total.as_secs_f64()).max(self.worst);
        let left = end.saturating_sub(now).as_secs_f64() - margin;
        if left <= 0.0 {
            return None;
        }
        let taken = |turn: &Turn| turn.start.saturating_add(turn.time.unwrap_or_default()).saturating_sub(now);
        let taken: f64 = self.running.iter().map(|turn| taken(turn).as_secs_f64()).sum();
        let free = (left * self.limits.jobs as f64 - taken) / (self.rows - self.begun) as f64;
        let finished = self.begun - self.running.len();
        let excess = if finished == 0 { 0.0 } else { self.excess / finished as f64 };
        Some((free - excess).min(left))
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64Mcg;

    use super::*;

    const EACH: f64 = 300.0;
    const TOTAL: f64 = 9.0 * 3600.0;

    fn contest(jobs: usize) -> Limits {
        let time = |seconds| Some(Duration::from_secs_f64(seconds));
        Limits { each: time(EACH), total: time(TOTAL), reserve: 0.02, jobs }
    }

    /// Plays a batch: `takes(row, given)` is how long a row takes, in seconds. Gives what each was given, and the end.
    fn play(limits: Limits, rows: usize, mut takes: impl FnMut(usize, f64) -> f64) -> (Vec<f64>, f64) {
        let mut schedule = Schedule::new(limits, rows, Duration::from_secs(77));
        let (mut given, mut running, mut now) = (Vec::new(), Vec::<(f64, Turn)>::new(), 77.0);
        loop {
            let next = if running.len() < limits.jobs { schedule.begin(Duration::from_secs_f64(now)) } else { None };
            if let Some(turn) = next {
                given.push(turn.time.unwrap().as_secs_f64());
                running.push((now + takes(turn.index, given[turn.index]), turn));
                continue;
            }
            let Some(first) = (0..running.len()).min_by(|&a, &b| running[a].0.total_cmp(&running[b].0)) else {
                return (given, now - 77.0);
            };
            let (end, turn) = running.swap_remove(first);
            now = end;
            schedule.end(&turn, Duration::from_secs_f64(now));
        }
    }

    #[test]
    fn equal_rows_get_equal_times_and_all_of_it() {
        for jobs in [1, 2, 7] {
            let (given, end) = play(contest(jobs), 500, |_, given| given);
            let share = (0.98 * TOTAL * jobs as f64 / 500.0).min(0.98 * EACH);
            assert!(given.iter().all(|given| (given - share).abs() < 0.1 * share), "{given:?}");
            assert!(end <= 0.98 * TOTAL + 1e-3 && (end > 0.95 * TOTAL || jobs == 7), "{jobs}: {end}");
        }
    }

    #[test]
    fn unused_time_flows_to_later_rows() {
        let (given, end) = play(contest(1), 500, |row, given| if row < 400 { 1.0 } else { given });
        assert!(given[399] > 4.0 * given[0] && given[499] > 290.0, "{} {}", given[399], given[499]);
        assert!(given.iter().all(|&given| given <= EACH) && end < TOTAL);
    }

    #[test]
    fn slow_rows_early_do_not_starve_later_ones() {
        // They would take any time, and take it too late to be stopped.
        let (given, end) = play(contest(1), 500, |row, given| if row < 250 { given + 20.0 } else { given });
        let least = given.iter().copied().fold(f64::INFINITY, f64::min);
        assert!(given.len() == 500 && least > 0.6 * given[0], "{least} of {}", given[0]);
        assert!(end < TOTAL);
    }

    #[test]
    fn without_time_no_row_begins() {
        let none = Limits { total: Some(Duration::ZERO), ..contest(1) };
        assert_eq!(Schedule::new(none, 3, Duration::ZERO).begin(Duration::ZERO), None);
        let (given, end) = play(contest(1), 500, |row, given| if row == 9 { TOTAL } else { given });
        assert_eq!(given.len(), 10);
        assert!(end > TOTAL);
    }

    #[test]
    fn without_limits_rows_take_any_time() {
        let limits = Limits { each: None, total: None, ..contest(1) };
        let turn = Schedule::new(limits, 1, Duration::ZERO).begin(Duration::MAX).unwrap();
        assert_eq!(turn.time, None);
        let limits = Limits { each: Some(Duration::MAX), total: Some(Duration::MAX), ..contest(3) };
        let mut schedule = Schedule::new(limits, 2, Duration::ZERO);
        assert!(schedule.begin(Duration::ZERO).is_some() && schedule.begin(Duration::MAX / 3).is_some());
    }

    /// Whatever rows take within the reserve, no row gets more than its limit and the total holds.
    #[test]
    fn the_contest_rule_holds() {
        for seed in 0..256 {
            let mut random = Pcg64Mcg::seed_from_u64(seed);
            let (rows, jobs, over) =
                (random.random_range(1..600), random.random_range(1..5), random.random_range(0.0..600.0));
            let (given, end) = play(contest(jobs), rows, |_, given| {
                let share = random.random_range(0.0..1.5);
                if share < 1.0 { share * given } else { given + random.random_range(0.0..over) }
            });
            assert!(given.iter().all(|&given| given <= EACH), "seed {seed}: {given:?}");
            assert!(end <= TOTAL, "seed {seed}: {end}");
        }
    }

    /// As long as rows keep to their time, every row gets some.
    #[test]
    fn no_row_is_left_out() {
        for seed in 0..256 {
            let mut random = Pcg64Mcg::seed_from_u64(seed);
            let (rows, jobs) = (random.random_range(1..600), random.random_range(1..5));
            let (given, _) = play(contest(jobs), rows, |_, given| random.random_range(0.0..=1.0) * given);
            let fair = (0.98 * TOTAL / rows as f64).min(0.98 * EACH);
            assert_eq!(given.len(), rows, "seed {seed}");
            assert!(given.iter().all(|&given| given > 0.9 * fair), "seed {seed}: {given:?}");
        }
    }
}
