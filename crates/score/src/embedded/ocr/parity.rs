//! Compares the networks in this crate's runtime with ONNX Runtime in Python.

use std::path::PathBuf;

use image::RgbImage;
use linocut_raster::{DecodeLimits, decode, drop_alpha};

use super::detector::Detector;
use super::recogniser::Recogniser;

/// The most by which a probability may differ. ONNX Runtime differs from itself by 1.2e-4 on this picture with its graph optimiser on
/// and off, and by 1.1e-4 when every input moves to the next float: a boundary pixel's probability is steep.
const TOLERANCE: f32 = 5e-4;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/score/ocr").join(name)
}

fn picture(name: &str) -> RgbImage {
    let file = std::fs::read(fixture(name)).expect("the fixture is there");
    drop_alpha(&decode(&file, &DecodeLimits::default()).expect("the fixture is a picture"))
}

#[test]
fn the_detector_sees_what_it_sees_in_onnx_runtime() {
    let map = Detector::embedded(1).unwrap().probabilities(&picture("hello.png"), 960).unwrap();
    let file = std::fs::read(fixture("hello.probabilities.f32")).unwrap();
    let expected = file.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()));
    assert_eq!(expected.len(), 48 * 48);
    let mut found = 0;
    for (index, expected) in expected.enumerate() {
        let actual = map.values[index / 48 * 8 * map.width + index % 48 * 8];
        assert!((actual - expected).abs() < TOLERANCE, "value {index}: {actual}, expected {expected}");
        found += usize::from(expected > 0.5);
    }
    assert!(found > 50, "the golden has text in {found} places");
}

#[test]
fn the_recogniser_reads_what_it_reads_in_onnx_runtime() {
    let steps = Recogniser::embedded(1).unwrap().steps(&picture("hello_line.png")).unwrap();
    let golden = std::fs::read_to_string(fixture("hello_line.steps.txt")).unwrap();
    assert_eq!(golden.lines().count(), steps.shape[1]);
    for (index, (golden, step)) in golden.lines().zip(steps.values.chunks_exact(steps.shape[2])).enumerate() {
        let (class, probability) = golden.split_once(' ').unwrap();
        let (class, probability): (usize, f32) = (class.parse().unwrap(), probability.parse().unwrap());
        assert!(step.iter().all(|&other| other <= step[class]), "step {index}: class {class} is not the likeliest");
        assert!((step[class] - probability).abs() < TOLERANCE, "step {index}: {}, expected {probability}", step[class]);
    }
}
