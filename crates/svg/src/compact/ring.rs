//! The outline of a fill as a ring, which may start anywhere and run in either direction.

use super::data_bytes;
use crate::path::{Arc, Segment, Subpath};
use crate::point::Point;

/// Most starts that are tried.
pub(super) const MAX_STARTS: usize = 256;

/// The same ring from the start, and where it may `turn` in the direction, that take the fewest bytes with the pen at
/// `before`; at the start of a path there is no pen yet.
pub(super) fn shortest(subpath: &Subpath, before: Option<Point>, turn: bool) -> Subpath {
    let ring = Ring::of(subpath);
    let step = ring.0.len().div_ceil(MAX_STARTS).max(1);
    let rings = if turn { vec![ring.reversed(), ring] } else { vec![ring] };
    let starts = rings.iter().rev().flat_map(|ring| (0..ring.0.len()).step_by(step).map(|start| ring.from(start)));
    let bytes = |candidate: &Subpath| {
        let lead = before.map(|start| Subpath { start, segments: Vec::new(), closed: false });
        data_bytes(lead.into_iter().chain([candidate.clone()]).collect())
    };
    starts.min_by_key(bytes).unwrap_or_else(|| subpath.clone())
}

/// The segments of a closed outline, each with the point where it begins. No line has length 0, and no two lines that
/// follow each other run the same way.
struct Ring(Vec<(Point, Segment)>);

impl Ring {
    fn of(subpath: &Subpath) -> Self {
        let mut ring: Vec<(Point, Segment)> = Vec::new();
        let mut from = subpath.start;
        for segment in subpath.segments.iter().copied().chain([Segment::Line(subpath.start)]) {
            push(&mut ring, from, segment);
            from = segment.end();
        }
        // The first and the last line may be one.
        while ring.len() > 2 && straight(ring[ring.len() - 1], ring[0]) {
            let (start, _) = ring.pop().unwrap_or((from, Segment::Line(from)));
            ring[0].0 = start;
        }
        Self(ring)
    }

    fn reversed(&self) -> Self {
        let reverse = |&(from, segment): &(Point, Segment)| {
            let reversed = match segment {
                Segment::Line(_) => Segment::Line(from),
                Segment::Quadratic(control, _) => Segment::Quadratic(control, from),
                Segment::Cubic(a, b, _) => Segment::Cubic(b, a, from),
                Segment::Arc(arc) => Segment::Arc(Arc { sweep: !arc.sweep, to: from, ..arc }),
            };
            (segment.end(), reversed)
        };
        Self(self.0.iter().rev().map(reverse).collect())
    }

    /// The ring as a subpath that begins with this segment. A line at its end closes it and need not be written.
    fn from(&self, start: usize) -> Subpath {
        let mut segments: Vec<Segment> = self.0[start..].iter().chain(&self.0[..start]).map(|(_, s)| *s).collect();
        if matches!(segments.last(), Some(Segment::Line(_))) && segments.len() > 1 {
            segments.pop();
        }
        Subpath { start: self.0[start].0, segments, closed: true }
    }
}

fn push(ring: &mut Vec<(Point, Segment)>, from: Point, segment: Segment) {
    if matches!(segment, Segment::Line(to) if to == from) {
        return;
    }
    match ring.last_mut() {
        Some(last) if straight(*last, (from, segment)) => last.1 = segment,
        _ => ring.push((from, segment)),
    }
}

/// Whether the second is a line that goes on where the first, a line, was going.
fn straight((a, first): (Point, Segment), (b, second): (Point, Segment)) -> bool {
    let (Segment::Line(_), Segment::Line(c)) = (first, second) else { return false };
    let along = |from: Point, to: Point| [i128::from(to.x) - i128::from(from.x), i128::from(to.y) - i128::from(from.y)];
    let ([ux, uy], [vx, vy]) = (along(a, b), along(b, c));
    ux * vy == uy * vx && ux * vx + uy * vy > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[(i32, i32)]) -> Subpath {
        let points: Vec<Point> = points.iter().map(|&(x, y)| Point::new(x, y)).collect();
        Subpath::polygon(&points).unwrap()
    }

    #[test]
    fn vertices_on_a_straight_line_go() {
        let square = shortest(&ring(&[(5, 0), (9, 0), (9, 4), (9, 9), (0, 9), (0, 0), (2, 0)]), None, true);
        assert_eq!(square.segments.len(), 3);
    }

    #[test]
    fn the_dearest_edge_closes_the_ring() {
        let found = shortest(&ring(&[(100, 100), (355, 367), (354, 360), (110, 101)]), None, true);
        let bytes = |subpath: &Subpath| data_bytes(vec![subpath.clone()]);
        assert!(bytes(&found) < bytes(&ring(&[(100, 100), (355, 367), (354, 360), (110, 101)])));
    }

    #[test]
    fn a_spike_is_kept() {
        let spike = shortest(&ring(&[(0, 0), (9, 0), (4, 0), (4, 7)]), None, true);
        assert!(spike.segments.len() >= 3);
    }
}
