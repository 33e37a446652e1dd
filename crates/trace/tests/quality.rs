//! How good the budgeted tracer's drawings of eight pictures are at a fixed number of sweeps: `fixtures/trace/quality/table.tsv`.

#![expect(clippy::unwrap_used, reason = "what fails to trace fails the test")]

use std::fmt::Write;
use std::path::Path;

use image::{DynamicImage, RgbImage};
use linocut_core::{ByteBudget, Stop, Task};
use linocut_raster::{DecodeLimits, decode, drop_alpha, psnr, ssim, ssimulacra2};
use linocut_svg::rasterize;
use linocut_trace::{BudgetTracer, Objective, Work};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/trace/quality");
const PICTURES: [&str; 8] = ["badge", "balls", "cat", "coffee", "face", "hills", "lighthouse", "rocket"];
const OBJECTIVES: [(&str, Objective); 2] = [("raw", Objective::Raw), ("perceptual", Objective::Perceptual)];
const BYTES: usize = 4_000;
const SWEEPS: u32 = 12;

/// PSNR in dB, SSIM, SSIMULACRA2.
type Figures = [f64; 3];
const MEASURES: [&str; 3] = ["PSNR", "SSIM", "SSIMULACRA2"];
/// How far a mean of eight pictures may fall: about twice what another seed changes.
const NOISE: Figures = [0.2, 0.006, 1.5];

fn read(name: &str) -> RgbImage {
    let file = std::fs::read(Path::new(FOLDER).join(format!("{name}.png"))).unwrap();
    drop_alpha(&decode(&file, &DecodeLimits::default()).unwrap())
}

fn figures(name: &str, objective: Objective) -> Figures {
    let (source, stop) = (read(name), Stop::never());
    let tracer = BudgetTracer::default().with_objective(objective).with_work(Work::Sweeps(SWEEPS));
    let drawing = tracer.trace(&source, &Task::new(ByteBudget::new(BYTES), &stop)).unwrap();
    assert!(drawing.byte_count() <= BYTES);
    let drawn = rasterize(&drawing.write(), source.width(), source.height()).unwrap();
    let drawn = DynamicImage::ImageRgba8(drawn).to_rgb8();
    [psnr(&source, &drawn).unwrap(), ssim(&source, &drawn).unwrap(), ssimulacra2(&source, &drawn).unwrap()]
}

/// The table as text, a row for each objective and picture and one for the mean of each objective.
fn measured() -> String {
    let mut table = String::from("objective\tpicture\tPSNR\tSSIM\tSSIMULACRA2\n");
    let mut row = |objective: &str, picture: &str, [psnr, ssim, s2]: Figures| {
        writeln!(table, "{objective}\t{picture}\t{psnr:.2}\t{ssim:.4}\t{s2:.2}").unwrap();
    };
    for (word, objective) in OBJECTIVES {
        let mut sum = [0.0; 3];
        for picture in PICTURES {
            let found = figures(picture, objective);
            sum.iter_mut().zip(found).for_each(|(sum, figure)| *sum += figure);
            row(word, picture, found);
        }
        row(word, "mean", sum.map(|sum| sum / PICTURES.len() as f64));
    }
    table
}

fn means(table: &str) -> Vec<(String, Figures)> {
    let mean = |line: &str| {
        let words: Vec<&str> = line.split('\t').collect();
        let figure = |at: usize| words[at].parse().unwrap();
        (words[1] == "mean").then(|| (words[0].to_owned(), [figure(2), figure(3), figure(4)]))
    };
    table.lines().skip(1).filter_map(mean).collect()
}

#[test]
fn drawings_are_as_good_as_they_were() {
    let path = Path::new(FOLDER).join("table.tsv");
    let fresh = measured();
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::write(&path, &fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    let (now, before) = (means(&fresh), means(&kept));
    assert_eq!(now.len(), OBJECTIVES.len());
    for ((objective, now), (kept_objective, before)) in now.iter().zip(&before) {
        assert_eq!(objective, kept_objective);
        for at in 0..3 {
            let fallen = before[at] - now[at];
            assert!(fallen <= NOISE[at], "{objective}: mean {} fell by {fallen:.3} in\n{fresh}", MEASURES[at]);
        }
    }
    let s2 = |of: usize| now[of].1[2];
    assert!(s2(1) > s2(0) + 3.0, "the perceptual objective should be ahead in SSIMULACRA2:\n{fresh}");
}
