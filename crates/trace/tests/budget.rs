//! What the budgeted tracer promises for any picture.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use image::{Rgb, RgbImage};
use linocut_core::{ByteBudget, Rewrite, Stop, Task};
use linocut_raster::{FixedDefences, psnr, ssimulacra2};
use linocut_svg::{
    Color, Drawing, Geometry, Gradient, GradientGeometry, GradientStop, Matrix, Opacity, Paint, Point, Segment, Shape,
    Spread, rasterize,
};
use linocut_trace::{BudgetTracer, Contours, Objective, TraceError, Work};
use proptest::prelude::*;

fn quick() -> BudgetTracer {
    BudgetTracer::default().with_work(Work::Sweeps(8)).with_grid(96).with_threads(1)
}

/// A disc, a thin line and a sky that darkens.
fn scene() -> RgbImage {
    RgbImage::from_fn(96, 72, |x, y| {
        let disc = (f64::from(x) - 30.0).hypot(f64::from(y) - 40.0) < 18.0;
        let line = x.abs_diff(70 + y / 8) < 2;
        Rgb(if disc {
            [230, 90, 40]
        } else if line {
            [20, 20, 30]
        } else {
            [120, 160, 250 - (y * 2) as u8]
        })
    })
}

fn trace(tracer: &BudgetTracer, image: &RgbImage, bytes: usize, seed: u64) -> Drawing {
    let stop = Stop::never();
    tracer.trace(image, &Task { seed, ..Task::new(ByteBudget::new(bytes), &stop) }).unwrap()
}

fn looks(drawing: &Drawing, image: &RgbImage) -> RgbImage {
    let picture = rasterize(&drawing.write(), image.width(), image.height()).unwrap();
    image::DynamicImage::ImageRgba8(picture).to_rgb8()
}

