//! What the budgeted tracer promises for pictures with soft edges.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use image::{DynamicImage, Rgb, Rgba, RgbaImage};
use linocut_constraints::{Profile, check_svg};
use linocut_core::{ByteBudget, Stop, Task};
use linocut_raster::{composite, drop_alpha, psnr};
use linocut_svg::{Drawing, rasterize};
use linocut_trace::{BudgetTracer, Fades, Objective, Work};
use proptest::prelude::*;

fn quick() -> BudgetTracer {
    BudgetTracer::default().with_work(Work::Sweeps(16)).with_grid(128).with_threads(1).with_fades(Fades::Always)
}

fn trace(tracer: &BudgetTracer, image: &RgbaImage, bytes: usize) -> Drawing {
    tracer.trace_rgba(image, &Task::new(ByteBudget::new(bytes), &Stop::never())).unwrap()
}

/// The mean of the PSNR over white and over black, in dB.
fn quality(drawing: &Drawing, image: &RgbaImage) -> f64 {
    let drawn = rasterize(&drawing.write(), image.width(), image.height()).unwrap();
    let over = |level: u8| psnr(&composite(image, Rgb([level; 3])), &composite(&drawn, Rgb([level; 3]))).unwrap();
    (over(0) + over(255)) / 2.0
}

/// How opaque a soft shape is at a place.
type Softness = fn(f64, f64) -> f64;

fn disc(x: f64, y: f64) -> f64 {
    (54.0 - (x - 62.0).hypot(y - 60.0)) / 30.0
}

fn edge(x: f64, y: f64) -> f64 {
    (0.8 * x + 0.6 * y - 70.0) / 40.0
}

fn glow(x: f64, y: f64) -> f64 {
    0.9 * (-((x - 70.0).powi(2) + (y - 58.0).powi(2)) / 900.0).exp()
}

/// A soft shape over nothing, 128 px a side.
fn soft(level: Softness) -> RgbaImage {
    RgbaImage::from_fn(128, 128, |x, y| {
        let opacity = level(f64::from(x) + 0.5, f64::from(y) + 0.5).clamp(0.0, 1.0);
        Rgba([240, 140, 40, (255.0 * opacity).round() as u8])
    })
}

/// The same on a plain ground.
fn on_ground(image: &RgbaImage) -> RgbaImage {
    DynamicImage::ImageRgb8(composite(image, Rgb([30, 50, 90]))).to_rgba8()
}

#[test]
fn soft_shapes_beat_bands_by_far_at_equal_bytes() {
    for (name, level) in [("disc", disc as Softness), ("edge", edge), ("glow", glow)] {
        for image in [soft(level), on_ground(&soft(level))] {
            let kind = if image.get_pixel(0, 0).0[3] == 255 { "opaque" } else { "cut-out" };
            // Ramps of colour show an opaque edge as well.
            let bands = quick().with_fades(Fades::Never).with_ramps(false);
            let [faded, banded] = [quick(), bands].map(|tracer| quality(&trace(&tracer, &image, 700), &image));
            assert!(faded > banded + 4.0, "{name}, {kind}: {faded} against {banded} dB");
        }
    }
}

#[test]
fn a_soft_disc_is_one_shape_with_a_ramp_to_transparent() {
    let svg = trace(&quick(), &soft(disc), 400).write();
    assert!(svg.as_str().contains("stop-opacity=\"0\""), "{}", svg.as_str());
    assert!(quality(&Drawing::parse(svg.as_str()).unwrap(), &soft(disc)) > 38.0);
}

#[test]
fn sharp_pictures_are_drawn_as_without_fades() {
    let sharp = RgbaImage::from_fn(90, 80, |x, y| {
        let inside = (f64::from(x) - 40.0).hypot(f64::from(y) - 40.0) < 30.0;
        Rgba(if inside {
            [220, 60, 40, 255]
        } else if y > 60 {
            [20, 90, 60, 255]
        } else {
            [200, 220, 240, 255]
        })
    });
    assert_eq!(trace(&quick(), &sharp, 900), trace(&quick().with_fades(Fades::Never), &sharp, 900));
}

