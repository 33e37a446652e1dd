//! What the tracers make of small pictures, kept as pictures: `fixtures/trace/snapshots`.

#![expect(clippy::unwrap_used, reason = "what fails to trace fails the test")]

use image::{DynamicImage, Rgb, RgbImage};
use linocut_core::{ByteBudget, Stop, Task, Trace};
use linocut_svg::rasterize;
use linocut_testing::{Tolerance, assert_picture};
use linocut_trace::{BudgetTracer, Contours, Work};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/trace/snapshots");
const SIDE: u32 = 96;

/// Discs on a plain ground.
fn flat() -> RgbImage {
    let discs = [(30, 34, 22, [214, 73, 51]), (66, 40, 18, [40, 90, 140]), (48, 70, 15, [240, 200, 90])];
    RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let hit = discs.iter().rev().find(|(cx, cy, r, _)| x.abs_diff(*cx).pow(2) + y.abs_diff(*cy).pow(2) < r * r);
        Rgb(hit.map_or([235, 233, 225], |(_, _, _, color)| *color))
    })
}

/// A sky that grows lighter towards a dark hill.
fn shaded() -> RgbImage {
    RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let hill = 60 + x.abs_diff(48).pow(2) / 60;
        if y > hill { Rgb([30, 60, 40]) } else { Rgb([60 + y as u8, 110 + y as u8, 190]) }
    })
}

/// Stripes of 6 px, aslant.
fn stripes() -> RgbImage {
    RgbImage::from_fn(SIDE, SIDE, |x, y| Rgb(if (x + y / 2) / 6 % 2 == 0 { [20; 3] } else { [250, 245, 230] }))
}

fn assert_traced(tracer: &dyn Trace, name: &str) {
    let stop = Stop::never();
    for (kind, picture) in [("flat", flat()), ("shaded", shaded()), ("stripes", stripes())] {
        let drawing = tracer.trace(&picture, &Task::new(ByteBudget::new(1_500), &stop)).unwrap();
        let traced = DynamicImage::from(rasterize(&drawing.write(), SIDE, SIDE).unwrap()).to_rgb8();
        assert_picture(&traced, FOLDER, &format!("{name}-{kind}"), Tolerance::ROUNDING);
    }
}

#[test]
fn the_budgeted_tracer() {
    assert_traced(&BudgetTracer::default().with_work(Work::Sweeps(24)), "budget");
}

#[cfg(feature = "vtracer")]
#[test]
fn vtracer_cut_to_the_budget() {
    assert_traced(&linocut_trace::VTracer::default(), "vtracer");
}

#[test]
fn contours() {
    assert_traced(&Contours::default(), "contours");
}
