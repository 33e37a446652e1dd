//! The smallest rectangle around points, at any angle.

/// A point: x to the right, y down, in px.
pub(super) type Point = [f32; 2];

/// A rectangle whose first side lies within 45 degrees of the horizontal.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct RotatedRectangle {
    centre: Point,
    /// Direction of the first side, of length 1, pointing right.
    along: Point,
    /// Half the length of the first and of the second side, px.
    half: [f32; 2],
}

impl RotatedRectangle {
    /// The rectangle of least area around points: one of its sides lies on an edge of their convex hull. Of equal ones,
    /// the upright one, then the first. `None` for no points.
    pub(super) fn around(points: Vec<Point>) -> Option<Self> {
        let hull = convex_hull(points);
        let edges = hull.iter().zip(hull.iter().cycle().skip(1)).map(|(&from, &to)| direction(from, to));
        let upright = Self::around_in(&hull, [1.0, 0.0])?;
        Some(
            edges
                .flatten()
                .filter_map(|along| Self::around_in(&hull, along))
                .fold(upright, |best, other| if other.area() < best.area() * (1.0 - 1e-4) { other } else { best }),
        )
    }

    /// The rectangle around points with a side in a direction.
    fn around_in(points: &[Point], along: Point) -> Option<Self> {
        let along = rightmost(along);
        let across = turn(along);
        let (low, high) = extent(points, along)?;
        let (top, bottom) = extent(points, across)?;
        let (middle, level) = ((low + high) / 2.0, (top + bottom) / 2.0);
        let centre = [middle * along[0] + level * across[0], middle * along[1] + level * across[1]];
        Some(Self { centre, along, half: [(high - low) / 2.0, (bottom - top) / 2.0] })
    }

    /// This rectangle with every side moved out by a distance, px.
    pub(super) fn grown(self, distance: f32) -> Self {
        Self { half: self.half.map(|half| half + distance), ..self }
    }

    /// Lengths of the first and of the second side, px.
    pub(super) fn sides(&self) -> [f32; 2] {
        self.half.map(|half| 2.0 * half)
    }

    /// Area, px².
    pub(super) fn area(&self) -> f32 {
        4.0 * self.half[0] * self.half[1]
    }

    /// Top left, top right, bottom right, bottom left, as the first side runs.
    pub(super) fn corners(&self) -> [Point; 4] {
        let across = turn(self.along);
        [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]].map(|[first, second]| {
            let (a, b) = (first * self.half[0], second * self.half[1]);
            [self.centre[0] + a * self.along[0] + b * across[0], self.centre[1] + a * self.along[1] + b * across[1]]
        })
    }

    /// Whether a point lies inside or on the border.
    pub(super) fn contains(&self, point: Point) -> bool {
        let from_centre = [point[0] - self.centre[0], point[1] - self.centre[1]];
        let slack = 1e-3;
        dot(from_centre, self.along).abs() <= self.half[0] + slack
            && dot(from_centre, turn(self.along)).abs() <= self.half[1] + slack
    }
}

fn dot(a: Point, b: Point) -> f32 {
    a[0] * b[0] + a[1] * b[1]
}

/// A direction turned by a right angle: right becomes down.
fn turn(direction: Point) -> Point {
    [-direction[1], direction[0]]
}

/// Of a direction and the three at right angles to it, the one nearest to the right.
fn rightmost(direction: Point) -> Point {
    let [x, y] = direction;
    match (x.abs() >= y.abs(), x >= 0.0, y >= 0.0) {
        (true, true, _) => [x, y],
        (true, false, _) => [-x, -y],
        (false, _, true) => [y, -x],
        (false, _, false) => [-y, x],
    }
}

/// Direction from a point to another, of length 1; none if they are equal.
fn direction(from: Point, to: Point) -> Option<Point> {
    let [x, y] = [to[0] - from[0], to[1] - from[1]];
    let length = x.hypot(y);
    (length > 0.0).then(|| [x / length, y / length])
}

fn extent(points: &[Point], along: Point) -> Option<(f32, f32)> {
    let mut distances = points.iter().map(|&point| dot(point, along));
    let first = distances.next()?;
    Some(distances.fold((first, first), |(low, high), at| (low.min(at), high.max(at))))
}

/// The corners of the convex hull in order, by Andrew's monotone chain.
fn convex_hull(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let mut hull = half_hull(points.iter().copied());
    hull.extend(half_hull(points.iter().rev().copied()));
    hull
}

/// One side of the hull, without its last point.
fn half_hull(points: impl Iterator<Item = Point>) -> Vec<Point> {
    let mut hull: Vec<Point> = Vec::new();
    for point in points {
        while let [.., before, last] = hull[..]
            && cross(before, last, point) <= 0.0
        {
            hull.pop();
        }
        hull.push(point);
    }
    hull.pop();
    hull
}

/// Twice the signed area of a triangle.
fn cross(a: Point, b: Point, c: Point) -> f32 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_upright_rectangle_is_found_as_it_is() {
        let points = vec![[2.0, 3.0], [10.0, 3.0], [10.0, 5.0], [2.0, 5.0], [6.0, 4.0]];
        let found = RotatedRectangle::around(points).unwrap();
        assert_eq!(found.corners(), [[2.0, 3.0], [10.0, 3.0], [10.0, 5.0], [2.0, 5.0]]);
        assert_eq!(found.grown(1.0).sides(), [10.0, 4.0]);
    }

    #[test]
    fn a_slanted_rectangle_keeps_its_angle() {
        let points = vec![[0.0, 0.0], [40.0, 20.0], [35.0, 30.0], [-5.0, 10.0]];
        let found = RotatedRectangle::around(points.clone()).unwrap();
        for (corner, point) in found.corners().iter().zip(points) {
            assert!((corner[0] - point[0]).abs() < 1e-3 && (corner[1] - point[1]).abs() < 1e-3, "{corner:?} {point:?}");
        }
    }

    #[test]
    fn no_points_have_no_rectangle_and_one_has_an_empty_one() {
        assert_eq!(RotatedRectangle::around(Vec::new()), None);
        assert_eq!(RotatedRectangle::around(vec![[4.0, 4.0]]).unwrap().area(), 0.0);
    }

    proptest! {
        #[test]
        fn every_point_lies_inside(points in prop::collection::vec((0u8..200, 0u8..200), 1..40)) {
            let points: Vec<Point> = points.into_iter().map(|(x, y)| [f32::from(x), f32::from(y)]).collect();
            let found = RotatedRectangle::around(points.clone()).unwrap();
            for point in points {
                prop_assert!(found.contains(point), "{found:?} {point:?}");
            }
        }

        #[test]
        fn it_is_never_larger_than_the_upright_one(points in prop::collection::vec((0u8..200, 0u8..200), 1..40)) {
            let points: Vec<Point> = points.into_iter().map(|(x, y)| [f32::from(x), f32::from(y)]).collect();
            let upright = RotatedRectangle::around_in(&points, [1.0, 0.0]).unwrap();
            prop_assert!(RotatedRectangle::around(points).unwrap().area() <= upright.area());
        }
    }
}
