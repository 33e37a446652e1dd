//! Outlines of corners and smooth vertices.
//!
//! A smooth vertex is the control point of a quadratic Bézier curve. Between two smooth vertices the outline passes their
//! midpoint, so a run of them is a uniform quadratic B-spline and takes one pair of numbers a vertex as path data (`t`), as a
//! polygon does. Beside a corner the curve ends in the corner. Joints are whole units: smooth neighbours differ by even numbers.

use linocut_svg::{Point, Segment, Subpath};

use super::cost::{Letter, digits, edge_bytes, letter, separated};

/// Fine units in a pixel: outlines are scanned in them.
pub(crate) const FINE: i32 = 16;

/// Fine units in a unit of the grid: a pixel or half of one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Unit(i32);

impl Unit {
    /// A pixel.
    pub(crate) const PIXEL: Self = Self(FINE);
    /// Half a pixel.
    pub(crate) const HALF: Self = Self(FINE / 2);

    /// Units in a pixel.
    pub(crate) const fn per_pixel(self) -> i32 {
        FINE / self.0
    }

    /// A vertex in fine units.
    #[inline]
    pub(crate) const fn fine(self, p: Point) -> Point {
        Point::new(p.x * self.0, p.y * self.0)
    }

    /// Where the outline passes from a vertex to the next.
    #[inline]
    fn joint(self, from: Knot, to: Knot) -> Point {
        let sum = from.joint_twice(to);
        Point::new(sum.x * (self.0 / 2), sum.y * (self.0 / 2))
    }
}

/// Bend of a curve, four times its distance from its chord in fine units, that one straight part may stand for.
const BEND: i32 = 4;
/// Maximum number of straight parts of a curve.
const PARTS: i32 = 16;

/// A vertex of an outline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Knot {
    pub(crate) at: Point,
    pub(crate) smooth: bool,
}

impl Knot {
    pub(crate) const fn corner(at: Point) -> Self {
        Self { at, smooth: false }
    }

    /// Twice where the outline passes from this vertex to the next; they are not both corners.
    #[inline]
    fn joint_twice(self, next: Self) -> Point {
        let (a, b) = match (self.smooth, next.smooth) {
            (true, true) => (self.at, next.at),
            (true, false) => (next.at, next.at),
            (false, _) => (self.at, self.at),
        };
        Point::new(a.x + b.x, a.y + b.y)
    }

    /// The same in units of the grid.
    fn joint(self, next: Self) -> Point {
        let sum = self.joint_twice(next);
        Point::new(sum.x / 2, sum.y / 2)
    }
}

/// Whether the joints of smooth neighbours are whole.
#[inline]
pub(crate) fn is_even(knots: &[Knot]) -> bool {
    let whole = |a: Knot, b: Knot| !(a.smooth && b.smooth) || ((a.at.x ^ b.at.x) | (a.at.y ^ b.at.y)) & 1 == 0;
    knots.windows(2).all(|pair| whole(pair[0], pair[1]))
}

/// The outline from the second vertex to the one before the last as straight parts in fine units.
#[inline]
pub(crate) fn span(unit: Unit, knots: &[Knot], out: &mut Vec<Point>) {
    let (first, second) = (knots[0], knots[1]);
    out.push(if second.smooth { unit.joint(first, second) } else { unit.fine(second.at) });
    for at in 1..knots.len() - 1 {
        extend(unit, [knots[at - 1], knots[at], knots[at + 1]], out);
    }
}

/// The part of an outline around its second vertex; what comes before ends `out`.
#[inline]
fn extend(unit: Unit, [before, knot, after]: [Knot; 3], out: &mut Vec<Point>) {
    let at = unit.fine(knot.at);
    if knot.smooth {
        flatten(unit.joint(before, knot), at, unit.joint(knot, after), out);
    } else if out.last() != Some(&at) {
        out.push(at);
    }
}