#[test]
fn drawings_with_fades_are_searched_further() {
    let image = on_ground(&soft(disc));
    let first = trace(&quick().with_work(Work::Sweeps(4)), &image, 600);
    let task = |stop| Task::new(ByteBudget::new(700), stop);
    let stop = Stop::never();
    let second = quick().improve(&first, &drop_alpha(&image), &task(&stop)).unwrap();
    assert!(second.byte_count() <= 700 && second.write().as_str().contains("stop-opacity"));
    let [before, after] = [&first, &second].map(|drawing| quality(drawing, &image));
    assert!(after + 0.5 >= before, "{after} after {before} dB");
}

#[test]
fn opaque_pictures_have_fades_only_where_asked_for() {
    let image = on_ground(&soft(glow));
    let has_fades = |fades| trace(&quick().with_fades(fades), &image, 700).write().as_str().contains("stop-opacity");
    assert_eq!([Fades::Never, Fades::CutOuts, Fades::Always].map(has_fades), [false, false, true]);
    assert_eq!(BudgetTracer::default().fades, Fades::CutOuts);
}

/// Place, size, direction (a disc beyond 3) and colour.
type Shape = (f64, f64, f64, f64, [u8; 3]);

/// A few soft discs and straight edges over nothing or a ground, some with a sharp shape on top.
fn pictures() -> impl Strategy<Value = RgbaImage> {
    let shape = (0.0..128.0_f64, 0.0..128.0_f64, 6.0..60.0_f64, 0.0..6.3_f64, any::<[u8; 3]>());
    let shapes = prop::collection::vec(shape, 1..4);
    (shapes, any::<bool>(), any::<bool>()).prop_map(|(shapes, opaque, sharp): (Vec<Shape>, bool, bool)| {
        let mut picture = RgbaImage::new(128, 110);
        for (x, y, size, turn, [r, g, b]) in shapes {
            for (column, row, pixel) in picture.enumerate_pixels_mut() {
                let (dx, dy) = (f64::from(column) - x, f64::from(row) - y);
                let far: f64 = if turn > 3.0 { dx.hypot(dy) } else { dx * f64::cos(turn) + dy * f64::sin(turn) };
                let level = (1.5 - far.abs() / size).clamp(0.0, 1.0);
                let below = f64::from(pixel.0[3]) / 255.0;
                let all = level + below * (1.0 - level);
                let mix = |over: u8, under: u8| {
                    ((level * f64::from(over) + below * (1.0 - level) * f64::from(under)) / all.max(1e-9)).round() as u8
                };
                let [old_r, old_g, old_b, _] = pixel.0;
                *pixel = Rgba([mix(r, old_r), mix(g, old_g), mix(b, old_b), (255.0 * all).round() as u8]);
            }
        }
        if sharp {
            (40..80).for_each(|x| (30..70).for_each(|y| picture.put_pixel(x, y, Rgba([20, 200, 90, 255]))));
        }
        if opaque { on_ground(&picture) } else { picture }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn soft_pictures_keep_to_the_budget_and_the_rules_on_any_number_of_threads(
        image in pictures(), bytes in 250..3000_usize, perceptual: bool
    ) {
        let objective = if perceptual { Objective::Perceptual } else { Objective::Raw };
        let tracer = quick().with_work(Work::Sweeps(8)).with_objective(objective);
        let drawing = trace(&tracer, &image, bytes);
        prop_assert!(drawing.byte_count() <= bytes);
        prop_assert_eq!(drawing.byte_count(), drawing.write().as_str().len());
        let valid = check_svg(&drawing.write(), &Profile { max_bytes: bytes, ..Profile::CONTEST });
        prop_assert!(valid.is_ok(), "{:?}", valid);
        prop_assert_eq!(&Drawing::parse(drawing.write().as_str()).unwrap(), &drawing);
        prop_assert_eq!(trace(&tracer.with_threads(2), &image, bytes), drawing);
    }
}
