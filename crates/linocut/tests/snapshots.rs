//! What reports look like, kept as pictures: `fixtures/linocut/snapshots`.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use image::{Rgb, RgbImage};
use linocut::report::{Cell, Curve, PairedDifference, Sheet, curve_plot, interval_plot};
use linocut_testing::{Tolerance, assert_picture};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/linocut/snapshots");

#[test]
fn a_contact_sheet() {
    let wide = RgbImage::from_fn(60, 30, |x, y| Rgb([x as u8 * 4, y as u8 * 8, 120]));
    let tall = RgbImage::from_fn(20, 50, |x, y| Rgb([200, x as u8 * 10, y as u8 * 5]));
    let cell = |image, caption: [&str; 2], marked| Cell { image, caption: caption.map(str::to_owned).to_vec(), marked };
    let rows = vec![
        vec![cell(&wide, ["source", "60 × 30 px"], false), cell(&tall, ["collage, finished", "score 0.812"], true)],
        vec![cell(&tall, ["Ελληνικά, Кириллица", "a caption that is too long for its cell"], false)],
    ];
    let sheet = Sheet { heading: "“a lighthouse overlooking the ocean”".to_owned(), rows, side: 160 }.draw().unwrap();
    assert_picture(&sheet, FOLDER, "sheet", Tolerance::ROUNDING);
}

#[test]
fn a_plot_of_curves() {
    let curve = |name: &str, rate: f64| {
        let points = (1..=8).map(|step| (f64::from(step) * 1_000.0, 20.0 + rate * f64::from(step).ln())).collect();
        Curve { name: name.to_owned(), points }
    };
    let curves = [curve("budget", 4.0), curve("contours", 3.0), curve("JPEG", 3.6)];
    let plot = curve_plot("Quality over bytes", ["bytes", "PSNR, dB"], &curves).unwrap();
    assert_picture(&plot, FOLDER, "curves", Tolerance::ROUNDING);
}

#[test]
fn a_plot_of_intervals() {
    let row = |name: &str, step: f64| {
        let with: Vec<f64> = (0..40).map(|i| step + f64::from(i % 7) * 0.01).collect();
        let without: Vec<f64> = (0..40).map(|i| f64::from(i % 5) * 0.01).collect();
        (name.to_owned(), PairedDifference::of(&with, &without, 3).unwrap())
    };
    let plot = interval_plot("Score with a border less score without", &[row("fidelity", -0.02), row("judge", 0.01)]);
    assert_picture(&plot.unwrap(), FOLDER, "intervals", Tolerance::ROUNDING);
}
