//! Refits a subpath with cheaper segments, or replaces it by an element such as a circle.

use super::outline::Outline;
use super::{Simplify, element, outline, shortest};
use crate::compact::ring_bytes;
use crate::geometry::Geometry;
use crate::path::{Segment, Subpath};
use crate::point::Point;
use crate::write::element_bytes;

/// How a subpath is refitted.
#[derive(Clone, Copy)]
pub(super) struct Options {
    pub(super) simplify: Simplify,
    /// Into how many parts a segment may be cut.
    pub(super) parts: usize,
}

/// The subpath in fewer bytes, and the penalty for its deviation; `None` if there is no cheaper one. A `ring` is the outline
/// of a fill.
pub(super) fn subpath(subpath: &Subpath, options: &Options, ring: bool) -> Option<(Subpath, f64)> {
    let (start, segments) = cut(subpath, ring)?;
    let outline = Outline::new(start, &segments, options.simplify.tolerance, options.parts)?;
    let (segments, penalty) = shortest::segments(&outline, &options.simplify, ring)?;
    let simple = Subpath { start, segments, closed: subpath.closed };
    let cost = ring_bytes(&simple, ring) as f64 + penalty;
    (cost < ring_bytes(subpath, ring) as f64).then_some((simple, penalty))
}

/// The only subpath of a fill as an element, if that is cheaper than the subpath and than the `simple` one with its penalty.
pub(super) fn element(only: &Subpath, simple: Option<&(Subpath, f64)>, options: &Options) -> Option<Geometry> {
    let (start, segments) = cut(only, true)?;
    let outline = Outline::new(start, &segments, options.simplify.tolerance, options.parts)?;
    let near = element::near(&outline, options.simplify.tolerance).into_iter();
    let priced =
        near.map(|(element, off)| (element_bytes(&element) as f64 + off * options.simplify.exactness, element));
    let (cost, element) = priced.min_by(|a, b| a.0.total_cmp(&b.0))?;
    let (path, penalty) = simple.map_or((only, 0.0), |(path, penalty)| (path, *penalty));
    let frame = element_bytes(&Geometry::Path(Vec::new().into()));
    (cost < (frame + ring_bytes(path, true)) as f64 + penalty).then_some(element)
}

/// Start and segments of a subpath with curves. A ring ends with its longest line, which costs nothing there.
fn cut(subpath: &Subpath, ring: bool) -> Option<(Point, Vec<Segment>)> {
    if subpath.segments.iter().all(|segment| matches!(segment, Segment::Line(_))) {
        return None;
    }
    let mut segments = outline::segments(subpath, ring);
    if !ring {
        return Some((subpath.start, segments));
    }
    let starts = std::iter::once(subpath.start).chain(segments.iter().map(Segment::end));
    let lengths = starts.zip(&segments).map(|(from, segment)| match segment {
        Segment::Line(to) => u64::from(from.x.abs_diff(to.x)) + u64::from(from.y.abs_diff(to.y)),
        _ => 0,
    });
    let last = lengths.enumerate().max_by_key(|(_, length)| *length).map_or(0, |(last, _)| last);
    segments.rotate_left(last + 1);
    Some((segments.last()?.end(), segments))
}
