//! Decodes every file of `fixtures/raster/decode` and compares with Pillow; then truncated and damaged files.

#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

use std::fs;
use std::path::PathBuf;

use image::RgbaImage;
use linocut_raster::{DecodeError, DecodeLimits, FileFormat, decode};
use proptest::prelude::*;

/// Largest difference to libjpeg, in levels: its inverse transform and colour conversion round otherwise.
const JPEG_LEVELS: u8 = 3;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/raster/decode")
}

/// (name, bytes) of every picture file, sorted by name.
fn files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| matches!(path.extension().and_then(|e| e.to_str()), Some("png" | "jpg")))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

fn read(name: &str) -> RgbaImage {
    decode(&fs::read(folder().join(name)).unwrap(), &DecodeLimits::default()).unwrap()
}

fn golden(name: &str) -> RgbaImage {
    let path = folder().join("goldens").join(format!("{name}.png"));
    image::open(path).unwrap().into_rgba8()
}

fn farthest(a: &RgbaImage, b: &RgbaImage) -> u8 {
    assert_eq!(a.dimensions(), b.dimensions());
    a.iter().zip(b.iter()).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

#[test]
fn every_png_is_read_to_the_bit() {
    let files = files();
    let pngs: Vec<_> = files.iter().filter(|(name, _)| name.ends_with("png")).collect();
    assert!(pngs.len() >= 15);
    for (name, _) in pngs {
        assert_eq!(farthest(&read(name), &golden(name)), 0, "{name}");
    }
}

#[test]
fn every_jpeg_is_read_within_a_few_levels_and_upright() {
    let files = files();
    let jpegs: Vec<_> = files.iter().filter(|(name, _)| name.ends_with("jpg")).collect();
    assert!(jpegs.len() >= 15);
    for (name, _) in jpegs {
        let levels = farthest(&read(name), &golden(name));
        assert!(levels <= JPEG_LEVELS, "{name}: {levels} levels");
    }
}

#[test]
fn every_cut_jpeg_is_truncated() {
    for (name, bytes) in files().iter().filter(|(name, _)| name.ends_with("jpg")) {
        for len in 1..bytes.len() {
            let error = decode(&bytes[..len], &DecodeLimits::default()).unwrap_err();
            assert!(
                matches!(error, DecodeError::Truncated { format: FileFormat::Jpeg, len: l } if l == len),
                "{name} {len} {error}"
            );
        }
    }
}

#[test]
fn a_png_cut_inside_its_picture_is_truncated() {
    for (name, bytes) in files().iter().filter(|(name, _)| name.ends_with("png")) {
        let data = bytes.windows(4).rposition(|kind| kind == b"IEND").unwrap() - 12;
        for len in 1..data {
            let error = decode(&bytes[..len], &DecodeLimits::default()).unwrap_err();
            assert!(
                matches!(error, DecodeError::Truncated { format: FileFormat::Png, len: l } if l == len),
                "{name} {len} {error:?}"
            );
        }
    }
}

#[test]
fn a_png_that_only_lacks_its_end_is_read() {
    for (name, bytes) in files().iter().filter(|(name, _)| name.ends_with("png")) {
        for missing in 1..=12 {
            let read = decode(&bytes[..bytes.len() - missing], &DecodeLimits::default()).unwrap();
            assert_eq!(farthest(&read, &golden(name)), 0, "{name}");
        }
    }
}

#[test]
fn an_orientation_stored_as_long_turns_the_picture() {
    let mut bytes = fs::read(folder().join("orientation-6.jpg")).unwrap();
    let entry = bytes.windows(4).position(|bytes| bytes == b"\x01\x12\x00\x03").unwrap();
    bytes[entry + 2..entry + 12].copy_from_slice(b"\x00\x04\x00\x00\x00\x01\x00\x00\x00\x06");
    let read = decode(&bytes, &DecodeLimits::default()).unwrap();
    assert!(farthest(&read, &golden("orientation-6.jpg")) <= JPEG_LEVELS);
}

#[test]
fn limits_refuse_a_picture_that_they_do_not_hold() {
    let limits = DecodeLimits { max_pixels: 23 * 16, ..DecodeLimits::default() };
    for name in ["rgb.png", "rgb.jpg"] {
        let bytes = fs::read(folder().join(name)).unwrap();
        let error = decode(&bytes, &limits).unwrap_err();
        assert!(matches!(error, DecodeError::OverLimit { what: "area", actual: 384, max: 368, unit: "px" }));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_never_panic(
        pick: prop::sample::Index,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let files = files();
        let mut bytes = pick.get(&files).1.clone();
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let limits = DecodeLimits { max_pixels: 1 << 16, ..DecodeLimits::default() };
        if let Ok(image) = decode(&bytes, &limits) {
            prop_assert!(u64::from(image.width()) * u64::from(image.height()) <= limits.max_pixels);
        }
    }
}
