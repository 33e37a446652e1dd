//! Whether a shape can be seen: it has paint and extent and reaches into the drawing.

use crate::drawing::Drawing;
use crate::geometry::Geometry;
use crate::shape::Shape;

/// Whether a shape has paint and extent and reaches into the drawing.
pub(super) fn paints(shape: &Shape, drawing: &Drawing) -> bool {
    let painted = shape.fill.is_some() || shape.stroke.as_ref().is_some_and(|stroke| stroke.width > 0);
    painted && shape.opacity.thousandths() > 0 && has_extent(shape) && reaches(shape, drawing)
}

fn has_extent(shape: &Shape) -> bool {
    match &shape.geometry {
        Geometry::Rect { width, height, .. } => *width > 0 && *height > 0,
        Geometry::Circle { radius, .. } => *radius > 0,
        Geometry::Ellipse { rx, ry, .. } => *rx > 0 && *ry > 0,
        Geometry::Path(path) => path.subpaths.iter().any(|subpath| !subpath.segments.is_empty()),
    }
}

/// Whether the bounds, grown by what a stroke with its mitres can add, meet the drawing.
fn reaches(shape: &Shape, drawing: &Drawing) -> bool {
    /// The initial `stroke-miterlimit`, times half of the width.
    const MITRE: i64 = 4;
    let by = shape.stroke.as_ref().map_or(0, |stroke| i64::from(stroke.width) * MITRE);
    let Some((left, top, right, bottom)) = shape.geometry.bounds() else { return false };
    let [left, top, right, bottom] = [left, top, right, bottom].map(i64::from);
    right + by > 0 && bottom + by > 0 && left - by < i64::from(drawing.width) && top - by < i64::from(drawing.height)
}
