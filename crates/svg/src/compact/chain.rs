//! Joins filled paths of equal paint into one.

use crate::geometry::Geometry;
use crate::path::Path;
use crate::shape::Shape;

/// Most shapes that one looks back over.
const REACH: usize = 256;

/// Left, top, right, bottom.
pub(super) type Bounds = (i32, i32, i32, i32);

/// The shapes, each joined to the nearest earlier one of equal paint if that paints the same. Shapes that `apart` units or less lie
/// between count as touching.
pub(super) fn joined(shapes: Vec<Shape>, apart: i32) -> Vec<Shape> {
    let mut kept: Vec<(Shape, Option<Bounds>)> = Vec::new();
    for shape in shapes {
        let bounds = reach(&shape, apart);
        match partner(&kept, &shape, bounds) {
            Some(index) => join(&mut kept[index], shape, bounds),
            None => kept.push((shape, bounds)),
        }
    }
    kept.into_iter().map(|(shape, _)| shape).collect()
}

/// Index of the path that a shape can join: none of the shapes after it, nor itself, may touch the shape.
fn partner(kept: &[(Shape, Option<Bounds>)], shape: &Shape, bounds: Option<Bounds>) -> Option<usize> {
    let bounds = bounds.filter(|_| is_plain_path(shape))?;
    for (index, (other, reached)) in kept.iter().enumerate().rev().take(REACH) {
        if reached.is_none_or(|reached| touch(reached, bounds)) {
            return None;
        }
        if is_plain_path(other) && same_paint(other, shape) {
            return Some(index);
        }
    }
    None
}

fn join((into, into_bounds): &mut (Shape, Option<Bounds>), shape: Shape, bounds: Option<Bounds>) {
    if let (Geometry::Path(path), Geometry::Path(Path { subpaths })) = (&mut into.geometry, shape.geometry) {
        path.subpaths.extend(subpaths);
    }
    *into_bounds = into_bounds.zip(bounds).map(|(a, b)| (a.0.min(b.0), a.1.min(b.1), a.2.max(b.2), a.3.max(b.3)));
}

fn is_plain_path(shape: &Shape) -> bool {
    matches!(shape.geometry, Geometry::Path(_)) && shape.fill.is_some() && shape.stroke.is_none()
}

fn same_paint(a: &Shape, b: &Shape) -> bool {
    a.fill == b.fill && a.opacity == b.opacity && a.fill_rule == b.fill_rule
}

/// The bounds with all that a stroke can add and the distance to keep; `None` where there are none.
fn reach(shape: &Shape, apart: i32) -> Option<Bounds> {
    let by = shape.stroke.as_ref().map_or(0, |stroke| stroke.width.saturating_mul(4)).saturating_add(apart);
    let (left, top, right, bottom) = shape.geometry.bounds()?;
    Some((left.saturating_sub(by), top.saturating_sub(by), right.saturating_add(by), bottom.saturating_add(by)))
}

/// Whether less than a unit lies between two boxes.
pub(super) const fn touch(a: Bounds, b: Bounds) -> bool {
    a.0 <= b.2 && b.0 <= a.2 && a.1 <= b.3 && b.1 <= a.3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Color;
    use crate::point::Point;

    fn square(x: i32, color: Color) -> Shape {
        let corners = [(x, 0), (x + 5, 0), (x + 5, 5), (x, 5)].map(|(x, y)| Point::new(x, y));
        Shape::filled(Geometry::polygon(&corners), color)
    }

    #[test]
    fn paths_of_equal_paint_join_past_others_that_they_do_not_touch() {
        let red = Color::from_hex(0xff0000);
        let shapes = joined(vec![square(0, red), square(20, Color::WHITE), square(40, red)], 0);
        assert_eq!(shapes.len(), 2);
    }

    #[test]
    fn what_lies_between_is_not_painted_over() {
        let red = Color::from_hex(0xff0000);
        assert_eq!(joined(vec![square(0, red), square(38, Color::WHITE), square(40, red)], 0).len(), 3);
        assert_eq!(joined(vec![square(0, red), square(3, red)], 0).len(), 2);
    }

    #[test]
    fn a_finer_grid_keeps_shapes_farther_apart() {
        let red = Color::from_hex(0xff0000);
        let shapes = || vec![square(0, red), square(30, Color::WHITE), square(40, red)];
        assert_eq!((joined(shapes(), 2).len(), joined(shapes(), 3).len()), (2, 3));
    }
}
