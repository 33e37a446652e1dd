//! An outline as dense points, and the knots where it may be cut.

use kurbo::Point as Spot;

use super::curve;
use super::spot::{round, spot};
use crate::path::{Segment, Subpath};
use crate::point::Point;

/// Least length of a segment that may also be cut in between, in units.
const LONG: f64 = 12.0;

/// Most segments of a source that one segment stands for.
const REACH: usize = 6;

/// A place where an outline may be cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Knot {
    /// Index of the point of the outline.
    pub(super) at: usize,
    /// The place on the grid, within the tolerance of the outline.
    pub(super) point: Point,
    /// Whether every outline has to be cut here: it lies between two lines, or the segment beside it stays as it is.
    pub(super) firm: bool,
    /// The segment of the source that begins here, and how many knots on it ends.
    pub(super) source: Option<(Segment, usize)>,
}

/// Points along a subpath, dense enough that the lines between them leave it by no more than the sampling error.
#[derive(Debug)]
pub(super) struct Outline {
    spots: Vec<Spot>,
    pub(super) knots: Vec<Knot>,
    parts: usize,
}

impl Outline {
    /// The outline of these segments from a start, each of which may be cut into a few parts; `None` if a segment is too large
    /// to be sampled.
    pub(super) fn new(start: Point, segments: &[Segment], tolerance: f64, parts: usize) -> Option<Self> {
        let mut outline = Self { spots: vec![spot(start)], knots: Vec::new(), parts };
        let mut from = start;
        for segment in segments {
            outline.push(from, *segment, tolerance)?;
            from = segment.end();
        }
        outline.knots.push(Knot { at: outline.spots.len() - 1, point: from, firm: true, source: None });
        outline.firm_between_lines();
        Some(outline)
    }

    fn push(&mut self, from: Point, segment: Segment, tolerance: f64) -> Option<()> {
        let first = self.spots.len() - 1;
        self.knots.push(Knot { at: first, point: from, firm: false, source: Some((segment, 1)) });
        curve::sample(from, &segment, tolerance * curve::SAMPLING, &mut self.spots)?;
        let last = self.spots.len() - 1;
        let length = self.spots[first].distance(self.spots[last]);
        if matches!(segment, Segment::Line(_)) || length < LONG {
            return Some(());
        }
        let known = self.knots.len() - 1;
        for part in 1..self.parts {
            let at = first + (last - first) * part / self.parts;
            let point = round(self.spots[at]);
            let inside = at > first && at < last && point != from && point != segment.end();
            if inside && spot(point).distance(self.spots[at]) <= tolerance {
                self.knots.push(Knot { at, point, firm: false, source: None });
            }
        }
        self.knots[known].source = Some((segment, self.knots.len() - known));
        Some(())
    }

    /// Most knots that one segment passes.
    pub(super) const fn reach(&self) -> usize {
        REACH * self.parts
    }

    /// Vertices of polygons stay.
    fn firm_between_lines(&mut self) {
        let line = |knot: &Knot| matches!(knot.source, Some((Segment::Line(_), _)));
        let mut before = true;
        for knot in &mut self.knots {
            let after = line(knot);
            knot.firm |= before && after;
            before = after;
        }
    }

    /// The points between two knots, with both.
    pub(super) fn stretch(&self, from: usize, to: usize) -> &[Spot] {
        &self.spots[self.knots[from].at..=self.knots[to].at]
    }
}

/// The segments of a subpath; a ring has the line that closes it, if it has length.
pub(super) fn segments(subpath: &Subpath, ring: bool) -> Vec<Segment> {
    let close = (ring && subpath.end() != subpath.start).then_some(Segment::Line(subpath.start));
    subpath.segments.iter().copied().chain(close).collect()
}
