//! Paths: subpaths of straight and curved segments.

use crate::point::Point;

/// An elliptical arc, as in the path command `A`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Arc {
    /// First radius in units.
    pub rx: i32,
    /// Second radius in units.
    pub ry: i32,
    /// Rotation of the ellipse in whole degrees.
    pub rotation: i32,
    /// Whether the longer of the two arcs is meant.
    pub large: bool,
    /// Whether the arc runs clockwise (y down).
    pub sweep: bool,
    /// End point.
    pub to: Point,
}

impl Arc {
    /// How far the arc can leave its end points: its diameter, or the chord where the radii are scaled up to reach.
    fn reach(&self, from: Point) -> i32 {
        let diameter = self.rx.max(self.ry).saturating_mul(2);
        let chord = from.x.abs_diff(self.to.x).saturating_add(from.y.abs_diff(self.to.y));
        diameter.max(i32::try_from(chord).unwrap_or(i32::MAX))
    }
}

/// One step of a subpath, from the end of the one before.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Segment {
    /// A straight line to a point.
    Line(Point),
    /// A quadratic Bézier curve: control point, end point.
    Quadratic(Point, Point),
    /// A cubic Bézier curve: two control points, end point.
    Cubic(Point, Point, Point),
    /// An elliptical arc.
    Arc(Arc),
}

impl Segment {
    /// Where the segment ends.
    #[must_use]
    pub const fn end(&self) -> Point {
        match self {
            Self::Line(to) | Self::Quadratic(_, to) | Self::Cubic(_, _, to) | Self::Arc(Arc { to, .. }) => *to,
        }
    }

    /// Control points and end point, in order.
    pub fn points(&self) -> impl Iterator<Item = Point> + use<> {
        let (points, count) = match *self {
            Self::Line(to) => ([to; 3], 1),
            Self::Quadratic(control, to) => ([control, to, to], 2),
            Self::Cubic(first, second, to) => ([first, second, to], 3),
            Self::Arc(arc) => ([arc.to; 3], 1),
        };
        points.into_iter().take(count)
    }
}

/// A connected part of a path.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Subpath {
    /// First point.
    pub start: Point,
    /// Segments, each from the end of the one before.
    pub segments: Vec<Segment>,
    /// Whether a stroke joins the end to the start. A fill always does.
    pub closed: bool,
}

impl Subpath {
    /// A closed polygon through these vertices; `None` when there are none.
    #[must_use]
    pub fn polygon(vertices: &[Point]) -> Option<Self> {
        let (&start, rest) = vertices.split_first()?;
        Some(Self { start, segments: rest.iter().map(|&p| Segment::Line(p)).collect(), closed: true })
    }

    /// Bounds of the points as (left, top, right, bottom); an arc counts with all that it may reach.
    #[must_use]
    pub fn bounds(&self) -> (i32, i32, i32, i32) {
        let start = self.start;
        let mut bounds = (start.x, start.y, start.x, start.y);
        let mut from = start;
        for segment in &self.segments {
            let by = if let Segment::Arc(arc) = segment { arc.reach(from) } else { 0 };
            for p in segment.points().chain([from]) {
                bounds.0 = bounds.0.min(p.x.saturating_sub(by));
                bounds.1 = bounds.1.min(p.y.saturating_sub(by));
                bounds.2 = bounds.2.max(p.x.saturating_add(by));
                bounds.3 = bounds.3.max(p.y.saturating_add(by));
            }
            from = segment.end();
        }
        bounds
    }

    /// Where the last segment ends.
    #[must_use]
    pub fn end(&self) -> Point {
        self.segments.last().map_or(self.start, Segment::end)
    }
}

/// An outline of any number of subpaths.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Path {
    /// Subpaths in drawing order.
    pub subpaths: Vec<Subpath>,
}

impl From<Vec<Subpath>> for Path {
    fn from(subpaths: Vec<Subpath>) -> Self {
        Self { subpaths }
    }
}