/// A quadratic Bézier curve after its first point as straight parts, the same in both directions.
fn flatten(from: Point, control: Point, to: Point, out: &mut Vec<Point>) {
    let bend = (from.x - 2 * control.x + to.x).abs().max((from.y - 2 * control.y + to.y).abs());
    let parts = (1..PARTS).find(|parts| bend <= BEND * parts * parts).unwrap_or(PARTS);
    for b in 1..parts {
        let a = parts - b;
        let at = |p: i32, c: i32, q: i32| {
            (2 * (a * a * p + 2 * a * b * c + b * b * q) + parts * parts) / (2 * parts * parts)
        };
        out.push(Point::new(at(from.x, control.x, to.x), at(from.y, control.y, to.y)));
    }
    out.push(to);
}

/// A closed outline as straight parts in fine units.
pub(crate) fn outline(unit: Unit, points: &[Point], smooth: &[bool], out: &mut Vec<Point>) {
    if !smooth.contains(&true) {
        out.extend(points.iter().map(|&p| unit.fine(p)));
        return;
    }
    let (knots, count) = (Closed { points, smooth }, points.len());
    (0..count).for_each(|i| extend(unit, [i + count - 1, i, i + 1].map(|i| knots.at(i)), out));
}

/// A closed outline as path data; `None` without vertices.
pub(crate) fn subpath(points: &[Point], smooth: &[bool]) -> Option<Subpath> {
    if !smooth.contains(&true) {
        return Subpath::polygon(points);
    }
    let (knots, count) = (Closed { points, smooth }, points.len());
    let corner = |i: &usize| !knots.at(*i).smooth;
    // The edge from corner to corner that closes an outline is not written.
    let first = (0..count).find(|i| corner(i) && corner(&(i + count - 1))).or_else(|| (0..count).find(corner));
    let start = match first {
        Some(first) => points[first],
        None => knots.at(count - 1).joint(knots.at(0)),
    };
    let from = first.unwrap_or(0);
    let mut segments = Vec::with_capacity(count);
    for i in from..from + count {
        let (before, knot, after) = (knots.at(i + count - 1), knots.at(i), knots.at(i + 1));
        if knot.smooth {
            segments.push(Segment::Quadratic(knot.at, knot.joint(after)));
        } else if i > from && !before.smooth {
            segments.push(Segment::Line(knot.at));
        }
    }
    Some(Subpath { start, segments, closed: true })
}

/// The vertices of a subpath of lines and quadratic curves in the picture; `None` if it has other curves.
pub(crate) fn knots_of(subpath: &Subpath) -> Option<Vec<Knot>> {
    let mut knots = vec![Knot::corner(subpath.start)];
    for segment in &subpath.segments {
        match *segment {
            Segment::Line(to) => knots.push(Knot::corner(to)),
            Segment::Quadratic(control, to) => knots.extend([Knot { at: control, smooth: true }, Knot::corner(to)]),
            _ => return None,
        }
    }
    if knots.len() > 1 && knots.first() == knots.last() {
        knots.pop();
    }
    // A corner in the middle of two control points is none.
    let count = knots.len();
    let between = |i: usize| {
        let (before, knot, after) = (knots[(i + count - 1) % count], knots[i], knots[(i + 1) % count]);
        let twice = Point::new(2 * knot.at.x, 2 * knot.at.y);
        let sum = Point::new(before.at.x.saturating_add(after.at.x), before.at.y.saturating_add(after.at.y));
        !knot.smooth && before.smooth && after.smooth && count > 3 && sum == twice
    };
    Some((0..count).filter(|&i| !between(i)).map(|i| knots[i]).collect())
}

/// The vertices of a closed outline, by index modulo their number.
struct Closed<'a> {
    points: &'a [Point],
    smooth: &'a [bool],
}

impl Closed<'_> {
    fn at(&self, i: usize) -> Knot {
        let i = i % self.points.len();
        Knot { at: self.points[i], smooth: self.smooth[i] }
    }
}

