//! Compares `MetricRenderer` with the contest's own renderer, on the pictures in `fixtures/score/render`.

use std::path::PathBuf;

use linocut_raster::{DecodeLimits, decode, drop_alpha, mean_abs_difference};
use linocut_score::{METRIC_SIDE, MetricRenderer};
use linocut_svg::Svg;

/// Most levels by which the mean of a picture may differ.
const TOLERANCE: f64 = 1.5;

#[test]
fn draws_what_the_contest_drew() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/score/render");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "svg"));
    files.sort();
    assert!(files.len() >= 8, "only {} files", files.len());
    for file in files {
        let svg = Svg::new(std::fs::read_to_string(&file).unwrap()).unwrap();
        let ours = MetricRenderer.picture(&svg, METRIC_SIDE, METRIC_SIDE).unwrap();
        let golden = decode(&std::fs::read(file.with_extension("png")).unwrap(), &DecodeLimits::default()).unwrap();
        let golden = drop_alpha(&golden);
        let mean = mean_abs_difference(&ours, &golden).unwrap();
        let apart = |levels: u8| {
            let far = ours.as_raw().iter().zip(golden.as_raw()).filter(|(a, b)| a.abs_diff(**b) > levels).count();
            far as f64 / ours.as_raw().len() as f64 * 100.0
        };
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        println!("| {name} | {mean:.3} | {:.2} % | {:.2} % |", apart(8), apart(64));
        assert!(mean <= TOLERANCE, "{name}: mean difference {mean:.3} levels, expected at most {TOLERANCE}");
    }
}
