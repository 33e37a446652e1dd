//! The same picture at any number of threads.

use std::path::PathBuf;
use std::process::Command;

use linocut_core::{Prompt, Stop};
use linocut_diffusion::ModelFolder;
use linocut_diffusion::denoise::DenoiseOptions;
use linocut_diffusion::family::Family;

use crate::fixtures;
use crate::pipeline::small;

/// A tiny model of each family, and the size of its picture: that of Stable Diffusion 3 knows no larger one.
const MODELS: [(&str, (u32, u32)); 9] = [
    ("tiny/sdxl", (192, 160)),
    ("own/sd-1.5", (192, 160)),
    ("own/sd-3.5", (128, 96)),
    ("own/z-image", (128, 96)),
    ("tiny/flux-schnell", (128, 96)),
    ("tiny/flux-lite", (128, 96)),
    ("tiny/sana-1.5", (192, 128)),
    ("tiny/sana-sprint", (192, 128)),
    ("tiny/cogview4", (128, 96)),
];

/// Tiny models whose pictures have one size.
const OF_ONE_SIZE: [(&str, u32); 2] = [("tiny/janus-pro-original", 16), ("own/janus", 12)];

/// Says to the test, when it runs itself, where its picture goes.
const PICTURE: &str = "LINOCUT_TEST_PICTURE";

/// A picture by each family, large enough that every kernel shares its work out.
fn draw(file: PathBuf) {
    let pictures = MODELS.iter().flat_map(|(path, size)| {
        let (folder, options) = (fixtures().join(path), DenoiseOptions { size: *size, guidance: 3.0, ..small() });
        let family = Family::of_folder(&folder).unwrap();
        let model = family.open(&ModelFolder::new(folder), None, options).unwrap();
        model.generate(&Prompt::new("a cat", 1), &Stop::never()).unwrap().into_raw()
    });
    let of_one_size = OF_ONE_SIZE.iter().flat_map(|(path, _)| {
        let folder = fixtures().join(path);
        let family = Family::of_folder(&folder).unwrap();
        let options = DenoiseOptions::of_folder(&folder, family).unwrap();
        let model = family.open(&ModelFolder::new(folder), None, options).unwrap();
        model.generate(&Prompt::new("a cat", 1), &Stop::never()).unwrap().into_raw()
    });
    let pictures = pictures.chain(of_one_size);
    std::fs::write(file, pictures.collect::<Vec<u8>>()).unwrap();
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
    let pixels: u32 = MODELS.iter().map(|(_, (width, height))| width * height).sum();
    let pixels = pixels + OF_ONE_SIZE.iter().map(|(_, side)| side * side).sum::<u32>();
    assert_eq!(alone.len(), 3 * pixels as usize);
    assert!(alone.iter().any(|value| *value != alone[0]));
    for threads in [2, 3] {
        assert!(drawn_by(threads) == alone, "{threads} threads");
    }
}
