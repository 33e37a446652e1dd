//! What a batch promises, with pictures that are made at once.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use image::RgbImage;
use linocut::batch::{Record, Row, Summary, read_rows};
use linocut::core::derive_seed;
use linocut::pipeline::Timings;
use linocut::svg::{Color, Geometry, Shape};
use linocut::{
    Batch, BatchError, BatchOptions, Candidate, Drawing, Effort, Origin, Outcome, PipelineError, Profile, Prompt,
    Scores, Source, Stop, check,
};

/// A picture of many squares that depends on the description.
fn drawing(prompt: &Prompt) -> Drawing {
    let number =
        |i| derive_seed(prompt.text.bytes().fold(prompt.seed + 1, |sum, byte| sum * 31 % 9973 + u64::from(byte)), i);
    let square = |i| {
        let (x, y) = ((number(i) % 90) as i32, (number(i) / 90 % 90) as i32);
        Shape::filled(Geometry::rect(x, y, 10, 10), Color::from_hex((number(i) >> 20) as u32 & 0xff_ffff))
    };
    Drawing { shapes: (1..100).map(square).collect(), ..Drawing::new(100, 100) }
}

fn outcome(prompt: &Prompt, picture: Option<Arc<RgbImage>>) -> Outcome {
    let drawing = drawing(prompt);
    let candidate = Candidate {
        origin: Origin { source: Source::Drawer("squares".to_owned()), index: 0, seed: prompt.seed },
        effort: Effort::Full,
        svg: check(drawing.write().as_str(), &Profile::CONTEST).unwrap(),
        drawing,
        image: RgbImage::new(1, 1),
        picture,
        unused_words: Vec::new(),
        scores: Scores { total: 0.75, parts: vec![("likeness".into(), 0.5), ("coverage".into(), 1.0)] },
    };
    Outcome {
        candidates: vec![candidate],
        best: 0,
        failures: Vec::new(),
        cut_short: false,
        timings: Timings::default(),
        elapsed: Duration::ZERO,
    }
}

fn squares(prompt: &Prompt, _: &Stop) -> Result<Outcome, PipelineError> {
    Ok(outcome(prompt, None))
}

fn rows(count: usize) -> Vec<Row> {
    (0..count).map(|i| Row::new(format!("id{i:03}"), format!("a boat, number {i}"))).collect()
}

fn batch(out: &Path) -> Batch {
    Batch::new(out, BatchOptions::default())
}

fn run(out: &Path, rows: &[Row]) -> Summary {
    batch(out).run(rows, squares, &Stop::never(), |_| {}).unwrap()
}

