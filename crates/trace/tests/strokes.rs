//! Lines of flat art as strokes.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use image::{DynamicImage, RgbImage};
use linocut_core::{ByteBudget, Stop, Task};
use linocut_raster::psnr;
use linocut_svg::{
    Color, Drawing, Geometry, LineCap, LineJoin, Path, Point, Segment, Shape, Stroke, Subpath, rasterize,
};
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

/// A line through these points, in units of half a pixel, 8 px wide on white paper.
fn line(points: &[(i32, i32)], closed: bool, join: LineJoin) -> Shape {
    let points: Vec<Point> = points.iter().map(|&(x, y)| Point::new(x, y)).collect();
    let subpath = Subpath { closed, ..Subpath::polygon(&points).unwrap() };
    let geometry = Geometry::Path(Path { subpaths: vec![subpath] });
    let ink = Color::new(30, 30, 40);
    let stroke = Stroke { paint: ink.into(), width: 16, cap: LineCap::Round, join };
    Shape { stroke: Some(stroke), ..Shape::stroked(geometry, ink, 16) }
}

/// The end points of all strokes; an oval has four.
fn nodes(drawing: &Drawing) -> usize {
    let of = |shape: &Shape| match &shape.geometry {
        Geometry::Path(path) => path.subpaths.iter().map(|subpath| subpath.segments.len() + 1).sum(),
        _ => 4,
    };
    strokes(drawing).iter().map(of).sum()
}

/// Traces lines with strokes and without: they must be strokes of few nodes, and closer to the picture by this many decibels.
fn lines_become_strokes(shapes: Vec<Shape>, most_nodes: usize, closer: f64) {
    let paper = Shape::filled(Geometry::rect(0, 0, 256, 256), Color::WHITE);
    let shapes = std::iter::once(paper).chain(shapes).collect();
    let image = looks(&Drawing { shapes, ..Drawing::new(256, 256) });
    let (with, without) = (trace(&tracer(), &image, 420), trace(&tracer().with_strokes(false), &image, 420));
    // Without any error the ratio is infinite.
    let quality = |drawing: &Drawing| psnr(&image, &looks(drawing)).unwrap().min(80.0);
    let told = with.write();
    assert!(!strokes(&with).is_empty() && nodes(&with) <= most_nodes, "{} nodes: {}", nodes(&with), told.as_str());
    assert!(quality(&with) > quality(&without) + closer, "{} {}", quality(&with), quality(&without));
    assert!(quality(&with) > 40.0, "{} dB: {}", quality(&with), told.as_str());
}

#[test]
fn a_lone_circle_is_a_stroke() {
    let circle = Shape::stroked(Geometry::circle(Point::new(120, 131), 77), Color::new(30, 30, 40), 15);
    lines_become_strokes(vec![circle], 4, 3.0);
}

#[test]
fn two_crossing_lines_go_straight_through() {
    let (a, b) = (&[(30, 50), (224, 190)], &[(50, 210), (200, 36)]);
    lines_become_strokes(vec![line(a, false, LineJoin::Round), line(b, false, LineJoin::Round)], 4, 3.0);
}

#[test]
fn three_lines_meet_without_a_gap() {
    let (arms, stem) = (&[(40, 40), (128, 130), (216, 40)], &[(128, 130), (128, 222)]);
    lines_become_strokes(vec![line(arms, false, LineJoin::Round), line(stem, false, LineJoin::Round)], 6, 1.0);
}

#[test]
fn sharp_corners_stay_sharp_and_round_ones_round() {
    let square = &[(50, 60), (200, 60), (200, 206), (50, 206)];
    lines_become_strokes(vec![line(square, true, LineJoin::Miter)], 9, -0.1);
    for join in [LineJoin::Miter, LineJoin::Round] {
        let paper = Shape::filled(Geometry::rect(0, 0, 256, 256), Color::WHITE);
        let image = looks(&Drawing { shapes: vec![paper, line(square, true, join)], ..Drawing::new(256, 256) });
        let drawing = trace(&tracer(), &image, 420);
        let joins: Vec<LineJoin> =
            strokes(&drawing).iter().filter_map(|shape| shape.stroke.as_ref()).map(|stroke| stroke.join).collect();
        // Outlines are nearer to the one with round corners.
        assert!(joins.iter().all(|found| *found == join), "{}", drawing.write().as_str());
        assert!(psnr(&image, &looks(&drawing)).unwrap() > 36.0, "{}", drawing.write().as_str());
    }
}

#[test]
fn a_circle_beneath_others_is_whole() {
    let ring = |x, y, color| Shape::stroked(Geometry::circle(Point::new(x, y), 50), color, 14);
    let colors = [Color::new(2, 119, 189), Color::new(33, 33, 33), Color::new(198, 40, 40)];
    let rings = [ring(80, 100, colors[0]), ring(130, 130, colors[1]), ring(176, 100, colors[2])];
    lines_become_strokes(rings.to_vec(), 12, 3.0);
}

#[test]
fn small_budgets_are_not_worse_for_strokes() {
    let image = face();
    let quality = |drawing: &Drawing| psnr(&image, &looks(drawing)).unwrap();
    for bytes in [400, 500, 600] {
        let (with, without) = (trace(&tracer(), &image, bytes), trace(&tracer().with_strokes(false), &image, bytes));
        assert!(quality(&with) > quality(&without) - 0.3, "{bytes}: {} {}", quality(&with), quality(&without));
    }
}

/// Corners at angles that strokes do not show well, and much room for outlines.
#[test]
fn where_outlines_are_nearer_they_are_taken() {
    let kite = [(128, 20), (200, 110), (128, 236), (56, 110)];
    for join in [LineJoin::Miter, LineJoin::Round] {
        let shapes = vec![Shape::filled(Geometry::rect(0, 0, 256, 256), Color::WHITE), line(&kite, true, join)];
        let image = looks(&Drawing { shapes, ..Drawing::new(256, 256) });
        let tracer = tracer().with_work(Work::Sweeps(30));
        let [with, without] = [true, false].map(|strokes| trace(&tracer.clone().with_strokes(strokes), &image, 600));
        let quality = |drawing: &Drawing| psnr(&image, &looks(drawing)).unwrap();
        assert!(quality(&with) > quality(&without) - 0.2, "{join:?}: {} {}", quality(&with), quality(&without));
    }
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
