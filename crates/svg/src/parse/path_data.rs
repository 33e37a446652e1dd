//! Reads path data with integer coordinates.

use svgtypes::{PathParser, PathSegment};

use crate::path::{Arc, Path, Segment, Subpath};
use crate::point::Point;

/// Reads path data; `None` for data that breaks off, does not begin with a move or leaves the grid of integers.
pub(super) fn read(data: &str) -> Option<Path> {
    let mut reader = Reader { path: Path::default(), at: Point::default(), mirror: Mirror::None };
    for segment in PathParser::from(data) {
        reader.read(segment.ok()?)?;
    }
    Some(reader.path)
}

/// The last control point, where the next smooth curve may mirror it.
#[derive(Clone, Copy)]
enum Mirror {
    None,
    Cubic(Point),
    Quadratic(Point),
}

struct Reader {
    path: Path,
    at: Point,
    mirror: Mirror,
}

impl Reader {
    fn read(&mut self, segment: PathSegment) -> Option<()> {
        let at = self.at;
        match segment {
            PathSegment::MoveTo { abs, x, y } => {
                self.at = point(abs, at, x, y)?;
                self.path.subpaths.push(Subpath { start: self.at, segments: Vec::new(), closed: false });
                self.mirror = Mirror::None;
            }
            PathSegment::ClosePath { .. } => {
                let last = self.path.subpaths.last_mut().filter(|last| !last.closed)?;
                last.closed = true;
                self.at = last.start;
                self.mirror = Mirror::None;
            }
            PathSegment::LineTo { abs, x, y } => self.push(Segment::Line(point(abs, at, x, y)?))?,
            PathSegment::HorizontalLineTo { abs, x } => {
                let to = Point { y: at.y, ..point(abs, at, x, 0.0)? };
                self.push(Segment::Line(to))?;
            }
            PathSegment::VerticalLineTo { abs, y } => {
                let to = Point { x: at.x, ..point(abs, at, 0.0, y)? };
                self.push(Segment::Line(to))?;
            }
            PathSegment::CurveTo { abs, x1, y1, x2, y2, x, y } => {
                let (a, b) = (point(abs, at, x1, y1)?, point(abs, at, x2, y2)?);
                self.push(Segment::Cubic(a, b, point(abs, at, x, y)?))?;
            }
            PathSegment::SmoothCurveTo { abs, x2, y2, x, y } => {
                let mirrored = if let Mirror::Cubic(control) = self.mirror { mirror(control, at)? } else { at };
                self.push(Segment::Cubic(mirrored, point(abs, at, x2, y2)?, point(abs, at, x, y)?))?;
            }
            PathSegment::Quadratic { abs, x1, y1, x, y } => {
                self.push(Segment::Quadratic(point(abs, at, x1, y1)?, point(abs, at, x, y)?))?;
            }
            PathSegment::SmoothQuadratic { abs, x, y } => {
                let mirrored = if let Mirror::Quadratic(control) = self.mirror { mirror(control, at)? } else { at };
                self.push(Segment::Quadratic(mirrored, point(abs, at, x, y)?))?;
            }
            PathSegment::EllipticalArc { abs, rx, ry, x_axis_rotation, large_arc, sweep, x, y } => {
                let (rx, ry, rotation) = (whole(rx)?, whole(ry)?, whole(x_axis_rotation)?);
                let to = point(abs, at, x, y)?;
                self.push(Segment::Arc(Arc { rx, ry, rotation, large: large_arc, sweep, to }))?;
            }
        }
        Some(())
    }

    /// Adds a segment; after a closed subpath without a move there is none to add it to.
    fn push(&mut self, segment: Segment) -> Option<()> {
        let last = self.path.subpaths.last_mut().filter(|last| !last.closed)?;
        last.segments.push(segment);
        self.at = segment.end();
        self.mirror = match segment {
            Segment::Cubic(_, control, _) => Mirror::Cubic(control),
            Segment::Quadratic(control, _) => Mirror::Quadratic(control),
            Segment::Line(_) | Segment::Arc(_) => Mirror::None,
        };
        Some(())
    }
}

fn point(absolute: bool, at: Point, x: f64, y: f64) -> Option<Point> {
    let from = if absolute { Point::default() } else { at };
    let sum = |from: i32, by: f64| whole(f64::from(from) + by);
    Some(Point::new(sum(from.x, x)?, sum(from.y, y)?))
}

fn mirror(control: Point, about: Point) -> Option<Point> {
    let mirror = |c: i32, a: i32| i32::try_from(2 * i64::from(a) - i64::from(c)).ok();
    Some(Point::new(mirror(control.x, about.x)?, mirror(control.y, about.y)?))
}

/// The integer that a number is; all integers of 32 bits are exact in floating point.
pub(super) fn whole(value: f64) -> Option<i32> {
    let integer = value as i32;
    (f64::from(integer) == value).then_some(integer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smooth_curves_mirror_the_control_point_before() {
        let path = read("m0 0q5 10 10 0t10 0").unwrap();
        assert_eq!(path.subpaths[0].segments[1], Segment::Quadratic(Point::new(15, -10), Point::new(20, 0)));
        let path = read("m5 5s1 2 3 4").unwrap();
        let expected = Segment::Cubic(Point::new(5, 5), Point::new(6, 7), Point::new(8, 9));
        assert_eq!(path.subpaths[0].segments[0], expected);
    }

    #[test]
    fn a_move_after_closing_is_relative_to_the_start() {
        let path = read("m10 10h80v80zm10 10h1").unwrap();
        assert_eq!((path.subpaths[0].closed, path.subpaths[1].start), (true, Point::new(20, 20)));
    }

    #[test]
    fn refuses_broken_and_fractional_data() {
        for data in ["l1 1", "m1", "m.5 0", "m0 0h1e20", "m0 0zl1 1", "m0 0x"] {
            assert!(read(data).is_none(), "{data}");
        }
    }
}
