//! A batch that is killed again and again.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use linocut::core::derive_seed;
use linocut::{Batch, BatchOptions, Prompt, Stop};

use crate::squares::{assert_complete, rows, run, squares};

/// Folder of the batch that is to be killed.
const FOLDER: &str = "LINOCUT_TEST_BATCH_FOLDER";
/// Rows of that batch.
const ROWS: usize = 60;

/// The process that is killed: draws two rows and then waits for its end. Each row that is begun is noted
/// in a file beside the folder.
#[test]
#[ignore = "is started and killed by `nothing_is_lost_when_killed_in_a_loop`"]
fn a_batch_to_be_killed() {
    let Some(out) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let begun = Mutex::new(fs::File::options().create(true).append(true).open(out.with_extension("begun")).unwrap());
    let count = AtomicUsize::new(0);
    let draw = |prompt: &Prompt, stop: &Stop| {
        if count.fetch_add(1, Ordering::Relaxed) >= 2 {
            std::thread::sleep(Duration::from_secs(60));
        }
        writeln!(begun.lock().unwrap(), "{}", prompt.text).unwrap();
        squares(prompt, stop)
    };
    let options = BatchOptions { jobs: 2, ..BatchOptions::default() };
    Batch::new(out, options).run(&rows(ROWS), draw, &Stop::never(), |_| {}).unwrap();
}

fn start(out: &Path) -> Child {
    let arguments = ["--ignored", "--exact", "killed::a_batch_to_be_killed"];
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments).env(FOLDER, out).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Waits until the log has grown by this many lines.
fn wait_for_lines(out: &Path, lines: usize) {
    let begin = Instant::now();
    let log = out.join("results.jsonl");
    while fs::read(&log).unwrap_or_default().iter().filter(|&&byte| byte == b'\n').count() < lines {
        assert!(begin.elapsed() < Duration::from_secs(30), "the batch does not go on");
        std::thread::sleep(Duration::from_micros(200));
    }
}

#[test]
fn nothing_is_lost_when_killed_in_a_loop() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("out");
    let begun = || fs::read_to_string(out.with_extension("begun")).unwrap_or_default();
    let (mut known, mut torn) = (0, 0);
    for kill in 0..20 {
        let before = begun().len();
        let done: Vec<String> = whole_lines(&out);
        let mut child = start(&out);
        // One row or none, and a little more, so that it may be hit anywhere within the next.
        wait_for_lines(&out, known + (kill % 2) as usize);
        std::thread::sleep(Duration::from_micros(derive_seed(3, kill) % 6000));
        assert!(child.try_wait().unwrap().is_none(), "the batch ended before it was killed");
        child.kill().unwrap();
        child.wait().unwrap();
        let again = begun()[before..].lines().filter(|text| done.contains(&(*text).to_owned())).count();
        assert_eq!(again, 0, "a finished row was drawn again");
        known = whole_lines(&out).len();
        torn += usize::from(unfinished(&out));
    }
    assert!((10..ROWS).contains(&known), "{known} rows after 20 kills");
    println!("{known} rows finished in 20 runs that were killed, {torn} of them while an SVG was written");
    assert_eq!(run(&out, &rows(ROWS)).left, 0);
    assert_complete(&out, &rows(ROWS));
}

/// Descriptions of the rows that the log has whole lines for.
fn whole_lines(out: &Path) -> Vec<String> {
    let text = fs::read_to_string(out.join("results.jsonl")).unwrap_or_default();
    let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    let description =
        |line| serde_json::from_str::<serde_json::Value>(line).unwrap()["description"].as_str().map(str::to_owned);
    whole.filter_map(description).collect()
}

fn unfinished(out: &Path) -> bool {
    let mut entries = fs::read_dir(out).into_iter().flatten();
    entries.any(|entry| entry.unwrap().path().extension().is_some_and(|ending| ending == "unfinished"))
}