/// Bytes of the outline from the second vertex to the last as path data; what leads to the second is given. The edge into index
/// `free` closes the outline and costs nothing between corners.
pub(crate) fn span_bytes(knots: &[Knot], free: usize) -> i32 {
    let mut before = match (knots[0].smooth, knots[1].smooth) {
        (true, _) => Letter::Smooth,
        (false, true) => Letter::Line,
        (false, false) if free == 1 => Letter::Line,
        (false, false) => letter(knots[0].at, knots[1].at),
    };
    let mut sum = 0;
    for i in 1..knots.len() - 1 {
        let (last, knot, next) = (knots[i - 1], knots[i], knots[i + 1]);
        if knot.smooth {
            let (from, to) = (last.joint(knot), knot.joint(next));
            sum += curve_bytes(before, from, knot.at, to, last.smooth);
            before = if last.smooth { Letter::Smooth } else { Letter::Quadratic };
        } else if !next.smooth {
            if i + 1 == free {
                before = Letter::Line;
                continue;
            }
            sum += edge_bytes(before, knot.at, next.at);
            before = letter(knot.at, next.at);
        }
    }
    sum
}

/// Bytes of a closed outline as path data, without the move to its start.
pub(crate) fn closed_bytes(points: &[Point], smooth: &[bool]) -> i32 {
    let (knots, count) = (Closed { points, smooth }, points.len());
    let around: Vec<Knot> = (0..count + 2).map(|i| knots.at(i + count - 1)).collect();
    // Of edges between corners one closes the outline.
    let closing = around[1..].windows(2).rposition(|pair| !pair[0].smooth && !pair[1].smooth);
    let bytes = span_bytes(&around, closing.map_or(usize::MAX, |i| i + 2));
    // Without corners the first curve still names its control point.
    let first = if smooth.contains(&false) { 0 } else { pair_bytes(around[0].joint(around[1]), around[1].at) + 2 };
    bytes + first
}

/// Bytes of a pair of numbers after another.
fn pair_bytes(from: Point, to: Point) -> i32 {
    separated(to.x - from.x) + separated(to.y - from.y)
}

fn curve_bytes(before: Letter, from: Point, control: Point, to: Point, mirrored: bool) -> i32 {
    let after_letter = |a: Point, b: Point| 1 + digits(b.x - a.x) + separated(b.y - a.y);
    match (mirrored, before) {
        (true, Letter::Smooth) => pair_bytes(from, to),
        (true, _) => after_letter(from, to),
        (false, Letter::Quadratic) => pair_bytes(from, control) + pair_bytes(from, to),
        (false, _) => after_letter(from, control) + pair_bytes(from, to),
    }
}

#[cfg(test)]
mod tests {
    use linocut_svg::{Color, Drawing, Geometry, Path, Shape};
    use proptest::prelude::*;

    use super::*;

    /// Outlines whose smooth neighbours have whole joints.
    fn rings() -> impl Strategy<Value = (Vec<Point>, Vec<bool>)> {
        let knot = (0..200_i32, 0..200_i32, any::<bool>());
        prop::collection::vec(knot, 3..12)
            .prop_map(|knots| {
                // All vertices on even units.
                knots.into_iter().map(|(x, y, smooth)| (Point::new(2 * x, 2 * y), smooth)).unzip()
            })
            .prop_filter("no edge without length", |(points, _): &(Vec<Point>, Vec<bool>)| {
                (0..points.len()).all(|i| points[i] != points[(i + 1) % points.len()])
            })
    }

    fn scanned(points: &[Point], smooth: &[bool]) -> Vec<Point> {
        let mut out = Vec::new();
        outline(Unit::PIXEL, points, smooth, &mut out);
        out
    }

    /// Twice the area inside, in square pixels.
    fn doubled_area(outline: &[Point]) -> f64 {
        let cross = |i: usize| {
            let (a, b) = (outline[i], outline[(i + 1) % outline.len()]);
            f64::from(a.x) * f64::from(b.y) - f64::from(b.x) * f64::from(a.y)
        };
        (0..outline.len()).map(cross).sum::<f64>() / f64::from(FINE * FINE)
    }

    /// What the writer takes for outlines.
    fn written(subpaths: Vec<Subpath>) -> i32 {
        let shapes = vec![Shape::filled(Geometry::Path(Path { subpaths }), Color::BLACK)];
        Drawing { shapes, ..Drawing::new(400, 400) }.byte_count() as i32
    }

