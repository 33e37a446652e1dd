//! Every golden of `fixtures/raster/filter`, each step on the reference's input; then invalid and extreme sizes.

#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

use std::fs;
use std::path::PathBuf;

use image::{Rgb, RgbImage};
use linocut_raster::{FixedDefenceError, FixedDefences, bilateral, fixed_defences, low_pass, median};

type Filter = fn(&RgbImage) -> Result<RgbImage, FixedDefenceError>;

/// `<name>-<width>x<height>`, sorted.
fn names() -> Vec<String> {
    let name = |path: PathBuf| Some(path.file_name()?.to_str()?.strip_suffix("-input.png")?.to_owned());
    let entries = fs::read_dir(folder()).unwrap();
    let mut names: Vec<_> = entries.filter_map(|entry| name(entry.unwrap().path())).collect();
    names.sort();
    assert!(names.len() >= 10, "found only {} goldens", names.len());
    names
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/raster/filter")
}

fn golden(name: &str, step: &str) -> RgbImage {
    image::open(folder().join(format!("{name}-{step}.png"))).unwrap().to_rgb8()
}

/// How many samples differ, and by how many levels at most, when `filter` makes a step out of the one before.
fn differences(name: &str, before: &str, filter: Filter, after: &str) -> (usize, u8) {
    let (actual, expected) = (filter(&golden(name, before)).unwrap(), golden(name, after));
    assert_eq!(actual.dimensions(), expected.dimensions());
    let levels = actual.as_raw().iter().zip(expected.as_raw()).map(|(a, b)| a.abs_diff(*b));
    (levels.clone().filter(|levels| *levels > 0).count(), levels.max().unwrap())
}

/// Whether a side of the named picture has a prime factor over 11.
fn has_a_large_factor(name: &str) -> bool {
    let left = |side: u32| {
        [2, 3, 5, 7, 11].iter().fold(side, |mut side, factor| {
            while side.is_multiple_of(*factor) {
                side /= factor;
            }
            side
        })
    };
    let (width, height) = golden(name, "input").dimensions();
    left(width) > 1 || left(height) > 1
}

#[test]
fn every_median_equals_pillow_bit_for_bit() {
    for name in names() {
        assert_eq!(differences(&name, "input", median, "median"), (0, 0), "{name}");
    }
}

#[test]
fn every_low_pass_equals_numpy_bit_for_bit_up_to_rounding_at_large_factors() {
    let (rough, exact): (Vec<_>, Vec<_>) = names().into_iter().partition(|name| has_a_large_factor(name));
    assert!(rough.len() >= 2 && exact.len() >= 6);
    for name in exact {
        assert_eq!(differences(&name, "median", low_pass, "low-pass"), (0, 0), "{name}");
    }
    for name in rough {
        let (count, levels) = differences(&name, "median", low_pass, "low-pass");
        assert!(count <= 2 && levels <= 1, "{name}: {count} samples by up to {levels} levels");
    }
}

#[test]
fn every_bilateral_differs_from_opencv_in_at_most_ten_samples_by_one_level() {
    for name in names() {
        let (count, levels) = differences(&name, "low-pass", bilateral, "bilateral");
        assert!(count <= 10 && levels <= 1, "{name}: {count} samples by up to {levels} levels");
    }
}

#[test]
fn the_chain_is_its_steps_and_forgets_the_picture_before() {
    let name = "drawing-97x61";
    let (image, other) = (golden(name, "input"), golden(name, "bilateral"));
    let steps = bilateral(&low_pass(&median(&image).unwrap()).unwrap()).unwrap();
    let mut defences = FixedDefences::new(97, 61).unwrap();
    assert_eq!(defences.size(), (97, 61));
    let first = defences.apply(&image).unwrap();
    defences.apply(&other).unwrap();
    assert_eq!(first, steps);
    assert_eq!(defences.apply(&image).unwrap(), steps);
    assert_eq!(fixed_defences(&image).unwrap(), steps);
}

#[test]
fn the_chain_leaves_flat_pictures_alone_at_every_size() {
    let sizes = (4..40).map(|side| (side, 44 - side)).chain([(4, 1000), (1009, 5), (53, 59)]);
    for ((width, height), level) in sizes.zip((0..=255).step_by(5)) {
        let flat = RgbImage::from_pixel(width, height, Rgb([level, 255 - level, 200]));
        assert_eq!(fixed_defences(&flat).unwrap(), flat, "{width} x {height}, level {level}");
    }
}

#[test]
fn refuses_sides_under_four_pixels() {
    for size in [(3, 9), (9, 3), (0, 0)] {
        let image = RgbImage::new(size.0, size.1);
        for filter in [median, low_pass, bilateral, fixed_defences] {
            assert_eq!(filter(&image).unwrap_err(), FixedDefenceError::TooSmall { size });
        }
    }
    assert!(fixed_defences(&RgbImage::new(4, 4)).is_ok());
}

#[test]
fn refuses_sizes_that_would_fill_the_memory() {
    for size in [(65_536, 4), (4097, 4096), (u32::MAX, u32::MAX)] {
        assert_eq!(FixedDefences::new(size.0, size.1).unwrap_err(), FixedDefenceError::TooLarge { size });
    }
    assert!(FixedDefences::new(65_535, 4).is_ok());
}

#[test]
fn refuses_a_picture_of_another_size() {
    let mut defences = FixedDefences::new(20, 30).unwrap();
    let (expected, actual) = ((20, 30), (30, 20));
    let turned = RgbImage::new(30, 20);
    for result in
        [defences.apply(&turned), defences.median(&turned), defences.low_pass(&turned), defences.bilateral(&turned)]
    {
        assert_eq!(result.unwrap_err(), FixedDefenceError::SizeMismatch { expected, actual });
    }
    assert!(defences.apply(&RgbImage::new(20, 30)).is_ok());
}
