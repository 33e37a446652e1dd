//! Laws of simplification: within the tolerance, never longer, the same every time, in bounded time.

use kurbo::{ParamCurve, ParamCurveNearest, PathSeg, Point as Spot};
use linocut_svg::{Arc, Color, Drawing, Geometry, Path, Point, Segment, Shape, Simplify, Subpath};
use proptest::prelude::*;

fn point() -> impl Strategy<Value = Point> {
    (0..400_i32, 0..400_i32).prop_map(|(x, y)| Point::new(x, y))
}

/// Curves, some short, some of which go on smoothly; arcs that reach.
fn segments() -> impl Strategy<Value = Vec<Segment>> {
    let kind = (0..6_u8, point(), point(), point(), 1..150_i32, any::<bool>(), 1..9_i32);
    prop::collection::vec(kind, 1..8).prop_map(|kinds| {
        let mut at = Point::new(200, 200);
        let mut segments = Vec::new();
        for (kind, a, b, to, radius, sweep, share) in kinds {
            let near = |p: Point| Point::new(at.x + (p.x - 200) / share, at.y + (p.y - 200) / share);
            let segment = match kind {
                0 => Segment::Line(near(to)),
                1 => Segment::Quadratic(near(a), near(to)),
                2 => Segment::Arc(Arc { rx: radius, ry: radius, rotation: 0, large: false, sweep, to: near(to) }),
                3 => Segment::Arc(Arc { rx: radius, ry: share, rotation: 20, large: sweep, sweep, to: near(to) }),
                _ => Segment::Cubic(near(a), near(b), near(to)),
            };
            at = segment.end();
            segments.push(segment);
        }
        segments
    })
}

fn drawing(segments: Vec<Segment>, stroked: bool) -> Drawing {
    let path = Path::from(vec![Subpath { start: Point::new(200, 200), segments, closed: true }]);
    let geometry = Geometry::Path(path);
    let shape = if stroked { Shape::stroked(geometry, Color::BLACK, 2) } else { Shape::filled(geometry, Color::BLACK) };
    Drawing { shapes: vec![shape], ..Drawing::new(400, 400) }
}

fn outline(drawing: &Drawing) -> Vec<PathSeg> {
    let mut bezier = drawing.shapes[0].geometry.to_bezier();
    if !bezier.elements().ends_with(&[kurbo::PathEl::ClosePath]) {
        bezier.close_path();
    }
    bezier.segments().collect()
}

/// Farthest that points of one outline are from the other.
fn farthest(from: &[PathSeg], to: &[PathSeg]) -> f64 {
    let spots = from.iter().flat_map(|segment| (0..=40).map(|i| segment.eval(f64::from(i) / 40.0)));
    let nearest = |p: Spot| to.iter().map(|segment| segment.nearest(p, 1e-4).distance_sq).fold(f64::INFINITY, f64::min);
    spots.map(nearest).fold(0.0, f64::max).sqrt()
}

proptest! {
    #[test]
    fn outlines_stay_within_the_tolerance(
        segments in segments(),
        stroked in any::<bool>(),
        tolerance in 0.1..3.0,
        exactness in 0.0..9.0,
    ) {
        let drawing = drawing(segments, stroked);
        let simple = drawing.simplify(&Simplify { tolerance, exactness });
        prop_assert!(simple.byte_count() <= drawing.compact().byte_count());
        prop_assert_eq!(&simple, &drawing.simplify(&Simplify { tolerance, exactness }));
        prop_assume!(!simple.shapes.is_empty());
        let (a, b) = (outline(&drawing), outline(&simple));
        // 0.1: arcs and ellipses become curves here.
        let most = tolerance * 1.125 + 0.1;
        prop_assert!(farthest(&a, &b) <= most, "{} off {}: {}", farthest(&a, &b), tolerance, simple.write());
        prop_assert!(farthest(&b, &a) <= most, "{} off {}: {}", farthest(&b, &a), tolerance, simple.write());
    }

    #[test]
    fn polygons_do_not_change(points in prop::collection::vec(point(), 3..30)) {
        let shape = Shape::filled(Geometry::polygon(&points), Color::WHITE);
        let drawing = Drawing { shapes: vec![shape], ..Drawing::new(400, 400) };
        prop_assert_eq!(drawing.simplify(&Simplify::default()), drawing.compact());
    }

    #[test]
    fn any_options_are_safe(segments in segments(), tolerance in any::<f64>(), exactness in any::<f64>()) {
        let drawing = drawing(segments, false);
        let simple = drawing.simplify(&Simplify { tolerance, exactness });
        prop_assert!(simple.byte_count() <= drawing.byte_count());
    }
}

/// A circle of a thousand curves, each of which may be cut and joined in many ways.
#[test]
fn a_thousand_curves_take_bounded_time() {
    let at = |i: i32, radius: f64| {
        let (sin, cos) = (f64::from(i) * std::f64::consts::PI / 1000.0).sin_cos();
        Point::new((2000.0 + radius * cos).round() as i32, (2000.0 + radius * sin).round() as i32)
    };
    let segments = (0..1000).map(|i| Segment::Quadratic(at(2 * i + 1, 1800.01), at(2 * i + 2, 1800.0))).collect();
    let path = Path::from(vec![Subpath { start: at(0, 1800.0), segments, closed: true }]);
    let shape = Shape::filled(Geometry::Path(path), Color::BLACK);
    let drawing = Drawing { shapes: vec![shape], ..Drawing::new(4000, 4000) };
    let begun = std::time::Instant::now();
    let simple = drawing.simplify(&Simplify { tolerance: 2.0, exactness: 0.0 });
    // 0.2 s where nothing else runs; the bound is for busy machines.
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    assert!(simple.byte_count() < 200, "{}", simple.write());
}

#[test]
fn huge_coordinates_are_left_alone() {
    let far = Point::new(i32::MAX, i32::MIN);
    let segments = vec![Segment::Cubic(far, Point::new(i32::MIN, 7), Point::new(5, 5)), Segment::Quadratic(far, far)];
    let drawing = drawing(segments, false);
    assert_eq!(drawing.simplify(&Simplify::default()), drawing.compact());
}

#[test]
fn four_curves_around_a_centre_are_a_circle() {
    let drawing = Drawing::parse(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 384 384"><path d="M360 192c0 93-75 168-168 168S24 285 24 192 99 24 192 24s168 75 168 168"/></svg>"#,
    );
    let simple = drawing.unwrap().simplify(&Simplify { exactness: 2.0, ..Simplify::default() });
    assert_eq!(simple.shapes[0].geometry, Geometry::circle(Point::new(192, 192), 168));
}

#[test]
fn a_thin_leaf_does_not_become_a_line() {
    let drawing = Drawing::parse(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 99"><path d="M10 50q40 8 80 0-40 8-80 0"/></svg>"#,
    )
    .unwrap();
    let simple = drawing.simplify(&Simplify { tolerance: 1.0, exactness: 0.0 });
    assert!(farthest(&outline(&drawing), &outline(&simple)) <= 1.2);
    assert!(simple.byte_count() < drawing.byte_count() && simple.shapes[0].geometry.bounds().unwrap().3 >= 53);
}
