//! Lines of flat art as strokes.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use image::{DynamicImage, RgbImage};
use linocut_core::{ByteBudget, Stop, Task};
use linocut_raster::psnr;
use linocut_svg::{Color, Drawing, Geometry, Path, Point, Segment, Shape, Subpath, rasterize};
use linocut_trace::{BudgetTracer, Objective, TraceError, Work};

const SIDE: u32 = 128;

fn tracer() -> BudgetTracer {
    BudgetTracer::default().with_strokes(true).with_grid(SIDE).with_work(Work::Sweeps(14)).with_threads(1)
}

/// A face in lines before a green hill.
fn face() -> RgbImage {
    let p = Point::new;
    let hill = Geometry::polygon(&[p(0, 220), p(256, 180), p(256, 256), p(0, 256)]);
    let smile = Segment::Cubic(p(90, 190), p(150, 190), p(166, 150));
    let smile = Subpath { start: p(74, 150), segments: vec![smile], closed: false };
    let ink = Color::new(30, 30, 40);
    let shapes = vec![
        Shape::filled(Geometry::rect(0, 0, 256, 256), Color::WHITE),
        Shape::filled(hill, Color::new(90, 170, 80)),
        Shape::stroked(Geometry::circle(p(120, 120), 90), ink, 9),
        Shape::stroked(Geometry::circle(p(90, 96), 14), ink, 9),
        Shape::stroked(Geometry::circle(p(150, 96), 14), ink, 9),
        Shape::stroked(Geometry::Path(Path { subpaths: vec![smile] }), Color::new(200, 30, 60), 11),
    ];
    looks(&Drawing { shapes, ..Drawing::new(256, 256) })
}

fn looks(drawing: &Drawing) -> RgbImage {
    DynamicImage::ImageRgba8(rasterize(&drawing.write(), SIDE, SIDE).unwrap()).to_rgb8()
}

fn trace(tracer: &BudgetTracer, image: &RgbImage, bytes: usize) -> Drawing {
    tracer.trace(image, &Task::new(ByteBudget::new(bytes), &Stop::never())).unwrap()
}

fn strokes(drawing: &Drawing) -> Vec<Shape> {
    drawing.shapes.iter().filter(|shape| shape.stroke.is_some()).cloned().collect()
}

#[test]
fn lines_are_drawn_as_strokes_and_closer_to_the_picture() {
    let image = face();
    for objective in [Objective::Raw, Objective::Perceptual] {
        let tracer = tracer().with_objective(objective);
        let (with, without) = (trace(&tracer, &image, 700), trace(&tracer.clone().with_strokes(false), &image, 700));
        assert!(strokes(&with).len() >= 3 && strokes(&without).is_empty(), "{}", with.write().as_str());
        assert_eq!((with.width, with.height), (2 * SIDE, 2 * SIDE));
        let quality = |drawing: &Drawing| psnr(&image, &looks(drawing)).unwrap();
        assert!(quality(&with) > quality(&without) + 0.3, "{} {}", quality(&with), quality(&without));
    }
    assert!(strokes(&trace(&tracer().with_objective(Objective::Defended), &image, 700)).is_empty());
    assert!(strokes(&trace(&tracer().with_work(Work::Sweeps(5)), &image, 700)).is_empty());
}

#[test]
fn every_budget_is_kept_and_threads_change_nothing() {
    let image = face();
    for bytes in [150, 200, 260, 330, 420, 600, 1500] {
        let drawing = trace(&tracer(), &image, bytes);
        assert!(drawing.byte_count() <= bytes, "{} of {bytes}", drawing.byte_count());
        assert_eq!(drawing, trace(&tracer().with_threads(2), &image, bytes));
    }
}

#[test]
fn a_stopped_search_is_within_its_budget() {
    let image = face();
    let stop = Stop::never();
    for after in 0..6 {
        let task = Task::new(ByteBudget::new(500), &stop);
        let mut sweeps = 0;
        let watched = tracer().trace_watched(&image, &task, |progress| {
            sweeps += 1;
            assert_eq!(progress.preview().byte_count(), progress.bytes());
            if sweeps > after {
                stop.cancel();
            }
        });
        assert!(watched.unwrap().byte_count() <= 500);
    }
    assert!(trace_stopped(&image, &stop).byte_count() <= 500);
}

fn trace_stopped(image: &RgbImage, stop: &Stop) -> Drawing {
    tracer().trace(image, &Task::new(ByteBudget::new(500), stop)).unwrap()
}

#[test]
fn a_drawing_with_strokes_on_top_is_searched_further() {
    let image = face();
    let first = trace(&tracer(), &image, 600);
    let (stop, improver) = (Stop::never(), tracer().with_work(Work::Sweeps(4)));
    let improve = |drawing: &Drawing, bytes| {
        let improved = improver.improve(drawing, &image, &Task::new(ByteBudget::new(bytes), &stop));
        improved.inspect(|drawing| assert!(drawing.byte_count() <= bytes))
    };
    let again = improve(&first, 600).unwrap();
    assert_eq!(strokes(&again), strokes(&first));
    let quality = |drawing: &Drawing| psnr(&image, &looks(drawing)).unwrap();
    assert!(quality(&again) > quality(&first) - 0.3, "{} {}", quality(&again), quality(&first));
    for bytes in [160, 250, 330] {
        assert!(strokes(&improve(&first, bytes).unwrap()).len() <= strokes(&first).len());
    }
    let mut buried = first.clone();
    buried.shapes.push(Shape::filled(Geometry::rect(3, 3, 9, 9), Color::BLACK));
    assert!(matches!(improve(&buried, 900), Err(TraceError::Shape { reason: "has a stroke", .. })));
}
