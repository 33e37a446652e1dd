//! The outline of a shape: a path, a rectangle, a circle or an ellipse.

use crate::path::{Path, Subpath};
use crate::point::Point;

/// The outline of a shape, in grid units.
///
/// There are no variants for the elements `polygon`, `polyline` and `line`: [`Geometry::polygon`] and [`Geometry::polyline`]
/// make the paths that draw the same, and a path is at least six bytes shorter than a polygon or polyline. A line element is
/// shorter, by four bytes, only where three of its coordinates are 0 and therefore left out.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Geometry {
    /// Any outline.
    Path(Path),
    /// An axis-aligned rectangle; a width or height below 1 draws nothing.
    Rect {
        /// Left edge.
        x: i32,
        /// Top edge.
        y: i32,
        /// Extent to the right.
        width: i32,
        /// Extent downwards.
        height: i32,
        /// Radius of the corners, 0 for sharp ones.
        radius: i32,
    },
    /// A circle; a radius below 1 draws nothing.
    Circle {
        /// Centre.
        center: Point,
        /// Radius.
        radius: i32,
    },
    /// An ellipse along the axes; a radius below 1 draws nothing.
    Ellipse {
        /// Centre.
        center: Point,
        /// Horizontal radius.
        rx: i32,
        /// Vertical radius.
        ry: i32,
    },
}

impl Geometry {
    /// A rectangle with sharp corners.
    #[must_use]
    pub const fn rect(x: i32, y: i32, width: i32, height: i32) -> Self {
        Self::Rect { x, y, width, height, radius: 0 }
    }

    /// A circle.
    #[must_use]
    pub const fn circle(center: Point, radius: i32) -> Self {
        Self::Circle { center, radius }
    }

    /// A closed polygon through these vertices; with none, an empty path.
    #[must_use]
    pub fn polygon(vertices: &[Point]) -> Self {
        Self::Path(Path { subpaths: Subpath::polygon(vertices).into_iter().collect() })
    }

    /// An open line through these vertices; with none, an empty path.
    #[must_use]
    pub fn polyline(vertices: &[Point]) -> Self {
        let subpaths = Subpath::polygon(vertices).map(|subpath| Subpath { closed: false, ..subpath });
        Self::Path(Path { subpaths: subpaths.into_iter().collect() })
    }

    /// Bounds of the outline and its control points as (left, top, right, bottom); `None` when there is no point.
    ///
    /// An arc counts with its end points grown by its larger radius, so the box may be too large but never too small.
    #[must_use]
    pub fn bounds(&self) -> Option<(i32, i32, i32, i32)> {
        let around = |c: Point, rx: i32, ry: i32| {
            (c.x.saturating_sub(rx), c.y.saturating_sub(ry), c.x.saturating_add(rx), c.y.saturating_add(ry))
        };
        match self {
            Self::Path(path) => path_bounds(path),
            Self::Rect { x, y, width, height, .. } => {
                Some((*x, *y, x.saturating_add(*width), y.saturating_add(*height)))
            }
            Self::Circle { center, radius } => Some(around(*center, *radius, *radius)),
            Self::Ellipse { center, rx, ry } => Some(around(*center, *rx, *ry)),
        }
    }
}

fn path_bounds(path: &Path) -> Option<(i32, i32, i32, i32)> {
    let union =
        |a: (i32, i32, i32, i32), b: (i32, i32, i32, i32)| (a.0.min(b.0), a.1.min(b.1), a.2.max(b.2), a.3.max(b.3));
    path.subpaths.iter().map(Subpath::bounds).reduce(union)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_hold_every_vertex() {
        let polygon = Geometry::polygon(&[Point::new(3, 9), Point::new(-4, 2), Point::new(8, 5)]);
        assert_eq!(polygon.bounds(), Some((-4, 2, 8, 9)));
    }

    #[test]
    fn an_empty_outline_has_no_bounds() {
        assert_eq!(Geometry::polygon(&[]).bounds(), None);
    }

    #[test]
    fn huge_coordinates_do_not_overflow() {
        let circle = Geometry::circle(Point::new(i32::MAX, i32::MIN), i32::MAX);
        assert_eq!(circle.bounds(), Some((0, i32::MIN, i32::MAX, -1)));
    }
}
