//! The path commands that draw a segment: which letter it takes, and its spellings.

use super::spelling::Spelling;
use crate::path::Segment;
use crate::point::Point;

/// Most spellings of one step: relative and absolute.
pub(super) const MAX_SPELLINGS: usize = 2;

/// A path command in all its spellings.
pub(super) struct Step {
    spellings: [Spelling; MAX_SPELLINGS],
    count: usize,
}

impl Step {
    /// The relative and the absolute spelling of a command.
    pub(super) fn both(letter: u8, numbers: &[i32], origin: Point) -> Self {
        let spelling = |letter| Spelling::new(letter, numbers, origin);
        Self { spellings: [spelling(letter), spelling(letter.to_ascii_uppercase())], count: 2 }
    }

    /// The command that draws a segment after the segment `before`.
    pub(super) fn segment(from: Point, before: Option<&Segment>, segment: &Segment) -> Self {
        match *segment {
            Segment::Line(to) if to.y == from.y => Self::both(b'h', &[to.x], from),
            Segment::Line(to) if to.x == from.x => Self::both(b'v', &[to.y], from),
            Segment::Line(to) => Self::both(b'l', &[to.x, to.y], from),
            Segment::Quadratic(c, to) if Some(c) == implied_quadratic(from, before) => {
                Self::both(b't', &[to.x, to.y], from)
            }
            Segment::Quadratic(c, to) => Self::both(b'q', &[c.x, c.y, to.x, to.y], from),
            Segment::Cubic(a, b, to) if Some(a) == implied_cubic(from, before) => {
                Self::both(b's', &[b.x, b.y, to.x, to.y], from)
            }
            Segment::Cubic(a, b, to) => Self::both(b'c', &[a.x, a.y, b.x, b.y, to.x, to.y], from),
            Segment::Arc(arc) => {
                let (large, sweep) = (i32::from(arc.large), i32::from(arc.sweep));
                Self::both(b'a', &[arc.rx, arc.ry, arc.rotation, large, sweep, arc.to.x, arc.to.y], from)
            }
        }
    }

    /// The command that closes a subpath: `z`, which has one spelling.
    pub(super) fn close() -> Self {
        let z = Spelling::new(b'z', &[], Point::default());
        Self { spellings: [z; MAX_SPELLINGS], count: 1 }
    }

    /// The relative and the absolute spelling of a command that draws a segment.
    pub(super) const fn both_spellings(self) -> [Spelling; MAX_SPELLINGS] {
        self.spellings
    }

    /// All different spellings.
    pub(super) fn spellings(&self) -> &[Spelling] {
        &self.spellings[..self.count]
    }
}

/// The control point that `t` would take: the last one mirrored, or the pen's place.
fn implied_quadratic(from: Point, before: Option<&Segment>) -> Option<Point> {
    match before {
        Some(Segment::Quadratic(control, _)) => mirrored(*control, from),
        _ => Some(from),
    }
}

/// The first control point that `s` would take.
fn implied_cubic(from: Point, before: Option<&Segment>) -> Option<Point> {
    match before {
        Some(Segment::Cubic(_, control, _)) => mirrored(*control, from),
        _ => Some(from),
    }
}

/// `None` where the mirrored point is beyond the range of coordinates.
fn mirrored(control: Point, about: Point) -> Option<Point> {
    let mirror = |c: i32, a: i32| i32::try_from(2 * i64::from(a) - i64::from(c)).ok();
    Some(Point::new(mirror(control.x, about.x)?, mirror(control.y, about.y)?))
}
