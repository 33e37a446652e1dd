//! A list drawn in parts is, put together, the list drawn at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use linocut::BatchError;
use linocut::batch::{Merged, Row, Shard, merge};

use crate::squares::{finished, results, rows, run};

/// Draws these parts of three.
fn draw(home: &Path, rows: &[Row], parts: &[u32]) {
    for &index in parts {
        let shard = Shard::new(index, 3).unwrap();
        run(&shard.folder(home), &shard.of(rows.to_vec()));
    }
}

/// Names and contents of the SVGs, and the log's lines without their times.
fn content(home: &Path) -> (BTreeMap<String, String>, Vec<serde_json::Value>) {
    let svgs = fs::read_dir(home)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "svg"));
    let svgs =
        svgs.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()));
    let untimed = |mut line: serde_json::Value| {
        line["seconds"].take();
        line
    };
    (svgs.collect(), results(home).into_iter().map(untimed).collect())
}

fn list() -> Vec<Row> {
    let mut list = rows(20);
    list.extend([Row::new("../bad", "x"), Row::new("id003", "another"), Row::new("ID004", "case"), list[7].clone()]);
    list
}

#[test]
fn parts_put_together_are_the_whole() {
    let (parted, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    draw(parted.path(), &list(), &[1, 2, 3]);
    let merged = merge(parted.path(), &list()).unwrap();
    assert_eq!(merged, Merged { drawn: 20, failed: 3, left: 0, missing: vec![], shards: 3 });
    run(whole.path(), &list());
    let (svgs, mut lines) = content(parted.path());
    let (expected, mut expected_lines) = content(whole.path());
    assert_eq!(svgs, expected);
    let by_text = |line: &serde_json::Value| line.to_string();
    lines.sort_by_key(by_text);
    expected_lines.sort_by_key(by_text);
    assert_eq!(lines, expected_lines);
    let in_order: Vec<String> = list()[..20].iter().map(|row| row.id.clone()).collect();
    assert_eq!(finished(parted.path())[..20], in_order);
}

#[test]
fn a_merge_can_be_repeated_as_parts_are_finished() {
    let home = tempfile::tempdir().unwrap();
    draw(home.path(), &list(), &[1, 3]);
    let first = merge(home.path(), &list()).unwrap();
    assert_eq!((first.missing.clone(), first.drawn + first.failed + first.left), (vec![2], 23));
    assert!(first.left > 0 && first.to_string().contains(", of which 2 are missing, "), "{first}");
    draw(home.path(), &list(), &[2]);
    let second = merge(home.path(), &list()).unwrap();
    assert_eq!((second.left, second.drawn), (0, 20));
    let before = content(home.path());
    merge(home.path(), &list()).unwrap();
    assert_eq!(content(home.path()), before);
}

#[test]
fn what_is_left_is_drawn_in_the_same_folder_and_stays() {
    let home = tempfile::tempdir().unwrap();
    draw(home.path(), &list(), &[1, 2]);
    let left = merge(home.path(), &list()).unwrap().left;
    let rest = run(home.path(), &list());
    assert!(left > 0 && rest.drawn + rest.failed == left, "{rest:?}, {left} left");
    run(home.path(), &[Row::new("extra", "not in the list")]);
    let merged = merge(home.path(), &list()).unwrap();
    assert_eq!((merged.drawn, merged.left), (20, 0));
    assert!(finished(home.path()).contains(&"extra".to_owned()));
}

#[test]
fn folders_without_parts_or_with_those_of_two_divisions_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let none = merge(home.path(), &list()).unwrap_err();
    assert!(matches!(&none, BatchError::Shards { counts, .. } if counts.is_empty()), "{none}");
    draw(home.path(), &list(), &[1]);
    run(&Shard::new(1, 2).unwrap().folder(home.path()), &rows(3));
    let two = merge(home.path(), &list()).unwrap_err();
    assert!(two.to_string().contains("has shards of [2, 3] divisions"), "{two}");
    assert!(matches!(merge(&home.path().join("gone"), &list()), Err(BatchError::Io { .. })));
}

#[test]
fn a_log_that_leads_elsewhere_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let folder = Shard::new(1, 1).unwrap().folder(home.path());
    fs::create_dir_all(&folder).unwrap();
    fs::write(home.path().join("outside.svg"), "<svg/>").unwrap();
    let line = r#"{"id":"a","description":"x","file":"../outside.svg"}"#;
    fs::write(folder.join("results.jsonl"), format!("{line}\n")).unwrap();
    let error = merge(home.path(), &[Row::new("a", "x")]).unwrap_err();
    assert!(error.to_string().contains("`../outside.svg` is not the file of id `a`"), "{error}");
}
