//! A batch keeps to its time.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use linocut::core::derive_seed;
use linocut::{Batch, BatchOptions, Prompt, Stop};

use crate::squares::{rows, squares};

/// 500 descriptions in 9 hours, 5 minutes each, on a clock of our own: a fifth is done at once, a fifth wants more time
/// than there is and is late by up to 5 s, the rest takes up to 100 s.
#[test]
fn the_contest_rule_holds_on_a_simulated_clock() {
    let home = tempfile::tempdir().unwrap();
    let now = AtomicU64::new(0);
    let given = Mutex::new(Vec::new());
    let draw = |prompt: &Prompt, stop: &Stop| {
        let time = stop.remaining().unwrap().as_millis() as u64;
        let mut given = given.lock().unwrap();
        given.push(time);
        let number = derive_seed(7, given.len() as u64);
        let taken = match given.len() % 5 {
            0 => 1,
            1 => time + number % 5000,
            _ => time.min(number % 100_000),
        };
        now.fetch_add(taken, Ordering::Relaxed);
        squares(prompt, stop)
    };
    let time = |seconds| Some(Duration::from_secs(seconds));
    let options = BatchOptions { time_each: time(300), time_total: time(9 * 3600), ..BatchOptions::default() };
    let clock = || Duration::from_millis(now.load(Ordering::Relaxed));
    let batch = Batch { out: home.path().to_path_buf(), options, clock };
    let mut slowest = 0.0_f64;
    let summary = batch
        .run(&rows(500), draw, &Stop::never(), |record| slowest = slowest.max(record.seconds.unwrap_or(f64::NAN)))
        .unwrap();
    assert_eq!((summary.drawn, summary.left), (500, 0));
    assert!(summary.elapsed <= Duration::from_secs(9 * 3600) && slowest <= 300.0, "{summary} {slowest}");
    let given = given.into_inner().unwrap();
    assert!(given.iter().min() > Some(&50_000) && given.last() > Some(&100_000), "{given:?}");
}
