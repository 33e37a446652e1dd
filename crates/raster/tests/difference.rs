//! Measures the pairs of `fixtures/raster/difference` and compares with scikit-image and the numpy reference of MS-SSIM.

#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

use std::fs;
use std::path::{Path, PathBuf};

use image::RgbImage;
use linocut_raster::{mean_abs_difference, ms_ssim, psnr, ssim};

struct Row {
    pair: String,
    a: RgbImage,
    b: RgbImage,
    psnr: f64,
    mean_abs: f64,
    ssim: f64,
    ms_ssim: Option<f64>,
}

fn rows() -> Vec<Row> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/raster/difference");
    let table = fs::read_to_string(folder.join("goldens.tsv")).unwrap();
    table.lines().skip(1).map(|line| row(&folder, line)).collect()
}

fn row(folder: &Path, line: &str) -> Row {
    let [pair, psnr, mean_abs, ssim, ms_ssim] = line.split('\t').collect::<Vec<_>>()[..] else {
        panic!("not five columns: {line}");
    };
    let open = |side: &str| image::open(folder.join(format!("{pair}-{side}.png"))).unwrap().into_rgb8();
    Row {
        a: open("a"),
        b: open("b"),
        psnr: psnr.parse().unwrap(),
        mean_abs: mean_abs.parse().unwrap(),
        ssim: ssim.parse().unwrap(),
        ms_ssim: ms_ssim.parse().ok(),
        pair: pair.to_owned(),
    }
}

#[test]
fn psnr_and_mean_absolute_difference_equal_the_goldens() {
    for row in rows() {
        let actual = psnr(&row.a, &row.b).unwrap();
        assert!(actual == row.psnr || (actual - row.psnr).abs() < 1e-8, "{}: {actual}", row.pair);
        let actual = mean_abs_difference(&row.a, &row.b).unwrap();
        assert!((actual - row.mean_abs).abs() < 1e-8, "{}: {actual}", row.pair);
    }
}

#[test]
fn ssim_equals_scikit_image_within_a_hundred_thousandth() {
    for row in rows() {
        let actual = ssim(&row.a, &row.b).unwrap();
        assert!((actual - row.ssim).abs() < 1e-5, "{}: {actual}", row.pair);
    }
}

#[test]
fn ms_ssim_equals_the_reference_within_a_hundred_thousandth() {
    let mut compared = 0;
    for row in rows() {
        let Some(expected) = row.ms_ssim else { continue };
        let actual = ms_ssim(&row.a, &row.b).unwrap();
        assert!((actual - expected).abs() < 1e-5, "{}: {actual}", row.pair);
        compared += 1;
    }
    assert!(compared >= 4);
}
