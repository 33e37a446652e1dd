//! Subcommands that take SVGs: `check`, `sanitise`, `score`.

use serde_json::{Value, json};

use crate::folder::{Folder, INVALID, VALID};

fn folder() -> Folder {
    Folder::new().with("valid.svg", VALID).with("invalid.svg", INVALID)
}

#[test]
fn check_says_what_is_wrong_where() {
    let folder = folder();
    assert_eq!(folder.output("check valid.svg", 0), "valid.svg: valid\n");
    let run = folder.run("check valid.svg invalid.svg");
    assert_eq!((run.code, run.stderr.as_str()), (1, "1 of 2 not valid\n"));
    assert_eq!(run.stdout, "valid.svg: valid\ninvalid.svg:1:41: element `image` is not allowed\n");
    assert_eq!(folder.output("check valid.svg --bytes 99", 1).lines().count(), 1);
    assert!(folder.error("check gone.svg").starts_with("cannot read gone.svg: "));
    assert!(folder.output("check valid.svg --time", 0).starts_with(&format!("1 texts, {} bytes, ", VALID.len())));
}

#[test]
fn check_gives_json_for_files_and_lines() {
    let lines = [json!({ "svg": VALID }).to_string(), json!({ "svg": INVALID }).to_string(), "{}".to_owned()];
    let folder = folder().with("list.jsonl", &lines.join("\n"));
    let line = folder.json("check invalid.svg", 1);
    assert_eq!((&line["file"], &line["violations"][0]["element"]), (&json!("invalid.svg"), &json!("image")));
    let output = folder.output("check --jsonl list.jsonl", 1);
    let valid = output.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["valid"].clone());
    assert_eq!(valid.collect::<Vec<_>>(), [json!(true), json!(false), json!(false)]);
}

#[test]
fn check_reads_lines_as_other_programs_write_them() {
    let line = json!({ "svg": VALID }).to_string();
    let not_finite = line.replace('}', ",\"score\":NaN}");
    let folder = folder().with("list.jsonl", &format!("\u{feff}{line}\r\n\r\n{not_finite}\n"));
    let rows: Vec<Value> =
        folder.output("check --jsonl list.jsonl", 0).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows, [1, 3].map(|row| json!({ "row": row, "valid": true, "violations": [] })));
    let folder = folder.with("none.jsonl", "{\"svg\":null}\nno json\n").with("empty.jsonl", "\n");
    assert_eq!(folder.run("check --jsonl none.jsonl").code, 2);
    assert_eq!(folder.error_of("check --jsonl empty.jsonl", 2), "empty.jsonl has no rows");
}

#[test]
fn sanitise_writes_a_valid_svg_and_lists_the_changes() {
    let folder = folder();
    let said = folder.output("sanitise invalid.svg --out made.svg", 0);
    assert_eq!(said, "invalid.svg:1:41: dropped element `image`\nwrote made.svg: 41 bytes, 1 changes\n");
    folder.output("check made.svg", 0);
    assert_eq!(folder.json("sanitise valid.svg --out same.svg", 0)["changes"], json!([]));
    assert_eq!(folder.read("same.svg"), VALID);
}

#[test]
fn sanitise_cannot_mend_what_is_no_svg() {
    let folder = folder().with("text.svg", "<html/>");
    assert_eq!(folder.error("sanitise text.svg --out made.svg"), "text.svg: root element is `html`, expected `svg`");
}

#[test]
fn score_gives_the_parts_that_need_no_weights() {
    let folder = folder();
    let run = folder.run("score valid.svg --out page.png");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.starts_with("note: V, A, O cannot be scored without "), "{}", run.stderr);
    assert!(run.stdout.starts_with("valid ") && run.stdout.ends_with("wrote page.png\n"), "{}", run.stdout);
    assert!(image::open(folder.path("page.png")).is_ok());
    let table = folder.json("score valid.svg --out page.png", 0);
    assert_eq!((&table["rows"][0]["id"], &table["mean"]), (&json!("valid"), &Value::Null));
    assert!(folder.error("score invalid.svg").starts_with("row `invalid`: check: "));
}

#[test]
fn score_names_the_line_of_questions_that_is_wrong() {
    let questions = "id,description,question,choices,answer\nvalid,a box,What colour?,\"['red', 'blue']\",green\n";
    let folder = folder().with("questions.csv", questions);
    let error = folder.error("score valid.svg --questions questions.csv");
    assert!(error.starts_with("questions.csv: line 2, row valid, `What colour?`: "), "{error}");
}

#[test]
fn columns_of_questions_are_found_by_name() {
    let questions = "question,ID,answer,choices,description\nWhat colour?,valid,red,\"['red', 'blue']\",a box\n";
    let folder = folder().with("questions.csv", questions).with("bare.csv", "valid,a box,What?,\"['red']\",red\n");
    folder.output("score valid.svg --questions questions.csv", 0);
    let error = folder.error_of("score valid.svg --questions bare.csv", 2);
    assert!(error.starts_with("bare.csv: the first line names no column `id`, expected "), "{error}");
}