fn pictures() -> impl Strategy<Value = RgbImage> {
    (1..80_u32, 1..80_u32, any::<u64>(), 0..4_u32).prop_map(|(width, height, seed, kind)| {
        RgbImage::from_fn(width, height, |x, y| {
            let hash =
                (u64::from(x) << 32 | u64::from(y)).wrapping_mul(seed | 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
            Rgb(match kind {
                0 => [seed as u8; 3],
                1 => [hash as u8, (hash >> 8) as u8, (hash >> 16) as u8],
                2 => [if (x + y) % 2 == 0 { 255 } else { 0 }; 3],
                _ => [(x * 3) as u8, (y * 3) as u8, seed as u8],
            })
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_drawing_exceeds_its_budget(image in pictures(), bytes in 200..4000_usize, seed in any::<u64>()) {
        let objective = [Objective::Raw, Objective::Defended, Objective::Perceptual][seed as usize % 3];
        let drawing = trace(&quick().with_objective(objective), &image, bytes, seed);
        prop_assert!(drawing.byte_count() <= bytes);
        prop_assert_eq!(drawing.byte_count(), drawing.write().as_str().len());
        let (width, height) = image.dimensions();
        let factor = drawing.width / width;
        prop_assert!(factor > 0);
        prop_assert_eq!((drawing.width, drawing.height), (factor * width, factor * height));
    }
}

#[test]
fn nothing_is_spent_on_a_picture_of_one_colour() {
    let drawing = trace(&quick(), &RgbImage::from_pixel(90, 60, Rgb([30, 90, 200])), 5000, 3);
    assert!(drawing.byte_count() < 160, "{}", drawing.write().as_str());
}

#[test]
fn threads_do_not_change_the_result() {
    for objective in [Objective::Raw, Objective::Defended, Objective::Perceptual] {
        let tracer = |threads| quick().with_threads(threads).with_objective(objective);
        let texts = [1, 2, 5].map(|threads| trace(&tracer(threads), &scene(), 1500, 7).write());
        assert_eq!(texts[0], texts[1]);
        assert_eq!(texts[0], texts[2]);
        assert_ne!(texts[0], trace(&tracer(1), &scene(), 1500, 8).write());
    }
}

#[test]
fn the_search_beats_contours() {
    let (image, stop) = (scene(), Stop::never());
    let quality = |drawing: &Drawing| psnr(&image, &looks(drawing, &image)).unwrap();
    for bytes in [800, 1600] {
        let contours = Contours::default().trace(&image, &Task::new(ByteBudget::new(bytes), &stop)).unwrap();
        let own = trace(&quick().with_work(Work::Sweeps(30)), &image, bytes, 0);
        assert!(quality(&own) > quality(&contours) + 1.0, "{} {}", quality(&own), quality(&contours));
    }
}

#[test]
fn what_the_search_reports_is_what_the_drawing_shows() {
    let (image, stop) = (scene(), Stop::never());
    let mut last = None;
    let watch = |p: &linocut_trace::TraceProgress<'_>| last = Some((p.error(), p.bytes(), p.preview(), p.done()));
    let work = Work::Sweeps(5);
    quick().with_work(work).trace_watched(&image, &Task::new(ByteBudget::new(1500), &stop), watch).unwrap();
    let (error, bytes, preview, done) = last.unwrap();
    assert_eq!((preview.byte_count(), done), (bytes, 1.0));
    let told = 10.0 * (255.0_f64 * 255.0 / error).log10();
    let shown = psnr(&image, &looks(&preview, &image)).unwrap();
    // The renderer's edges have more than four levels; at 40 dB that is some of the error.
    assert!((told - shown).abs() < 2.0, "{told} {shown}");
}

#[test]
fn a_drawing_is_searched_further() {
    let (image, stop) = (scene(), Stop::never());
    let task = Task::new(ByteBudget::new(1000), &stop);
    let quality = |drawing: &Drawing| psnr(&image, &looks(drawing, &image)).unwrap();
    let contours = Contours::default().trace(&image, &task).unwrap();
    let searched = quick().improve(&contours, &image, &task).unwrap();
    assert!(searched.byte_count() <= 1000);
    let once_more = quick().with_work(Work::Sweeps(1)).improve(&searched, &image, &task).unwrap();
    assert!(quality(&once_more) >= quality(&searched) - 0.05, "{} {}", quality(&once_more), quality(&searched));
    assert!(quality(&searched) > quality(&contours) + 1.0, "{} {}", quality(&searched), quality(&contours));
    let rounded = Shape::filled(Geometry::Rect { x: 1, y: 1, width: 7, height: 7, radius: 2 }, Color::BLACK);
    let refused = quick().improve(&Drawing { shapes: vec![rounded], ..Drawing::new(9, 9) }, &image, &task);
    assert!(matches!(refused, Err(TraceError::Shape { index: 0, .. })));
}

#[test]
fn the_defended_objective_looks_better_through_the_filters() {
    let image = RgbImage::from_fn(96, 96, |x, y| {
        let grain = if (x / 3 + y / 2) % 2 == 0 { 40 } else { 0 };
        Rgb([(x * 2) as u8 / 2 + grain, (y * 2) as u8 / 2 + grain, if x > y { 180 } else { 60 + grain }])
    });
    let mut filters = FixedDefences::new(96, 96).unwrap();
    let seen = filters.apply(&image).unwrap();
    let mut quality = |objective| {
        let drawing = trace(&quick().with_objective(objective).with_work(Work::Sweeps(40)), &image, 1200, 1);
        psnr(&seen, &filters.apply(&looks(&drawing, &image)).unwrap()).unwrap()
    };
    let (raw, defended) = (quality(Objective::Raw), quality(Objective::Defended));
    assert!(defended > raw, "{raw} {defended}");
}

/// Shaded balls in front of grass.
fn shaded() -> RgbImage {
    RgbImage::from_fn(128, 128, |x, y| {
        let (dx, dy) = (f64::from(x) - 60.0, f64::from(y) - 58.0);
        let height = 1.0 - (dx * dx + dy * dy) / 40.0_f64.powi(2);
        let grain = (x * 7919 + y * 104_729) % 61;
        Rgb(if height > 0.0 {
            let light = (0.3 + 0.6 * (height.sqrt() - 0.5 * dx / 40.0 - 0.5 * dy / 40.0) / 1.4).clamp(0.05, 1.0);
            [230.0, 90.0, 60.0].map(|v| (v * light) as u8)
        } else if y > 80 {
            [40 + grain as u8, 100 + grain as u8, 30]
        } else {
            [120 + (y / 2) as u8, 170, 230 - y as u8]
        })
    })
}

#[test]
fn the_perceptual_objective_looks_better_to_people() {
    let image = shaded();
    let quality = |objective| {
        let tracer = BudgetTracer::default()
            .with_objective(objective)
            .with_work(Work::Sweeps(40))
            .with_grid(128)
            .with_threads(1);
        ssimulacra2(&image, &looks(&trace(&tracer, &image, 2000, 1), &image)).unwrap()
    };
    let (raw, perceptual) = (quality(Objective::Raw), quality(Objective::Perceptual));
    assert!(perceptual > raw + 1.0, "{raw} {perceptual}");
}

#[test]
fn a_drawing_is_never_made_worse_to_people() {
    let (image, stop) = (shaded(), Stop::never());
    let tracer = quick().with_objective(Objective::Perceptual);
    let drawing = trace(&tracer.clone().with_work(Work::Sweeps(40)), &image, 1500, 0);
    let budget = ByteBudget::new(drawing.byte_count());
    let image = linocut_raster::resize(&image, drawing.width, drawing.height, linocut_raster::Filter::Lanczos).unwrap();
    let once_more = tracer.with_work(Work::Sweeps(1)).improve(&drawing, &image, &Task::new(budget, &stop));
    let quality = |drawing: &Drawing| ssimulacra2(&image, &looks(drawing, &image)).unwrap();
    let (before, after) = (quality(&drawing), quality(&once_more.unwrap()));
    assert!(after > before - 0.5, "{before} to {after}");
}

#[test]
fn a_drawing_is_never_made_worse_through_the_filters() {
    let (image, stop) = (shaded(), Stop::never());
    let tracer = quick().with_objective(Objective::Defended).with_grid(128);
    let drawing = trace(&tracer.clone().with_work(Work::Sweeps(40)), &image, 1500, 0);
    let task = Task::new(ByteBudget::new(drawing.byte_count()), &stop);
    let once_more = tracer.with_work(Work::Sweeps(1)).improve(&drawing, &image, &task).unwrap();
    let mut filters = FixedDefences::new(128, 128).unwrap();
    let seen = filters.apply(&image).unwrap();
    let mut quality = |drawing: &Drawing| psnr(&seen, &filters.apply(&looks(drawing, &image)).unwrap()).unwrap();
    let (before, after) = (quality(&drawing), quality(&once_more));
    assert!(after > before - 0.05, "{before} to {after}");
}

/// Number of shapes that are painted with a gradient.
fn gradients(drawing: &Drawing) -> usize {
    drawing.shapes.iter().filter(|shape| matches!(shape.fill, Some(Paint::Gradient(_)))).count()
}

#[test]
fn smooth_shading_is_drawn_in_gradients() {
    let (image, stop) = (scene(), Stop::never());
    let quality = |drawing: &Drawing| psnr(&image, &looks(drawing, &image)).unwrap();
    let drawn = |ramps| trace(&quick().with_ramps(ramps), &image, 1000, 0);
    let (with, without) = (drawn(true), drawn(false));
    assert_eq!((gradients(&with) > 0, gradients(&without)), (true, 0));
    assert!(quality(&with) > quality(&without) + 1.0, "{} {}", quality(&with), quality(&without));
    // It is valid, is read as it is, and is searched further with its gradients.
    let text = with.write().into_string();
    assert_eq!(Drawing::parse(&text).unwrap(), with);
    let task = Task::new(ByteBudget::new(1000), &stop);
    let again = quick().improve(&with, &image, &task).unwrap();
    assert!(again.byte_count() <= 1000 && gradients(&again) > 0);
    assert!(quality(&again) >= quality(&with) - 0.05, "{} {}", quality(&again), quality(&with));
}

#[test]
fn gradients_that_the_search_does_not_know_are_refused() {
    let stop = |offset| GradientStop { offset, color: Color::WHITE, opacity: Opacity::OPAQUE };
    let gradient = |spread, stops: &[u16]| Gradient {
        geometry: GradientGeometry::Linear { from: Point::new(0, 0), to: Point::new(0, 9) },
        transform: Matrix::IDENTITY,
        spread,
        stops: stops.iter().map(|&offset| stop(offset)).collect(),
    };
    let improved = |gradient: Gradient| {
        let shape = Shape {
            fill: Some(Paint::Gradient(Box::new(gradient))),
            ..Shape::filled(Geometry::rect(0, 0, 9, 9), Color::BLACK)
        };
        let (never, image) = (Stop::never(), RgbImage::new(9, 9));
        quick().improve(
            &Drawing { shapes: vec![shape], ..Drawing::new(9, 9) },
            &image,
            &Task::new(ByteBudget::new(900), &never),
        )
    };
    assert!(improved(gradient(Spread::Pad, &[0, 1000])).is_ok());
    assert!(improved(gradient(Spread::Pad, &[0, 500, 1000])).is_ok());
    for unknown in
        [gradient(Spread::Reflect, &[0, 1000]), gradient(Spread::Pad, &[0, 300, 1000]), gradient(Spread::Pad, &[])]
    {
        let error = improved(unknown).unwrap_err().to_string();
        assert!(
            error.starts_with("shape 0 is not filled with one colour or a gradient of two or three even stops"),
            "{error}"
        );
    }
}

/// A stop that asks to stop from this poll on, and the count of its polls.
fn from_poll(first: u64) -> (Stop, Arc<AtomicU64>) {
    let polls = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&polls);
    (Stop::never().when(move || counter.fetch_add(1, Ordering::Relaxed) >= first), polls)
}

/// Stops `run` at polls spread over its whole course: it must have polled this often for that, and must end soon after.
fn stops_everywhere(least: u64, run: impl Fn(&Stop) -> Drawing) {
    let (stop, polls) = from_poll(u64::MAX);
    run(&stop);
    let all = polls.load(Ordering::Relaxed);
    assert!(all >= least, "{all} polls, expected at least {least}");
    for part in 0..10 {
        let first = all * part / 10;
        let (stop, polls) = from_poll(first);
        assert!(run(&stop).byte_count() <= 10_000);
        let after = polls.load(Ordering::Relaxed) - first;
        // Each loop that is left polls once more, at most once for every layer.
        assert!(after < 600, "{after} polls after being asked to stop at {first} of {all}");
    }
}

#[test]
fn the_worst_pictures_stop_wherever_they_are_asked_to() {
    let noise =
        RgbImage::from_fn(160, 160, |x, y| Rgb([((x * 7919 + y * 104_729) % 251) as u8, (x * y % 253) as u8, 90]));
    for objective in [Objective::Raw, Objective::Defended, Objective::Perceptual] {
        let tracer = BudgetTracer::default().with_objective(objective).with_work(Work::Sweeps(9)).with_threads(2);
        stops_everywhere(2_000, |stop| tracer.trace(&noise, &Task::new(ByteBudget::CONTEST, stop)).unwrap());
    }
    // One polygon through 40,000 vertices.
    let vertices: Vec<Point> = (0..40_000).map(|i| Point::new(i * 7 % 160, i * 13 % 151)).collect();
    let drawing = Drawing {
        shapes: vec![Shape::filled(Geometry::polygon(&vertices), Color::new(200, 40, 30))],
        ..Drawing::new(160, 160)
    };
    let tracer = BudgetTracer::default().with_work(Work::Sweeps(2));
    stops_everywhere(500, |stop| tracer.improve(&drawing, &noise, &Task::new(ByteBudget::CONTEST, stop)).unwrap());
}

#[test]
fn options_out_of_range_are_named() {
    let stop = Stop::never();
    let says =
        |tracer: BudgetTracer| tracer.trace(&scene(), &Task::new(ByteBudget::CONTEST, &stop)).unwrap_err().to_string();
    assert_eq!(says(quick().with_grid(4)), "option grid is 4, expected 8 to 1024 px");
    assert_eq!(says(quick().with_work(Work::Sweeps(0))), "option work is 0, expected 1 to 100,000 sweeps");
    assert!(says(quick().with_perception(f64::NAN)).starts_with("option perception is NaN"));
    let task = Task::new(ByteBudget::new(20), &stop);
    assert!(matches!(quick().trace(&scene(), &task), Err(TraceError::BudgetTooSmall { budget: 20, .. })));
    assert!(matches!(quick().trace(&RgbImage::new(0, 3), &task), Err(TraceError::EmptyPicture { .. })));
}

#[test]
fn a_rewrite_without_a_picture_keeps_what_fits_and_refuses_the_rest() {
    let stop = Stop::never();
    let drawing = trace(&quick(), &scene(), 1500, 0);
    let rewrite = |bytes: usize| Rewrite::rewrite(&quick(), drawing.clone(), &Task::new(ByteBudget::new(bytes), &stop));
    assert_eq!(rewrite(drawing.byte_count()).unwrap(), drawing);
    assert!(rewrite(drawing.byte_count() - 1).is_err());
}

#[test]
fn a_full_drawing_is_improved_within_its_bytes() {
    let (stop, image) = (Stop::never(), scene());
    // In polygons: what curves gain in so simple a picture is less than what the search's samples miss of a rendering.
    let quick = quick().with_curves(false);
    let drawing = trace(&quick, &image, 1500, 0);
    let budget = ByteBudget::new(drawing.byte_count());
    let patient = quick.clone().with_work(Work::Sweeps(40));
    let improved = patient.improve(&drawing, &image, &Task::new(budget, &stop)).unwrap();
    assert!(improved.byte_count() <= drawing.byte_count());
    let quality = |drawing: &Drawing| psnr(&image, &looks(drawing, &image)).unwrap();
    assert!(quality(&improved) > quality(&drawing), "{} to {}", quality(&drawing), quality(&improved));
}

#[test]
fn flat_art_is_drawn_in_curves_on_half_pixels() {
    let disc = RgbImage::from_fn(96, 96, |x, y| {
        // Of each pixel the share of 16 samples inside.
        let inside = |k: u32| {
            let (u, v) = (f64::from(x) + f64::from(k % 4) / 4.0 + 0.125, f64::from(y) + f64::from(k / 4) / 4.0 + 0.125);
            (u - 47.3).hypot(v - 50.1) < 30.7
        };
        let level = (0..16).filter(|&k| inside(k)).count() as u32 * 255 / 16;
        Rgb([level as u8, 60, 90])
    });
    let drawn = |curves| trace(&quick().with_curves(curves).with_work(Work::Sweeps(40)), &disc, 300, 0);
    let (curved, straight) = (drawn(true), drawn(false));
    assert_eq!(((curved.width, curved.height), (straight.width, straight.height)), ((192, 192), (96, 96)));
    let segments = |drawing: &Drawing| {
        let paths = drawing.shapes.iter().filter_map(|shape| match &shape.geometry {
            Geometry::Path(path) => Some(path.subpaths.iter().flat_map(|subpath| subpath.segments.clone())),
            _ => None,
        });
        paths.flatten().collect::<Vec<Segment>>()
    };
    let curves = |drawing: &Drawing| segments(drawing).iter().filter(|s| matches!(s, Segment::Quadratic(..))).count();
    assert!(curves(&curved) > 0 && curves(&straight) == 0);
    assert!(segments(&curved).len() < segments(&straight).len());
    let quality = |drawing: &Drawing| psnr(&disc, &looks(drawing, &disc)).unwrap();
    assert!(quality(&curved) > quality(&straight) - 0.5, "{} {}", quality(&curved), quality(&straight));
    // Its own drawings are searched further.
    let stop = Stop::never();
    let again = quick().improve(&curved, &disc, &Task::new(ByteBudget::new(300), &stop)).unwrap();
    assert_eq!((again.width, again.height), (192, 192));
    assert!(quality(&again) > quality(&curved) - 0.5);
}

#[test]
fn budgets_of_any_size_are_used_while_that_pays() {
    let noise = RgbImage::from_fn(96, 96, |x, y| {
        let hash = |k: u32| ((x * 7919 + y * 104_729 + k * 1_299_709).wrapping_mul(2_654_435_761) >> 24) as u8;
        Rgb([hash(1), hash(2), hash(3)])
    });
    let bytes = |budget| trace(&quick(), &noise, budget, 0).byte_count();
    assert!(bytes(1_000_000_000) >= bytes(20_000));
}
