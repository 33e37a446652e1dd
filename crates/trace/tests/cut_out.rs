//! What the budgeted tracer promises for pictures with transparent parts.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use image::{DynamicImage, Rgb, RgbImage, Rgba, RgbaImage};
use linocut_constraints::{Profile, check_svg};
use linocut_core::{ByteBudget, Stop, Task};
use linocut_raster::{composite, psnr};
use linocut_svg::{Drawing, rasterize};
use linocut_trace::{BudgetTracer, Objective, TraceError, Work};
use proptest::prelude::*;

const GROUNDS: [Rgb<u8>; 3] = [Rgb([255; 3]), Rgb([0; 3]), Rgb([40, 160, 90])];
const OBJECTIVES: [Objective; 3] = [Objective::Raw, Objective::Defended, Objective::Perceptual];

fn quick() -> BudgetTracer {
    BudgetTracer::default().with_work(Work::Sweeps(8)).with_grid(96).with_threads(1)
}

fn trace(tracer: &BudgetTracer, image: &RgbaImage, bytes: usize) -> Drawing {
    tracer.trace_rgba(image, &Task::new(ByteBudget::new(bytes), &Stop::never())).unwrap()
}

/// PSNR over white, black and a colour, in dB.
fn qualities(drawing: &Drawing, image: &RgbaImage) -> [f64; 3] {
    let drawn = rasterize(&drawing.write(), image.width(), image.height()).unwrap();
    GROUNDS.map(|ground| psnr(&composite(image, ground), &composite(&drawn, ground)).unwrap())
}

/// Opacity at a pixel of a picture.
fn opacity_at(drawing: &Drawing, image: &RgbaImage, x: u32, y: u32) -> u8 {
    rasterize(&drawing.write(), image.width(), image.height()).unwrap().get_pixel(x, y).0[3]
}

/// A disc with an edge of this width, its colour from red to yellow, in front of nothing.
fn disc(edge: f64) -> RgbaImage {
    RgbaImage::from_fn(96, 96, |x, y| {
        let far = (f64::from(x) - 47.5).hypot(f64::from(y) - 47.5);
        let opacity = ((34.0 - far) / edge + 0.5).clamp(0.0, 1.0);
        Rgba([230, (2 * y) as u8, 30, (255.0 * opacity).round() as u8])
    })
}

/// A thick ring of the grey that the search lies over, which no colour tells from its ground.
fn grey_ring() -> RgbaImage {
    RgbaImage::from_fn(96, 96, |x, y| {
        let far = (f64::from(x) - 47.5).hypot(f64::from(y) - 47.5);
        Rgba([128, 128, 128, if (20.0..38.0).contains(&far) { 255 } else { 0 }])
    })
}

#[test]
fn a_cut_out_looks_right_on_any_colour() {
    for objective in OBJECTIVES {
        let tracer = quick().with_objective(objective).with_work(Work::Sweeps(24));
        for (name, picture, least) in
            [("disc", disc(1.0), 28.0), ("grey ring", grey_ring(), 24.0), ("soft disc", disc(16.0), 26.0)]
        {
            let found = qualities(&trace(&tracer, &picture, 1500), &picture);
            assert!(found.iter().all(|quality| *quality > least), "{objective:?}, {name}: {found:?}");
        }
    }
}

#[test]
fn what_is_transparent_stays_uncovered() {
    let picture = grey_ring();
    let drawing = trace(&quick(), &picture, 800);
    assert_eq!([(2, 2), (93, 4), (47, 47)].map(|(x, y)| opacity_at(&drawing, &picture, x, y)), [0; 3]);
    assert_eq!([(47, 18), (76, 47)].map(|(x, y)| opacity_at(&drawing, &picture, x, y)), [255; 2]);
}

#[test]
fn edges_have_no_seam_of_another_colour() {
    // A white disc whose transparent pixels are stored as black: over white nothing may show.
    let white = RgbaImage::from_fn(96, 96, |x, y| {
        let far = (f64::from(x) - 47.5).hypot(f64::from(y) - 47.5);
        let opacity = (34.5 - far).clamp(0.0, 1.0);
        if opacity > 0.0 { Rgba([255, 255, 255, (255.0 * opacity) as u8]) } else { Rgba([0; 4]) }
    });
    let drawing = trace(&quick().with_work(Work::Sweeps(20)), &white, 1000);
    let drawn = composite(&rasterize(&drawing.write(), 96, 96).unwrap(), Rgb([255; 3]));
    let darkest = drawn.pixels().flat_map(|pixel| pixel.0).min().unwrap();
    assert!(darkest > 245, "{darkest}: {}", drawing.write().as_str());
}

#[test]
fn shadows_become_translucent() {
    let shadow = RgbaImage::from_fn(96, 96, |x, y| {
        let shade = (20..80).contains(&x) && (30..70).contains(&y);
        Rgba([0, 0, 0, if shade { 77 } else { 0 }])
    });
    let drawing = trace(&quick().with_work(Work::Sweeps(20)), &shadow, 600);
    let opacity = opacity_at(&drawing, &shadow, 50, 50);
    assert!((60..95).contains(&opacity), "{opacity}");
}

