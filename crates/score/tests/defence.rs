//! Compares the defences with Pillow, numpy and OpenCV: each step fed with the reference's input, then both chains.
//!
//! The goldens are those of `defence/` in `$LINOCUT_PARITY`, or of `fixtures/score` without it: every `<name>_input.png`
//! with its steps, seeds in `seeds.json`, draws in `randint.json`, and every `jpeg/<name>-q<quality>-input.png`. Parts
//! that another folder leaves out are those of `fixtures/score`. `-- --nocapture` shows how far every step is off.

#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]
#![expect(clippy::print_stdout, reason = "how far each step is off is worth reading")]

use std::fs;
use std::path::{Path, PathBuf};

use image::RgbImage;
use linocut_score::contest::defence::{
    RandomState, RowSeeds, bilateral, crop_resize, defended, jpeg_round_trip, low_pass, median,
};
use serde_json::Value;

/// Most samples of a picture that the bilateral filter may leave a level off.
const BILATERAL_SAMPLES: usize = 10;
/// Most levels that a whole chain may be off in the mean.
const CHAIN_LEVELS: f64 = 0.1;

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/score/defence")
}

/// Where this part of the goldens is.
fn part(name: &str) -> PathBuf {
    let asked_for = std::env::var_os("LINOCUT_PARITY").map(|root| Path::new(&root).join("defence"));
    asked_for.map(|folder| folder.join(name)).filter(|path| path.exists()).unwrap_or_else(|| fixtures().join(name))
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn integers(values: &Value) -> Vec<i64> {
    values.as_array().unwrap().iter().map(|value| value.as_i64().unwrap()).collect()
}

/// What stands before `ending` in the names of a folder's files, sorted; at least one.
fn names(folder: &Path, ending: &str) -> Vec<String> {
    let name = |path: PathBuf| Some(path.file_name()?.to_str()?.strip_suffix(ending)?.to_owned());
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().filter_map(|entry| name(entry.unwrap().path())).collect();
    names.sort();
    assert!(!names.is_empty(), "no *{ending} in {}", folder.display());
    names
}

fn open(path: &Path) -> RgbImage {
    image::open(path).unwrap().to_rgb8()
}

/// A picture that went through both chains, step by step.
struct Golden {
    folder: PathBuf,
    name: String,
    seed: u32,
}

impl Golden {
    fn all() -> Vec<Self> {
        let seeds = part("seeds.json");
        let folder = seeds.parent().unwrap();
        let group = &json(&seeds)["group_seeds"];
        let seed = |name: &str| u32::try_from(group[name].as_u64().unwrap()).unwrap();
        let golden = |name: String| Self { folder: folder.to_owned(), seed: seed(&name), name };
        names(folder, "_input.png").into_iter().map(golden).collect()
    }

    fn step(&self, step: &str) -> RgbImage {
        open(&self.folder.join(format!("{}_{step}.png", self.name)))
    }

    fn off(&self, step: &str, actual: &RgbImage) -> Off {
        off(&format!("{} {step}", self.name), actual, &self.step(step))
    }
}

/// How far a picture is off.
#[derive(PartialEq, Debug)]
struct Off {
    samples: usize,
    levels: u8,
    mean: f64,
}

const EXACT: Off = Off { samples: 0, levels: 0, mean: 0.0 };

fn off(what: &str, actual: &RgbImage, expected: &RgbImage) -> Off {
    assert_eq!(actual.dimensions(), expected.dimensions(), "{what}");
    let levels: Vec<_> = actual.iter().zip(expected.iter()).map(|(a, b)| a.abs_diff(*b)).collect();
    let samples = levels.iter().filter(|levels| **levels > 0).count();
    let sum: f64 = levels.iter().map(|levels| f64::from(*levels)).sum();
    let off = Off { samples, levels: levels.iter().copied().max().unwrap(), mean: sum / levels.len() as f64 };
    println!(
        "{what}: {samples} of {} samples off, {} levels at most, {:.4} in the mean",
        levels.len(),
        off.levels,
        off.mean
    );
    off
}

#[test]
fn draws_equal_numpys() {
    let golden = json(&part("randint.json"));
    let mut random = RandomState::new(golden["seed"].as_u64().unwrap() as u32);
    for (high, values) in [(12, &golden["randint_0_12"]), (20, &golden["randint_0_20"])] {
        let expected = integers(values);
        let drawn: Vec<_> = expected.iter().map(|_| random.randint(0, high).unwrap()).collect();
        assert_eq!(drawn, expected, "below {high}");
    }
}

#[test]
fn draws_of_every_range_equal_numpys() {
    let goldens = json(&fixtures().join("draws.json"));
    for golden in goldens.as_array().unwrap() {
        let mut random = RandomState::new(u32::try_from(golden["seed"].as_u64().unwrap()).unwrap());
        let (low, high) = (golden["low"].as_i64().unwrap(), golden["high"].as_i64().unwrap());
        let expected = integers(&golden["values"]);
        let drawn: Vec<_> = expected.iter().map(|_| random.randint(low, high).unwrap()).collect();
        assert_eq!(drawn, expected, "{low} to {high}");
    }
}

#[test]
fn rows_have_the_seeds_of_the_reference() {
    let mut golden = json(&part("seeds.json"));
    if golden["first_six"].is_null() {
        golden = json(&fixtures().join("seeds.json"));
    }
    let seeds = RowSeeds::new(golden["run_seed"].as_u64().unwrap() as u32);
    let expected = integers(&golden["first_six"]);
    assert_eq!(seeds.take(expected.len()).map(i64::from).collect::<Vec<_>>(), expected);
}

#[test]
fn every_crop_equals_pillow_bit_for_bit() {
    for golden in Golden::all() {
        let cut = crop_resize(&golden.step("input"), 0.03, &mut RandomState::new(golden.seed)).unwrap();
        assert_eq!(golden.off("1_crop3", &cut), EXACT);
    }
}

#[test]
fn every_jpeg_equals_libjpeg_bit_for_bit() {
    for golden in Golden::all() {
        for (before, quality, after) in [("1_crop3", 95, "2_jpeg95"), ("5_bilateral", 92, "6_jpeg92")] {
            let read = jpeg_round_trip(&golden.step(before), quality).unwrap();
            assert_eq!(golden.off(after, &read), EXACT);
        }
    }
    let folder = part("jpeg");
    for name in names(&folder, "-input.png") {
        let quality = name.rsplit_once("-q").unwrap().1.parse().unwrap();
        let input = open(&folder.join(format!("{name}-input.png")));
        let expected = open(&folder.join(format!("{name}-output.png")));
        assert_eq!(off(&name, &jpeg_round_trip(&input, quality).unwrap(), &expected), EXACT);
    }
}

#[test]
fn every_filter_equals_its_reference() {
    for golden in Golden::all() {
        assert_eq!(golden.off("3_median9", &median(&golden.step("2_jpeg95")).unwrap()), EXACT);
        assert_eq!(golden.off("4_lowpass", &low_pass(&golden.step("3_median9")).unwrap()), EXACT);
        let off = golden.off("5_bilateral", &bilateral(&golden.step("4_lowpass")).unwrap());
        assert!(off.levels <= 1 && off.samples <= BILATERAL_SAMPLES, "{}: {off:?}", golden.name);
    }
}

#[test]
fn both_chains_end_where_the_reference_does() {
    for golden in Golden::all() {
        let both = defended(&golden.step("input"), golden.seed).unwrap();
        let off = golden.off("6_jpeg92", &both.defended);
        assert!(off.mean <= CHAIN_LEVELS, "{}: {off:?}", golden.name);
        assert_eq!(golden.off("ocr_branch", &both.ocr), EXACT);
    }
}
