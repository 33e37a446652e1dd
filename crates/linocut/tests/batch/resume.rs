//! A batch goes on where it was ended.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use linocut::{Outcome, Prompt, Stop};

use crate::squares::{assert_complete, batch, finished, outcome, rows, run, squares};

#[test]
fn finished_rows_are_never_drawn_again() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &rows(4));
    let mut all = rows(9);
    all.reverse();
    let drawn = Mutex::new(Vec::new());
    let draw = |prompt: &Prompt, stop: &Stop| {
        drawn.lock().unwrap().push(prompt.text.clone());
        squares(prompt, stop)
    };
    let summary = batch(home.path()).run(&all, draw, &Stop::never(), |_| {}).unwrap();
    assert_eq!((summary.drawn, summary.finished_before), (5, 4));
    let expected: Vec<_> = all[..5].iter().map(|row| row.description.clone()).collect();
    assert_eq!(*drawn.lock().unwrap(), expected);
    assert_complete(home.path(), &rows(9));
}

#[test]
fn a_torn_last_line_is_drawn_again() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &rows(3));
    let log = home.path().join("results.jsonl");
    let text = fs::read(&log).unwrap();
    fs::write(&log, &text[..text.len() - 20]).unwrap();
    fs::write(home.path().join(".id002.svg.unfinished"), "<svg xmlns=").unwrap();
    assert_eq!(run(home.path(), &rows(3)).drawn, 1);
    assert_complete(home.path(), &rows(3));
}

#[test]
fn what_is_cut_short_by_a_stop_is_left_for_the_next_run() {
    let home = tempfile::tempdir().unwrap();
    let stop = Stop::never();
    let draw = |prompt: &Prompt, stop: &Stop| {
        let cut_short = prompt.text.ends_with('3');
        if cut_short {
            stop.cancel();
        }
        Ok(Outcome { cut_short, ..outcome(prompt, None) })
    };
    let summary = batch(home.path()).run(&rows(9), draw, &stop, |_| {}).unwrap();
    assert_eq!((summary.drawn, summary.left), (3, 6));
    assert_eq!(finished(home.path()), ["id000", "id001", "id002"]);
    run(home.path(), &rows(9));
    assert_complete(home.path(), &rows(9));
}

/// A process that is being started holds copies of all open files until its program begins, that of a lock included.
#[test]
fn a_folder_is_free_once_its_batch_has_returned_even_while_processes_start() {
    let home = tempfile::tempdir().unwrap();
    let is_done = AtomicBool::new(false);
    let start_processes = || {
        let program = std::env::current_exe().unwrap();
        while !is_done.load(Ordering::Relaxed) {
            let mut command = Command::new(&program);
            command.args(["--exact", "no test of this name"]).stdout(Stdio::null()).status().unwrap();
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(start_processes);
        scope.spawn(start_processes);
        let outcomes: Vec<_> = (0..200).map(|_| batch(home.path()).run(&[], squares, &Stop::never(), |_| {})).collect();
        is_done.store(true, Ordering::Relaxed);
        let refused = outcomes.iter().filter(|outcome| outcome.is_err()).count();
        assert_eq!(refused, 0, "of 200 batches one after the other");
    });
}
