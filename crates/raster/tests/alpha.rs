//! Goldens of `fixtures/raster/alpha`: dropping alpha bit for bit, compositing within one level of Pillow.

#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

use std::path::PathBuf;

use image::{DynamicImage, Rgb};
use linocut_raster::{composite, drop_alpha};

fn open(name: &str) -> DynamicImage {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/raster/alpha");
    image::open(folder.join(name)).unwrap()
}

#[test]
fn dropping_alpha_equals_the_golden() {
    let source = open("source.png").into_rgba8();
    assert_eq!(drop_alpha(&source), open("dropped.png").into_rgb8());
}

#[test]
fn compositing_is_within_one_level_of_pillow() {
    let source = open("source.png").into_rgba8();
    for (name, ground) in [("over-ffffff.png", [255; 3]), ("over-0ac84d.png", [10, 200, 77])] {
        let laid = composite(&source, Rgb(ground));
        let golden = open(name).into_rgb8();
        assert_eq!(laid.dimensions(), golden.dimensions());
        let farthest = laid.iter().zip(golden.iter()).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(farthest <= Some(1), "{name}: {farthest:?}");
    }
}
