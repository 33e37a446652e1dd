//! Work that Ctrl-C cuts short.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::folder::Folder;

#[test]
fn an_interrupted_batch_says_what_is_left_and_ends_with_code_130() {
    let rows: String = (0..100).map(|row| format!("{row},boat number {row}\n")).collect();
    let folder = Folder::new().with("list.csv", &format!("id,description\n{rows}"));
    let mut command = folder.command("batch list.csv --out drawn --candidates 1 --jobs 1 --seconds-each 2");
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begin = Instant::now();
    while std::fs::read(folder.path("drawn/results.jsonl")).unwrap_or_default().is_empty() {
        assert!(begin.elapsed() < Duration::from_secs(120), "the batch does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("left for the next run") && said.trim_end().ends_with("cut short, run again to resume"),
        "{said}"
    );
}
