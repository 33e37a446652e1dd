//! Laws of strokes: what is one line stays one, straight lines stay straight, and corners stay sharp.

use linocut_svg::{Color, Geometry, LineCap, LineJoin, Path, Point, Segment, Shape, Stroke, Subpath};

use linocut_core::Stop;
use linocut_raster::psnr;

use super::choice::{CHEAP, Choice};
use super::labels::Labels;
use super::tests::{INK, RED, drawing, looks};

/// Distance in units of half a pixel up to which a point is where it was drawn.
const NEAR: f64 = 2.0;

/// All lines of these shapes as strokes, whether or not they are worth their bytes; they must look like the shapes.
pub(super) fn again(shapes: &[Shape]) -> Vec<Shape> {
    let image = looks(shapes);
    let found = all(&image);
    let closeness = psnr(&image, &looks(&found)).unwrap();
    assert!(closeness > 30.0, "{closeness} dB: {}", drawing(&found).write().as_str());
    found
}

fn all(image: &image::RgbImage) -> Vec<Shape> {
    let stop = Stop::never();
    let lines = super::lines(image, &Labels::new(image, &stop).unwrap(), &stop).unwrap();
    let mut choice = Choice::new(image, lines);
    let sheet = choice.sheet(CHEAP);
    choice.shapes(&sheet)
}

type Vertices<'a> = &'a [(f64, f64)];

/// Lines through points, with round or with cut ends and pointed corners.
fn drawn(lines: &[Vertices<'_>], closed: bool, width: i32, round: bool) -> Shape {
    let point = |&(x, y): &(f64, f64)| Point::new(x.round() as i32, y.round() as i32);
    let line = |points: &Vertices<'_>| Subpath {
        start: point(&points[0]),
        segments: points[1..].iter().map(|p| Segment::Line(point(p))).collect(),
        closed,
    };
    let geometry = Geometry::Path(Path { subpaths: lines.iter().map(line).collect() });
    let (cap, join) = if round { (LineCap::Round, LineJoin::Round) } else { (LineCap::Butt, LineJoin::Miter) };
    Shape { stroke: Some(Stroke { paint: INK.into(), width, cap, join }), ..Shape::stroked(geometry, INK, width) }
}

/// A line that was found: its vertices, and whether it is closed.
#[derive(Debug)]
struct Found {
    points: Vec<Point>,
    closed: bool,
}

/// The lines of paths, all of which must be straight from vertex to vertex.
fn straight(shapes: &[Shape]) -> Vec<Found> {
    let mut all = Vec::new();
    for shape in shapes {
        let Geometry::Path(path) = &shape.geometry else { panic!("{:?} is no path", shape.geometry) };
        for subpath in &path.subpaths {
            let to = |segment: &Segment| match segment {
                Segment::Line(to) => *to,
                curve => panic!("{curve:?} in {subpath:?}"),
            };
            let points = std::iter::once(subpath.start).chain(subpath.segments.iter().map(to)).collect();
            all.push(Found { points, closed: subpath.closed });
        }
    }
    all
}

fn is_near(p: Point, (x, y): (f64, f64)) -> bool {
    (f64::from(p.x) - x).hypot(f64::from(p.y) - y) <= NEAR
}

/// Whether a line has these vertices, in either direction and, if it is closed, from any of them on.
fn is(found: &Found, vertices: Vertices<'_>, closed: bool) -> bool {
    let count = vertices.len();
    let matches = |from: usize, back: bool| {
        found.points.iter().enumerate().all(|(i, p)| {
            let at = if back { from + count - i % count } else { from + i };
            is_near(*p, vertices[at % count])
        })
    };
    let starts = if closed { 0..count } else { 0..1 };
    let any =
        starts.into_iter().any(|from| matches(from, false) || matches(if closed { from } else { count - 1 }, true));
    found.closed == closed && found.points.len() == count && any
}

/// The point at this distance from the middle of the picture, in this direction in degrees.
fn out(degrees: f64, far: f64) -> (f64, f64) {
    let turn = degrees.to_radians();
    (160.0 + far * turn.cos(), 160.0 + far * turn.sin())
}

