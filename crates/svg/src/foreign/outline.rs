//! Outlines of usvg's paths, and of their strokes where a drawing has no equal stroke.

use kurbo::{Affine, BezPath, PathEl, Shape as _, Stroke as Pen, StrokeOpts};
use usvg::Transform;
use usvg::tiny_skia_path::PathSegment;

use crate::shape::{LineCap, LineJoin};

/// How far the edge of a stroke may be off, in units of the grid.
const TOLERANCE: f64 = 0.1;

/// Most dashes of a stroke.
const MAX_DASHES: f64 = 2000.0;

/// Limit of mitres that every stroke of a drawing has.
const MITER_LIMIT: f32 = 4.0;

pub(super) fn affine(t: Transform) -> Affine {
    Affine::new([t.sx, t.ky, t.kx, t.sy, t.tx, t.ty].map(f64::from))
}

/// The outline of a path in its own coordinates.
pub(super) fn bezier(path: &usvg::Path) -> BezPath {
    let point = |p: usvg::tiny_skia_path::Point| (f64::from(p.x), f64::from(p.y));
    let mut bezier = BezPath::new();
    for segment in path.data().segments() {
        match segment {
            PathSegment::MoveTo(to) => bezier.move_to(point(to)),
            PathSegment::LineTo(to) => bezier.line_to(point(to)),
            PathSegment::QuadTo(c, to) => bezier.quad_to(point(c), point(to)),
            PathSegment::CubicTo(a, b, to) => bezier.curve_to(point(a), point(b), point(to)),
            PathSegment::Close => bezier.close_path(),
        }
    }
    bezier
}

pub(super) fn cap(stroke: &usvg::Stroke) -> LineCap {
    match stroke.linecap() {
        usvg::LineCap::Butt => LineCap::Butt,
        usvg::LineCap::Round => LineCap::Round,
        usvg::LineCap::Square => LineCap::Square,
    }
}

pub(super) fn join(stroke: &usvg::Stroke) -> LineJoin {
    match stroke.linejoin() {
        usvg::LineJoin::Miter | usvg::LineJoin::MiterClip => LineJoin::Miter,
        usvg::LineJoin::Round => LineJoin::Round,
        usvg::LineJoin::Bevel => LineJoin::Bevel,
    }
}

/// Whether a drawing has an equal stroke: the width is the same in all directions and mitres have the usual limit.
pub(super) fn is_plain(stroke: &usvg::Stroke, map: Affine) -> bool {
    let [a, b, c, d, ..] = map.as_coeffs();
    let (x, y) = (a.hypot(b), c.hypot(d));
    let is_even = (x - y).abs() <= 1e-3 * x.max(y) && (a * c + b * d).abs() <= 1e-3 * x * y;
    is_even && (join(stroke) != LineJoin::Miter || stroke.miterlimit().get() == MITER_LIMIT)
}

/// The dashes of a stroke as lines; `None` if they are too many.
pub(super) fn dashed(outline: &BezPath, stroke: &usvg::Stroke) -> Option<BezPath> {
    let Some(pattern) = stroke.dasharray() else { return Some(outline.clone()) };
    let pattern: Vec<f64> = pattern.iter().copied().map(f64::from).collect();
    let dashes = outline.perimeter(1.0) / pattern.iter().sum::<f64>() * (pattern.len() as f64 / 2.0);
    if dashes > MAX_DASHES || dashes.is_nan() {
        return None;
    }
    let offset = f64::from(stroke.dashoffset());
    Some(kurbo::dash(outline.elements().iter().copied(), offset, &pattern).collect())
}

/// The edge of a stroke along lines under a map, inside by the non-zero rule.
pub(super) fn edge(lines: &BezPath, stroke: &usvg::Stroke, map: Affine) -> BezPath {
    let style = Pen::new(f64::from(stroke.width().get()))
        .with_caps(match cap(stroke) {
            LineCap::Butt => kurbo::Cap::Butt,
            LineCap::Round => kurbo::Cap::Round,
            LineCap::Square => kurbo::Cap::Square,
        })
        .with_join(match join(stroke) {
            LineJoin::Miter => kurbo::Join::Miter,
            LineJoin::Round => kurbo::Join::Round,
            LineJoin::Bevel => kurbo::Join::Bevel,
        })
        .with_miter_limit(f64::from(stroke.miterlimit().get()));
    let [a, b, c, d, ..] = map.as_coeffs();
    let tolerance = TOLERANCE / a.hypot(b).max(c.hypot(d)).max(1e-9);
    let elements = lines.elements().iter().copied();
    map * kurbo::stroke(elements, &style, &StrokeOpts::default(), tolerance)
}

/// Whether all coordinates are finite.
pub(super) fn is_finite(outline: &BezPath) -> bool {
    outline.elements().iter().all(PathEl::is_finite)
}
