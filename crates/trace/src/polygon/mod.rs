//! Polygons on the grid: their area, their pixels, their outlines with fewer vertices.

mod simplify;
mod span;

use linocut_svg::Point;

pub(crate) use simplify::simplify_ring;
pub(crate) use span::{Span, outline_spans, polygon_spans};

/// Twice the signed area of a closed polygon.
pub(crate) fn doubled_area(points: &[Point]) -> i64 {
    let cross = |a: Point, b: Point| i64::from(a.x) * i64::from(b.y) - i64::from(b.x) * i64::from(a.y);
    points.iter().enumerate().map(|(i, &p)| cross(p, points[(i + 1) % points.len()])).sum()
}