/// The lines of the log.
fn results(out: &Path) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(out.join("results.jsonl")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn finished(out: &Path) -> Vec<String> {
    results(out).iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
}

/// Asserts that the folder holds each row once, whole, and nothing unfinished.
fn assert_complete(out: &Path, rows: &[Row]) {
    let mut ids = finished(out);
    ids.sort();
    assert_eq!(ids, rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>());
    for line in results(out) {
        let text = fs::read_to_string(out.join(line["file"].as_str().unwrap())).unwrap();
        check(&text, &Profile::CONTEST).unwrap();
        assert_eq!(line["bytes"].as_u64().unwrap(), text.len() as u64);
        let prompt = Prompt::new(line["description"].as_str().unwrap(), 0);
        assert_eq!(text, drawing(&prompt).write().as_str());
    }
    assert_eq!(fs::read_dir(out).unwrap().count(), rows.len() + 2, "there is a file too many");
}

#[test]
fn every_row_gets_a_picture_and_a_line() {
    let home = tempfile::tempdir().unwrap();
    let summary = run(home.path(), &rows(5));
    assert_eq!((summary.drawn, summary.failed, summary.left, summary.mean_score), (5, 0, 0, Some(0.75)));
    assert_complete(home.path(), &rows(5));
    let line = &results(home.path())[0];
    assert_eq!((line["origin"].as_str(), line["error"].as_str()), (Some("squares, seed 1"), None));
    assert_eq!(line["scores"].to_string(), r#"{"coverage":1.0,"likeness":0.5}"#);
    assert!(line["timings"].is_object() && line["seconds"].is_f64());
}

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
fn a_bad_row_has_an_error_and_the_rest_go_on() {
    let home = tempfile::tempdir().unwrap();
    let list = home.path().join("list.csv");
    let text =
        "id,description\na,one\n../x,two\nb,bad\nc,panic\n,no id\na,other\nA,one\nd,x,y\ne,\"open\na,one\nf,last\n";
    fs::write(&list, text).unwrap();
    let draw = |prompt: &Prompt, stop: &Stop| match prompt.text.as_str() {
        "bad" => Err(PipelineError::LastResort("out of ink".to_owned())),
        "panic" => panic!("at the easel"),
        _ => squares(prompt, stop),
    };
    let out = home.path().join("out");
    let rows = read_rows(&list).unwrap();
    let summary = batch(&out).run(&rows, draw, &Stop::never(), |_| {}).unwrap();
    assert_eq!((summary.drawn, summary.failed), (2, 8));
    let lines = results(&out);
    let errors: BTreeMap<_, _> =
        lines.iter().filter_map(|line| Some((line["id"].as_str()?, line["error"].as_str()?))).collect();
    let expected = [
        ("", "the id is empty"),
        ("../x", "id `../x` has the character '/', expected letters, digits, `-`, `_` and `.`"),
        ("A", "id `A` differs from id `a` in nothing but case"),
        ("a", "id `a` has another description already"),
        ("b", "the last-resort drawing failed: out of ink"),
        ("c", "panicked: at the easel"),
        ("d", "line 9 has 3 fields, expected 2"),
        ("e", "line 10 opens a quote that is never closed"),
    ];
    assert_eq!(errors, BTreeMap::from(expected));
    assert!(out.join("a.svg").is_file() && out.join("f.svg").is_file() && !home.path().join("x.svg").exists());
    let again = batch(&out).run(&rows, draw, &Stop::never(), |_| {}).unwrap();
    assert_eq!((again.drawn, again.failed, again.finished_before), (0, 0, 10));
}

#[test]
fn questions_that_repeat_a_description_are_one_row() {
    let home = tempfile::tempdir().unwrap();
    let list = home.path().join("train.csv");
    let text = "id,description,question,choices,answer\r\n\
                02d892,a purple forest at dusk,What is it?,\"['beach', 'forest']\",forest\r\n\
                02d892,a purple forest at dusk,Is it purple?,\"['no', 'yes']\",yes\r\n\
                0dcd2e,\"gray coat, \"\"faux\"\" fur\",What color?,\"['blue', 'gray']\",gray\r\n";
    fs::write(&list, text).unwrap();
    let out = home.path().join("out");
    let summary = run(&out, &read_rows(&list).unwrap());
    assert_eq!((summary.drawn, summary.failed), (2, 0));
    assert_eq!(results(&out)[1]["description"], "gray coat, \"faux\" fur");
}

#[test]
fn two_batches_cannot_share_a_folder() {
    let home = tempfile::tempdir().unwrap();
    let draw = |prompt: &Prompt, stop: &Stop| {
        let second = batch(home.path()).run(&rows(1), squares, &Stop::never(), |_| {});
        assert!(matches!(second, Err(BatchError::Locked { .. })), "{second:?}");
        squares(prompt, stop)
    };
    assert_eq!(batch(home.path()).run(&rows(1), draw, &Stop::never(), |_| {}).unwrap().drawn, 1);
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

#[test]
fn pictures_are_dropped_when_their_row_is_written() {
    let home = tempfile::tempdir().unwrap();
    let pictures: Mutex<Vec<Weak<RgbImage>>> = Mutex::default();
    let most = AtomicUsize::new(0);
    let alive = || pictures.lock().unwrap().iter().filter(|picture| picture.strong_count() > 0).count();
    let draw = |prompt: &Prompt, _: &Stop| {
        let picture = Arc::new(RgbImage::new(64, 64));
        pictures.lock().unwrap().push(Arc::downgrade(&picture));
        most.fetch_max(alive(), Ordering::Relaxed);
        Ok(outcome(prompt, Some(picture)))
    };
    let batch = Batch::new(home.path(), BatchOptions { jobs: 3, ..BatchOptions::default() });
    batch.run(&rows(40), draw, &Stop::never(), |record: &Record| assert!(record.error.is_none())).unwrap();
    assert!((1..=3).contains(&most.into_inner()) && alive() == 0);
    assert_complete(home.path(), &rows(40));
}

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
    let summary = batch.run(&rows(500), draw, &Stop::never(), |record| slowest = slowest.max(record.seconds)).unwrap();
    assert_eq!((summary.drawn, summary.left), (500, 0));
    assert!(summary.elapsed <= Duration::from_secs(9 * 3600) && slowest <= 300.0, "{summary} {slowest}");
    let given = given.into_inner().unwrap();
    assert!(given.iter().min() > Some(&50_000) && given.last() > Some(&100_000), "{given:?}");
}

/// Folder of the batch that is to be killed.
const FOLDER: &str = "LINOCUT_TEST_BATCH_FOLDER";
/// Rows of that batch.
const ROWS: usize = 60;

/// The process that is killed: draws two rows and then waits for its end. Each row that is begun is noted
/// in a file beside the folder.
#[test]
#[ignore = "is started and killed by `nothing_is_lost_when_killed_in_a_loop`"]
fn a_batch_to_be_killed() {
    let Some(out) = std::env::var_os(FOLDER).map(std::path::PathBuf::from) else { return };
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
    let arguments = ["--ignored", "--exact", "a_batch_to_be_killed"];
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
    assert!(known >= 10 && known < ROWS, "{known} rows after 20 kills");
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