    proptest! {
        #[test]
        fn outlines_are_read_again_from_their_path_data((points, smooth) in rings()) {
            let subpath = subpath(&points, &smooth).unwrap();
            let (again, smooth_again): (Vec<Point>, Vec<bool>) =
                knots_of(&subpath).unwrap().into_iter().map(|knot| (knot.at, knot.smooth)).unzip();
            // The same outline, from another vertex on or without a corner that lies between two smooth vertices.
            let (a, b) = (scanned(&points, &smooth), scanned(&again, &smooth_again));
            prop_assert!((doubled_area(&a) - doubled_area(&b)).abs() < 0.05 * a.len() as f64);
            prop_assert!(again.len() <= points.len());
        }

        #[test]
        fn bytes_are_about_those_of_the_writer((points, smooth) in rings()) {
            let start = Subpath::polygon(&points[..1]);
            let told = closed_bytes(&points, &smooth);
            let taken = written(vec![subpath(&points, &smooth).unwrap()]) - written(start.into_iter().collect());
            // An absolute spelling may be shorter, and another start longer.
            prop_assert!((told - taken).abs() <= 14 + told / 8, "{} of {}", told, taken);
        }

        #[test]
        fn an_outline_is_the_same_from_both_ends((points, smooth) in rings()) {
            let mut back: (Vec<Point>, Vec<bool>) = (points.clone(), smooth.clone());
            back.0.reverse();
            back.1.reverse();
            let (mut there, mut back) = (scanned(&points, &smooth), scanned(&back.0, &back.1));
            for points in [&mut there, &mut back] {
                points.sort_unstable();
                points.dedup();
            }
            prop_assert_eq!(there, back);
        }
    }

    #[test]
    fn smooth_vertices_take_one_pair_of_numbers_each() {
        let square = [(10, 10), (30, 10), (30, 30), (10, 30)].map(|(x, y)| Point::new(x, y));
        let subpath = subpath(&square, &[true; 4]).unwrap();
        let drawing = Drawing {
            shapes: vec![Shape::filled(Geometry::Path(Path { subpaths: vec![subpath] }), Color::BLACK)],
            ..Drawing::new(40, 40)
        };
        assert!(
            drawing.write().as_str().contains("d=\"m10 20q0-10 10-10t10 10-10 10-10-10\""),
            "{}",
            drawing.write().as_str()
        );
    }

    #[test]
    fn a_round_outline_has_the_area_of_its_curves() {
        // A quadratic B-spline of a square: a sixth of its area is cut off.
        let square = [(10, 10), (30, 10), (30, 30), (10, 30)].map(|(x, y)| Point::new(x, y));
        assert!((doubled_area(&scanned(&square, &[true; 4])) / 2.0 - 400.0 * 5.0 / 6.0).abs() < 4.0);
        assert_eq!(doubled_area(&scanned(&square, &[false; 4])) / 2.0, 400.0);
    }

    #[test]
    fn half_units_scan_the_same_outline() {
        let knots = [
            Knot::corner(Point::new(4, 4)),
            Knot { at: Point::new(12, 4), smooth: true },
            Knot::corner(Point::new(12, 16)),
        ];
        let (points, smooth): (Vec<Point>, Vec<bool>) = knots.iter().map(|knot| (knot.at, knot.smooth)).unzip();
        let doubled: Vec<Point> = points.iter().map(|p| Point::new(2 * p.x, 2 * p.y)).collect();
        let mut halves = Vec::new();
        outline(Unit::HALF, &doubled, &smooth, &mut halves);
        assert_eq!(halves, scanned(&points, &smooth));
    }

    #[test]
    fn joints_between_whole_units_are_refused() {
        let knot = |x, smooth| Knot { at: Point::new(x, 0), smooth };
        assert!(is_even(&[knot(0, true), knot(4, true), knot(7, false), knot(8, true)]));
        assert!(!is_even(&[knot(0, true), knot(3, true)]));
    }
}
