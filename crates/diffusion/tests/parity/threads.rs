//! The same picture at any number of threads.

use std::path::PathBuf;
use std::process::Command;

use linocut_core::{Prompt, Stop};
use linocut_diffusion::denoise::DenoiseOptions;

use crate::pipeline::{load, small};

/// Says to the test, when it runs itself, where its picture goes.
const PICTURE: &str = "LINOCUT_TEST_PICTURE";

/// Large enough that every kernel shares its work out.
fn draw(file: PathBuf) {
    let model = load("sdxl", DenoiseOptions { size: (192, 160), guidance: 3.0, ..small() });
    let picture = model.generate(&Prompt::new("a cat", 1), &Stop::never()).unwrap();
    std::fs::write(file, picture.into_raw()).unwrap();
}

/// The number of threads is settled once in a process, so that each has its own.
fn drawn_by(threads: usize) -> Vec<u8> {
    let file = tempfile::NamedTempFile::new().unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "threads::a_picture_is_the_same_at_any_number_of_threads", "--quiet"])
        .env("RAYON_NUM_THREADS", threads.to_string())
        .env(PICTURE, file.path())
        .status();
    assert!(status.unwrap().success());
    std::fs::read(file.path()).unwrap()
}

#[test]
fn a_picture_is_the_same_at_any_number_of_threads() {
    if let Some(file) = std::env::var_os(PICTURE) {
        return draw(file.into());
    }
    let alone = drawn_by(1);
    assert_eq!(alone.len(), 192 * 160 * 3);
    assert!(alone.iter().any(|value| *value != alone[0]));
    for threads in [2, 3] {
        assert!(drawn_by(threads) == alone, "{threads} threads");
    }
}
