//! Outlines of corners and smooth vertices.
//!
//! A smooth vertex is the control point of a quadratic Bézier curve. Between two smooth vertices the outline passes their
//! midpoint, so a run of them is a uniform quadratic B-spline and takes one pair of numbers a vertex as path data (`t`), as a
//! polygon does. Beside a corner the curve ends in the corner. Joints are whole units: smooth neighbours differ by even numbers.

use linocut_svg::{Point, Segment, Subpath};

use super::cost::{Letter, digits, edge_bytes, letter, separated};

/// Parts of a unit in which outlines are scanned, as many as there are sample lines in a pixel.
pub(crate) const FINE: i32 = 4;

/// Bend of a curve, four times its distance from its chord in fine units, that one straight part may stand for.
const BEND: i32 = 3;
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

    /// Where the outline passes from this vertex to the next, in fine units; they are not both corners.
    #[inline]
    fn joint(self, next: Self) -> Point {
        let (a, b) = match (self.smooth, next.smooth) {
            (true, true) => (self.at, next.at),
            (true, false) => (next.at, next.at),
            (false, _) => (self.at, self.at),
        };
        Point::new((a.x + b.x) * (FINE / 2), (a.y + b.y) * (FINE / 2))
    }
}

/// A point in fine units.
#[inline]
pub(crate) const fn fine(p: Point) -> Point {
    Point::new(p.x * FINE, p.y * FINE)
}

/// Whether the joints of smooth neighbours are whole.
#[inline]
pub(crate) fn is_even(knots: &[Knot]) -> bool {
    let whole = |a: Knot, b: Knot| !(a.smooth && b.smooth) || ((a.at.x ^ b.at.x) | (a.at.y ^ b.at.y)) & 1 == 0;
    knots.windows(2).all(|pair| whole(pair[0], pair[1]))
}

/// The outline from the second vertex to the one before the last as straight parts in fine units.
#[inline]
pub(crate) fn span(knots: &[Knot], out: &mut Vec<Point>) {
    let (first, second) = (knots[0], knots[1]);
    out.push(if second.smooth { first.joint(second) } else { fine(second.at) });
    for at in 1..knots.len() - 1 {
        extend(knots[at - 1], knots[at], knots[at + 1], out);
    }
}

/// The part of an outline around its second vertex; what comes before ends `out`.
#[inline]
fn extend(before: Knot, knot: Knot, after: Knot, out: &mut Vec<Point>) {
    if knot.smooth {
        flatten(before.joint(knot), fine(knot.at), knot.joint(after), out);
    } else if out.last() != Some(&fine(knot.at)) {
        out.push(fine(knot.at));
    }
}

/// A quadratic Bézier curve after its first point as straight parts, the same in both directions.
fn flatten(from: Point, control: Point, to: Point, out: &mut Vec<Point>) {
    let bend = (from.x - 2 * control.x + to.x).abs().max((from.y - 2 * control.y + to.y).abs());
    let parts = (1..PARTS).find(|parts| bend <= BEND * parts * parts).unwrap_or(PARTS);
    for b in 1..parts {
        let a = parts - b;
        let at = |p: i32, c: i32, q: i32| (2 * (a * a * p + 2 * a * b * c + b * b * q) + parts * parts) / (2 * parts * parts);
        out.push(Point::new(at(from.x, control.x, to.x), at(from.y, control.y, to.y)));
    }
    out.push(to);
}

/// A closed outline as straight parts in fine units.
pub(crate) fn outline(points: &[Point], smooth: &[bool], out: &mut Vec<Point>) {
    out.clear();
    if !smooth.contains(&true) {
        out.extend(points.iter().map(|&p| fine(p)));
        return;
    }
    let knots = Closed { points, smooth };
    (0..points.len()).for_each(|i| extend(knots.at(i + points.len() - 1), knots.at(i), knots.at(i + 1), out));
}

/// A closed outline as path data; `None` without vertices.
pub(crate) fn subpath(points: &[Point], smooth: &[bool]) -> Option<Subpath> {
    if !smooth.contains(&true) {
        return Subpath::polygon(points);
    }
    let (knots, count) = (Closed { points, smooth }, points.len());
    let whole = |p: Point| Point::new(p.x / FINE, p.y / FINE);
    let corner = |i: &usize| !knots.at(*i).smooth;
    // The edge from corner to corner that closes an outline is not written.
    let first = (0..count).find(|i| corner(i) && corner(&(i + count - 1))).or_else(|| (0..count).find(corner));
    let start = match first {
        Some(first) => points[first],
        None => whole(knots.at(count - 1).joint(knots.at(0))),
    };
    let from = first.unwrap_or(0);
    let mut segments = Vec::with_capacity(count);
    for i in from..from + count {
        let (before, knot, after) = (knots.at(i + count - 1), knots.at(i), knots.at(i + 1));
        if knot.smooth {
            segments.push(Segment::Quadratic(knot.at, whole(knot.joint(after))));
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
    span_bytes(&around, closing.map_or(usize::MAX, |i| i + 2))
}

fn curve_bytes(before: Letter, from: Point, control: Point, to: Point, mirrored: bool) -> i32 {
    let pair = |a: Point, b: Point, own: i32| {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        own + digits(dx) + separated(dy)
    };
    let (from, to) = (Point::new(from.x / FINE, from.y / FINE), Point::new(to.x / FINE, to.y / FINE));
    let repeated = |a: Point, b: Point| separated(b.x - a.x) + separated(b.y - a.y);
    match (mirrored, before) {
        (true, Letter::Smooth) => repeated(from, to),
        (true, _) => pair(from, to, 1),
        (false, Letter::Quadratic) => repeated(from, control) + repeated(from, to),
        (false, _) => pair(from, control, 1) + repeated(from, to),
    }
}
