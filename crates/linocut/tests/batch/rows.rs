//! Good rows and bad ones.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};

use image::RgbImage;
use linocut::batch::{Record, read_rows};
use linocut::{Batch, BatchError, BatchOptions, PipelineError, Prompt, StageError, Stop};

use crate::squares::{assert_complete, batch, outcome, results, rows, run, squares};

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
fn a_bad_row_has_an_error_and_the_rest_go_on() {
    let home = tempfile::tempdir().unwrap();
    let list = home.path().join("list.csv");
    let text =
        "id,description\na,one\n../x,two\nb,bad\nc,panic\n,no id\na,other\nA,one\nd,x,y\ne,\"open\na,one\nf,last\n";
    fs::write(&list, text).unwrap();
    let draw = |prompt: &Prompt, stop: &Stop| match prompt.text.as_str() {
        "bad" => Err(PipelineError::LastResort(StageError::new("score", "out of ink"))),
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
        ("b", "the last-resort drawing failed: score: out of ink"),
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