#[test]
fn an_opaque_picture_is_traced_as_ever() {
    let picture = RgbImage::from_fn(80, 60, |x, y| Rgb([(3 * x) as u8, 90, if x > y { 200 } else { 20 }]));
    let as_ever = quick().trace(&picture, &Task::new(ByteBudget::new(900), &Stop::never())).unwrap();
    assert_eq!(trace(&quick(), &DynamicImage::ImageRgb8(picture).to_rgba8(), 900), as_ever);
}

#[test]
fn nothing_is_drawn_of_nothing_and_a_dot_of_a_dot() {
    assert!(trace(&quick(), &RgbaImage::new(50, 40), 900).shapes.is_empty());
    let dot = RgbaImage::from_fn(90, 60, |x, y| Rgba([0, 0, 200, if (x, y) == (70, 11) { 255 } else { 0 }]));
    let drawing = trace(&quick(), &dot, 900);
    assert!(opacity_at(&drawing, &dot, 70, 11) > 200 && opacity_at(&drawing, &dot, 60, 11) == 0);
}

#[test]
fn a_stopped_trace_fits_and_what_cannot_be_drawn_is_refused() {
    let stop = Stop::never();
    stop.cancel();
    let task = Task::new(ByteBudget::new(700), &stop);
    assert!(quick().trace_rgba(&disc(4.0), &task).unwrap().byte_count() <= 700);
    let task = Task::new(ByteBudget::new(20), &stop);
    assert!(matches!(quick().trace_rgba(&disc(4.0), &task), Err(TraceError::BudgetTooSmall { budget: 20, .. })));
    let empty = quick().trace_rgba(&RgbaImage::new(0, 3), &task);
    assert!(matches!(empty, Err(TraceError::EmptyPicture { width: 0, height: 3 })));
}

#[test]
fn threads_do_not_change_a_cut_out() {
    for objective in OBJECTIVES {
        let tracer = |threads| quick().with_objective(objective).with_threads(threads);
        assert_eq!(trace(&tracer(1), &disc(12.0), 1200), trace(&tracer(4), &disc(12.0), 1200));
    }
}

/// Noise, stripes, a soft blob or cells, each with an opacity of its own.
fn pictures() -> impl Strategy<Value = RgbaImage> {
    (1..80_u32, 1..80_u32, any::<u64>(), 0..4_u32, 0..4_u32).prop_map(|(width, height, seed, colors, opacities)| {
        let hash = |x: u32, y: u32| {
            (u64::from(x) << 32 | u64::from(y)).wrapping_mul(seed | 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40
        };
        let far = |x: u32, y: u32| x.abs_diff(width / 2).max(y.abs_diff(height / 2));
        RgbaImage::from_fn(width, height, |x, y| {
            let [r, g, b] = match colors {
                0 => [seed as u8; 3],
                1 => [hash(x, y) as u8, (hash(x, y) >> 8) as u8, (hash(x, y) >> 16) as u8],
                2 => [128; 3],
                _ => [(x * 3) as u8, (y * 3) as u8, seed as u8],
            };
            let opacity = match opacities {
                0 => hash(y, x) as u8,
                1 => {
                    if (x + y) / 5 % 2 == 0 {
                        255
                    } else {
                        0
                    }
                }
                2 => 255 - (far(x, y) * 12).min(255) as u8,
                _ => hash(x / 7, y / 7) as u8,
            };
            Rgba([r, g, b, opacity])
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_cut_out_exceeds_its_budget_or_breaks_a_rule(
        image in pictures(), bytes in 200..4000_usize, kind in 0..3_usize
    ) {
        let drawing = trace(&quick().with_objective(OBJECTIVES[kind]), &image, bytes);
        prop_assert!(drawing.byte_count() <= bytes);
        prop_assert_eq!(drawing.byte_count(), drawing.write().as_str().len());
        let valid = check_svg(&drawing.write(), &Profile { max_bytes: bytes, ..Profile::CONTEST });
        prop_assert!(valid.is_ok(), "{:?}", valid);
    }

    #[test]
    fn a_cut_out_is_no_worse_than_nothing_at_all(image in pictures()) {
        let drawing = trace(&quick(), &image, 1500);
        let nothing = Drawing::new(drawing.width, drawing.height);
        // Means of squared errors over white and over black.
        let error = |drawing: &Drawing| {
            let drawn = rasterize(&drawing.write(), image.width(), image.height()).unwrap();
            let squared = |ground: Rgb<u8>| {
                let (a, b) = (composite(&image, ground), composite(&drawn, ground));
                let sum: f64 = a.iter().zip(b.iter()).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum();
                sum / a.len() as f64
            };
            squared(GROUNDS[0]) + squared(GROUNDS[1])
        };
        // The renderer's edges have more levels than the search's.
        prop_assert!(error(&drawing) <= 1.05 * error(&nothing) + 5.0, "{} {}", error(&drawing), error(&nothing));
    }
}
