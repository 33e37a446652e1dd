//! Subcommands that draw: `draw`, `batch`, `gallery`, `evaluate`, `ablate`.

use serde_json::json;

use crate::folder::{Folder, LIST};

/// Quick settings of `draw`.
const QUICK: &str = "--candidates 1 --tracers contours --seconds 2";

#[test]
fn draw_writes_the_svg_its_picture_and_all_candidates() {
    let folder = Folder::new();
    let said = folder.output(&format!("draw boat --out boat.svg --credits --border --decoy {QUICK}"), 0);
    assert!(said.contains(" bytes, score 0.") && said.starts_with("wrote boat.svg\nwrote boat.png\n"), "{said}");
    folder.output("check boat.svg", 0);
    assert!(image::open(folder.path("boat.png")).is_ok() && image::open(folder.path("boat.candidates.png")).is_ok());
    let json = folder.json(&format!("draw boat --out boat.svg --bytes 2000 {QUICK}"), 0);
    assert!(json["bytes"].as_u64().unwrap() <= 2000 && json["scores"]["fidelity"].is_f64(), "{json}");
}

#[test]
fn draw_names_the_file_that_cannot_be_written() {
    let folder = Folder::new();
    let error = folder.error(&format!("draw boat --out gone/boat.svg {QUICK}"));
    assert!(error.starts_with("cannot write gone/boat.svg: the folder gone: "), "{error}");
    let error = folder.error(&format!("draw boat --out boat.png {QUICK}"));
    assert_eq!(error, "boat.png would be both the SVG and the picture");
    assert_eq!(std::fs::read_dir(folder.path("")).unwrap().count(), 0);
}

#[test]
fn a_batch_with_rows_that_fail_ends_with_code_1_and_is_shown_all_the_same() {
    let folder = Folder::new().with("list.csv", &format!("{LIST}../tree,a tree\n"));
    let json = folder.json("batch list.csv --out drawn --candidates 1 --seconds-each 2", 1);
    assert_eq!((&json["drawn"], &json["failures"][0]["id"]), (&json!(1), &json!("../tree")));
    let said = folder.output("batch list.csv --out drawn --candidates 1", 0);
    assert!(said.contains("2 finished before"), "{said}");
    let page = folder.json("gallery drawn --out page.html", 0);
    assert_eq!(page["bytes"].as_u64().unwrap(), folder.read("page.html").len() as u64);
    assert!(folder.error("gallery gone").starts_with("cannot read gone"));
}

#[test]
fn shards_of_a_batch_are_drawn_apart_and_merged() {
    let folder = Folder::new().with("list.csv", "id,description\na,a boat\nb,a tree\nc,a red square\n");
    let shard = |part: &str| {
        let json =
            folder.json(&format!("batch list.csv --out drawn --shard {part} --candidates 1 --seconds-each 2"), 0);
        json["drawn"].as_u64().unwrap()
    };
    let first = shard("1/2");
    // What is still missing is told, and is no success.
    let json = folder.json("batch list.csv --out drawn --merge", 1);
    assert_eq!((&json["drawn"], &json["left"], &json["missing"]), (&json!(first), &json!(3 - first), &json!([2])));
    assert_eq!(first + shard("2/2"), 3);
    let json = folder.json("batch list.csv --out drawn --merge", 0);
    assert_eq!((&json["drawn"], &json["left"], &json["shards"]), (&json!(3), &json!(0), &json!(2)));
    folder.output("check drawn/a.svg", 0);
    assert_eq!(folder.run("batch list.csv --out drawn --shard 3/2").code, 2);
}

#[test]
fn lists_that_cannot_be_read_are_named() {
    let folder = Folder::new().with("list.txt", LIST).with("list.csv", "id\na\n");
    let unread = |arguments: &str| folder.error_of(arguments, 2);
    assert!(unread("batch list.txt --out drawn").starts_with("list.txt is no list of descriptions"));
    let missing = "list.csv: the first line names no column `description`, expected `id`, `description`";
    assert_eq!(unread("batch list.csv --out drawn"), missing);
    assert_eq!(unread("ablate list.csv"), missing);
    if cfg!(all(feature = "judge", feature = "ocr")) {
        assert!(folder.error("evaluate gone.csv").starts_with("cannot read gone.csv: "));
    } else {
        assert!(folder.error("evaluate list.csv").contains("--features judge,ocr"));
    }
}

