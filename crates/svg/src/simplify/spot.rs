//! Converts between points on the integer grid and real places.

use kurbo::Point as Spot;

use crate::point::Point;

/// The place of a point.
pub(super) fn spot(p: Point) -> Spot {
    Spot::new(f64::from(p.x), f64::from(p.y))
}

/// The nearest point to a place. Casts saturate, and NaN becomes 0.
pub(super) fn round(p: Spot) -> Point {
    Point::new(p.x.round() as i32, p.y.round() as i32)
}