/// Looks for lines with these vertices, and for no others.
fn expect(shape: Shape, lines: &[Vertices<'_>], closed: bool) {
    let found = straight(&again(&[shape]));
    assert_eq!(found.len(), lines.len(), "{found:?}, expected {lines:?}");
    for line in lines {
        assert!(found.iter().any(|found| is(found, line, closed)), "{found:?}, expected {line:?}");
    }
}

#[test]
fn a_lone_circle_is_one_closed_stroke() {
    for (x, y, radius, width) in [(160, 160, 100, 12), (150, 171, 41, 5), (161, 140, 64, 20), (120, 190, 30, 9)] {
        let shapes = again(&[Shape::stroked(Geometry::circle(Point::new(x, y), radius), INK, width)]);
        let [Shape { geometry: Geometry::Circle { center, radius: found }, stroke: Some(stroke), .. }] = &shapes[..]
        else {
            panic!("{shapes:?}");
        };
        assert!((center.x - x).abs() <= 1 && (center.y - y).abs() <= 1, "{center:?}, expected {x}, {y}");
        assert!((found - radius).abs() <= 1 && (stroke.width - width).abs() <= 1, "{shapes:?}");
    }
}

#[test]
fn lines_that_cross_go_straight_on() {
    for (angle, turned) in [(90.0, 0.0), (90.0, 20.0), (60.0, 10.0), (45.0, 0.0), (30.0, 75.0)] {
        for width in [6, 13] {
            let lines = [0.0, angle].map(|by| [out(turned + by, 130.0), out(turned + by + 180.0, 130.0)]);
            let lines: Vec<Vertices<'_>> = lines.iter().map(|line| &line[..]).collect();
            expect(drawn(&lines, false, width, true), &lines, false);
        }
    }
}

#[test]
fn three_lines_cross_in_three_places() {
    let lines: [Vertices<'_>; 3] =
        [&[(30.0, 60.0), (290.0, 110.0)], &[(70.0, 30.0), (180.0, 290.0)], &[(250.0, 40.0), (90.0, 280.0)]];
    expect(drawn(&lines, false, 9, true), &lines, false);
}

#[test]
fn lines_of_two_colours_cross() {
    let lines: [Vertices<'_>; 2] = [&[(40.0, 60.0), (280.0, 250.0)], &[(50.0, 270.0), (270.0, 50.0)]];
    let [below, above] = lines.map(|line| drawn(&[line], false, 11, true));
    let red = Stroke { paint: RED.into(), ..above.stroke.clone().unwrap() };
    let found = straight(&again(&[below, Shape { stroke: Some(red), ..above }]));
    assert_eq!(found.len(), 2);
    assert!(is(&found[0], lines[0], false) && is(&found[1], lines[1], false), "{found:?}");
}

#[test]
fn the_arms_of_a_y_meet_in_one_point() {
    for (turned, width) in [(0.0, 8), (17.0, 8), (90.0, 13), (45.0, 6)] {
        let tips = [0.0, 120.0, 240.0].map(|angle| out(turned + angle, 120.0));
        let lines = tips.map(|tip| [(160.0, 160.0), tip]);
        let lines: Vec<Vertices<'_>> = lines.iter().map(|line| &line[..]).collect();
        let found = straight(&again(&[drawn(&lines, false, width, true)]));
        let vertices = || found.iter().flat_map(|line| &line.points);
        let middles: Vec<&Point> = vertices().filter(|p| !tips.iter().any(|tip| is_near(**p, *tip))).collect();
        assert!(middles.iter().all(|p| is_near(**p, (160.0, 160.0))), "{found:?}");
        assert!(tips.iter().all(|tip| vertices().filter(|p| is_near(**p, *tip)).count() == 1), "{found:?}");
    }
}

#[test]
fn the_stem_of_a_t_ends_at_its_bar() {
    for (turned, slant) in [(0.0, 90.0), (30.0, 90.0), (0.0, 55.0)] {
        let bar = [out(turned, 120.0), out(turned + 180.0, 120.0)];
        let stem = [(160.0, 160.0), out(turned + slant, 120.0)];
        let lines: [Vertices<'_>; 2] = [&bar, &stem];
        expect(drawn(&lines, false, 10, true), &lines, false);
    }
}

#[test]
fn outlines_keep_their_sharp_corners() {
    let polygon = |count: usize, turned: f64, far: f64| -> Vec<(f64, f64)> {
        (0..count).map(|i| out(turned + 360.0 * i as f64 / count as f64, far)).collect()
    };
    let mut outlines = vec![
        vec![(50.0, 70.0), (270.0, 70.0), (270.0, 250.0), (50.0, 250.0)],
        vec![(120.0, 120.0), (200.0, 120.0), (200.0, 190.0), (120.0, 190.0)],
        // An arrow.
        vec![
            (40.0, 110.0),
            (170.0, 110.0),
            (170.0, 50.0),
            (280.0, 160.0),
            (170.0, 270.0),
            (170.0, 210.0),
            (40.0, 210.0),
        ],
    ];
    outlines.extend([(3, 30.0), (4, 25.0), (5, 8.0), (6, 40.0)].map(|(count, turned)| polygon(count, turned, 110.0)));
    for outline in outlines {
        for (width, round) in [(7, false), (12, false), (9, true)] {
            let shape = drawn(&[&outline], true, width, round);
            expect(shape.clone(), &[&outline], true);
            let joins = again(&[shape]).into_iter().map(|shape| shape.stroke.unwrap().join).collect::<Vec<_>>();
            // At wider angles than a right one, pointed corners look like round ones.
            let is_told = outline.len() < 5 || outline.len() > 6;
            assert!(
                !is_told || joins == [if round { LineJoin::Round } else { LineJoin::Miter }],
                "{joins:?} {outline:?}"
            );
        }
    }
}

#[test]
fn open_lines_keep_their_sharp_corners() {
    let zigzag: Vertices<'_> = &[(40.0, 230.0), (100.0, 80.0), (160.0, 230.0), (220.0, 80.0), (280.0, 230.0)];
    let hook: Vertices<'_> = &[(60.0, 60.0), (60.0, 240.0), (250.0, 240.0), (250.0, 180.0)];
    let roof: Vertices<'_> = &[(40.0, 200.0), (160.0, 90.0), (280.0, 200.0)];
    for line in [zigzag, hook, roof] {
        for (width, round) in [(8, true), (12, false)] {
            expect(drawn(&[line], false, width, round), &[line], false);
        }
    }
}

#[test]
fn a_house_is_its_walls_and_its_roof() {
    let roof: Vertices<'_> = &[(53.0, 153.0), (160.0, 53.0), (267.0, 153.0)];
    let walls: Vertices<'_> = &[(80.0, 133.0), (80.0, 273.0), (240.0, 273.0), (240.0, 133.0)];
    let door: Vertices<'_> = &[(133.0, 273.0), (133.0, 200.0), (187.0, 200.0), (187.0, 273.0)];
    let lines = [roof, walls, door];
    let found = straight(&again(&[drawn(&lines, false, 10, true)]));
    let vertices = found.iter().flat_map(|line| &line.points);
    let is_drawn = |p: &Point| lines.iter().any(|line| line.iter().any(|vertex| is_near(*p, *vertex)));
    // Where lines meet, one may be cut in two.
    let is_meeting = |p: &Point| is_near(*p, (80.0, 128.0)) || is_near(*p, (240.0, 128.0));
    vertices.for_each(|p| assert!(is_drawn(p) || is_meeting(p), "{p:?}: {found:?}"));
}

#[test]
fn round_lines_stay_round() {
    let arc = Segment::Cubic(Point::new(60, 80), Point::new(260, 80), Point::new(270, 220));
    let path = Geometry::Path(Path {
        subpaths: vec![Subpath { start: Point::new(50, 220), segments: vec![arc], closed: false }],
    });
    let shapes = again(&[Shape::stroked(path, Color::new(20, 90, 40), 10)]);
    let Geometry::Path(path) = &shapes[0].geometry else { panic!("{shapes:?}") };
    let curves = path.subpaths.iter().flat_map(|subpath| &subpath.segments).collect::<Vec<_>>();
    assert!(path.subpaths.len() == 1 && curves.len() <= 4, "{curves:?}");
    assert!(curves.iter().all(|segment| matches!(segment, Segment::Cubic(..))), "{curves:?}");
}