#[test]
fn lists_of_which_nothing_can_be_read_end_with_code_2() {
    let utf16: Vec<u8> = format!("\u{feff}{LIST}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let folder =
        Folder::new().with_bytes("wide.csv", &utf16).with("empty.jsonl", " \n").with("header.csv", "id,description\n");
    assert_eq!(folder.error_of("batch wide.csv --out drawn", 2), "wide.csv: the list is UTF-16, expected UTF-8");
    for list in ["empty.jsonl", "header.csv"] {
        assert_eq!(folder.error_of(&format!("batch {list} --out drawn"), 2), format!("{list} has no rows"));
        assert_eq!(folder.error_of(&format!("ablate {list}"), 2), format!("{list} has no rows"));
    }
    let folder = folder.with_bytes("latin.csv", b"id,description\na,caf\xe9\nb,\xfc\n");
    let json = folder.json("batch latin.csv --out drawn", 2);
    assert_eq!(json["failures"][1]["error"], json!("line 3: `description` is not UTF-8"));
}

#[test]
#[cfg(all(feature = "judge", feature = "ocr"))]
fn evaluate_counts_rows_that_cannot_be_read_as_failures() {
    let folder = Folder::new().with_bytes("latin.csv", b"id,description\na,a boat\nb,caf\xe9\n");
    let json = folder.json("evaluate latin.csv --candidates 1", 1);
    assert_eq!((&json["pictures"], json["failures"].as_array().unwrap().len()), (&json!(1), 1));
    let folder = folder.with_bytes("none.csv", b"id,description\nb,caf\xe9\n").with("empty.jsonl", "");
    folder.json("evaluate none.csv --candidates 1", 2);
    assert_eq!(folder.error_of("evaluate empty.jsonl", 2), "empty.jsonl has no rows");
}

#[test]
#[cfg(all(feature = "judge", feature = "ocr"))]
fn evaluate_prints_a_table_and_writes_a_line_per_picture() {
    let folder = Folder::new().with("list.csv", LIST).with("more.csv", "id,description\nt,a tree\n");
    let said = folder.output("evaluate list.csv --among more.csv --candidates 2 --out table.csv", 0);
    assert!(said.starts_with("| | |\n|---|---|\n| pictures | 1 |\n| failures | 0 |\n"), "{said}");
    assert_eq!(folder.read("table.csv").lines().count(), 2);
}

#[test]
#[cfg(all(feature = "judge", feature = "ocr"))]
fn evaluate_draws_a_suite_and_tells_its_kinds_apart() {
    let folder = Folder::new().with("list.csv", LIST);
    let json = folder.json("evaluate --suite objects --each 1 --candidates 1 --out table.csv", 0);
    let kinds: Vec<&str> = json["kinds"].as_array().unwrap().iter().filter_map(|kind| kind["kind"].as_str()).collect();
    assert_eq!(kinds, ["single object", "two objects", "counting", "colours", "position", "colour attribution"]);
    assert_eq!((&json["pictures"], folder.read("table.csv").lines().count()), (&json!(6), 7));
    for wrong in
        ["evaluate", "evaluate list.csv --suite objects", "evaluate --suite jokes", "evaluate --suite objects --each 0"]
    {
        assert_eq!(folder.run(wrong).code, 2, "{wrong}");
    }
}

#[test]
fn ablate_compares_each_touch_with_none() {
    let folder = Folder::new().with("list.csv", LIST).with("same.csv", LIST);
    let json = folder.json("ablate list.csv same.csv --touches border --out table.csv --plot plot.png", 0);
    let differences = json["differences"].as_array().unwrap();
    assert!(differences.iter().all(|difference| difference["pairs"] == json!(1)), "{json}");
    let bytes = differences.iter().find(|difference| difference["part"] == json!("bytes")).unwrap();
    assert_eq!(bytes["touch"], json!("border"));
    assert_eq!(folder.read("table.csv").lines().count(), 3);
    assert!(image::open(folder.path("plot.png")).is_ok());
    assert_eq!(folder.run("ablate list.csv --touches glitter").code, 2);
}
