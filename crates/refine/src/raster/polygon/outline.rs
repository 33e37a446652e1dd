//! Flattens contours to polygons, point by point, with the derivatives of each point.

use std::f64::consts::FRAC_PI_2;

use crate::raster::polygon::arc::CenterArc;
use crate::raster::scalar::Scalar;
use crate::raster::scene::contour::{Contour, Step};

/// How a point (x, y) of a polygon changes with the value with an index:
/// dx by value x, dx by value y, dy by value x, dy by value y.
pub(crate) type Term<T> = (usize, [T; 4]);

/// Receives the points of polygons, ring by ring.
pub(crate) trait Sink<T> {
    /// The next point; `corner` unless it lies within a flattened curve.
    fn point(&mut self, at: [T; 2], terms: &[Term<T>], corner: bool);
    /// The ring is complete.
    fn end(&mut self, closed: bool);
}

/// Hands over the points of a contour, each curve and each quarter of an ellipse in `pieces` straight pieces, evenly by
/// its parameter.
pub(crate) fn outline<T: Scalar>(contour: &Contour, pieces: u16, points: &[[T; 2]], sink: &mut impl Sink<T>) {
    match *contour {
        Contour::Path { start, ref steps, closed } => {
            sink.point(points[start], &[identity(start)], true);
            let mut from = start;
            for step in steps {
                trace_step(from, step, pieces, points, sink);
                from = step.end();
            }
            sink.end(closed);
        }
        Contour::Rect { corner, size, radius: None } => rectangle(corner, size, points, sink),
        Contour::Rect { corner, size, radius: Some(radius) } => rounded([corner, size, radius], pieces, points, sink),
        Contour::Circle { center, radius } => ellipse(center, radius, true, pieces, points, sink),
        Contour::Ellipse { center, radii } => ellipse(center, radii, false, pieces, points, sink),
    }
}

fn identity<T: Scalar>(index: usize) -> Term<T> {
    weight(index, T::ONE)
}

fn weight<T: Scalar>(index: usize, weight: T) -> Term<T> {
    (index, [weight, T::ZERO, T::ZERO, weight])
}

fn trace_step<T: Scalar>(from: usize, step: &Step, pieces: u16, points: &[[T; 2]], sink: &mut impl Sink<T>) {
    match *step {
        Step::Line(to) => sink.point(points[to], &[identity(to)], true),
        Step::Quadratic(control, to) => {
            let weights = |t: f64, s: f64| [s * s, 2.0 * s * t, t * t];
            curve([from, control, to], weights, pieces, points, sink);
        }
        Step::Cubic(first, second, to) => {
            let weights = |t: f64, s: f64| [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t];
            curve([from, first, second, to], weights, pieces, points, sink);
        }
        Step::Arc { to, radii, rotation, large, sweep } => {
            let [a, b, r] = [from, to, radii].map(|index| points[index].map(T::to_f64));
            if let Some(arc) = CenterArc::new(a, b, r, rotation, large, sweep) {
                arc_points(&arc, [from, to, radii], pieces, sink);
            }
            sink.point(points[to], &[identity(to)], true);
        }
    }
}

/// A Bézier curve without its first point.
fn curve<T: Scalar, const N: usize>(
    controls: [usize; N],
    weights: impl Fn(f64, f64) -> [f64; N],
    pieces: u16,
    points: &[[T; 2]],
    sink: &mut impl Sink<T>,
) {
    for piece in 1..=pieces {
        let t = f64::from(piece) / f64::from(pieces);
        let weights = weights(t, 1.0 - t).map(T::from_f64);
        let terms: [Term<T>; N] = std::array::from_fn(|i| weight(controls[i], weights[i]));
        let sum = |axis: usize| (0..N).fold(T::ZERO, |sum, i| sum + weights[i] * points[controls[i]][axis]);
        sink.point([sum(0), sum(1)], &terms, piece == pieces);
    }
}

/// The points of an arc between its ends.
fn arc_points<T: Scalar>(arc: &CenterArc, indices: [usize; 3], pieces: u16, sink: &mut impl Sink<T>) {
    for piece in 1..pieces {
        let [x, y] = arc.point(f64::from(piece) / f64::from(pieces));
        let terms: [Term<T>; 3] = std::array::from_fn(|i| {
            let slopes = [x.by[2 * i], x.by[2 * i + 1], y.by[2 * i], y.by[2 * i + 1]];
            (indices[i], slopes.map(T::from_f64))
        });
        sink.point([T::from_f64(x.value), T::from_f64(y.value)], &terms, false);
    }
}

fn rectangle<T: Scalar>(corner: usize, size: usize, points: &[[T; 2]], sink: &mut impl Sink<T>) {
    let ([x, y], [width, height]) = (points[corner], points[size]);
    if !(width > T::ZERO && height > T::ZERO) {
        return;
    }
    let (zero, one) = (T::ZERO, T::ONE);
    for [right, down] in [[zero, zero], [one, zero], [one, one], [zero, one]] {
        let at = [x + right * width, y + down * height];
        sink.point(at, &[identity(corner), (size, [right, zero, zero, down])], true);
    }
    sink.end(true);
}

fn rounded<T: Scalar>([corner, size, radius]: [usize; 3], pieces: u16, points: &[[T; 2]], sink: &mut impl Sink<T>) {
    let ([x, y], [width, height], wish) = (points[corner], points[size], points[radius][0]);
    if !(width > T::ZERO && height > T::ZERO) {
        return;
    }
    if wish <= T::ZERO {
        return rectangle(corner, size, points, sink);
    }
    let half = T::from_f64(0.5);
    let r = wish.min(half * width.min(height));
    // What the radius depends on: itself, or half of the shorter side.
    let by_radius = |a: T, b: T| match (wish <= r, width <= height) {
        (true, _) => (radius, [a, T::ZERO, b, T::ZERO]),
        (false, true) => (size, [half * a, T::ZERO, half * b, T::ZERO]),
        (false, false) => (size, [T::ZERO, half * a, T::ZERO, half * b]),
    };
    for (quarter, [right, down]) in [(2_u8, [0.0, 0.0]), (3, [1.0, 0.0]), (0, [1.0, 1.0]), (1, [0.0, 1.0])] {
        for piece in 0..=pieces {
            let angle = FRAC_PI_2 * (f64::from(quarter) + f64::from(piece) / f64::from(pieces));
            let [a, b] = [angle.cos() + 1.0 - 2.0 * right, angle.sin() + 1.0 - 2.0 * down].map(T::from_f64);
            let [right, down] = [right, down].map(T::from_f64);
            let at = [x + right * width + a * r, y + down * height + b * r];
            let by_size = (size, [right, T::ZERO, T::ZERO, down]);
            sink.point(at, &[identity(corner), by_size, by_radius(a, b)], piece == 0 || piece == pieces);
        }
    }
    sink.end(true);
}

fn ellipse<T: Scalar>(
    center: usize,
    radii: usize,
    circle: bool,
    pieces: u16,
    points: &[[T; 2]],
    sink: &mut impl Sink<T>,
) {
    let ([x, y], [rx, ry]) = (points[center], points[radii]);
    let ry = if circle { rx } else { ry };
    if !(rx > T::ZERO && ry > T::ZERO) {
        return;
    }
    for piece in 0..4 * pieces {
        let (sin, cos) = (FRAC_PI_2 * f64::from(piece) / f64::from(pieces)).sin_cos();
        let [cos, sin] = [cos, sin].map(T::from_f64);
        let slopes = if circle { [cos, T::ZERO, sin, T::ZERO] } else { [cos, T::ZERO, T::ZERO, sin] };
        sink.point([x + cos * rx, y + sin * ry], &[identity(center), (radii, slopes)], false);
    }
    sink.end(true);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Ring(Vec<[f64; 2]>, usize);

    impl Sink<f64> for Ring {
        fn point(&mut self, at: [f64; 2], _: &[Term<f64>], _: bool) {
            self.0.push(at);
        }
        fn end(&mut self, _: bool) {
            self.1 += 1;
        }
    }

    fn ring(contour: &Contour, points: &[[f64; 2]]) -> Vec<[f64; 2]> {
        let mut ring = Ring::default();
        outline(contour, 4, points, &mut ring);
        assert!(ring.1 <= 1);
        ring.0
    }

    #[test]
    fn curves_pass_through_their_middle_and_end() {
        let path = Contour::Path { start: 0, steps: vec![Step::Quadratic(1, 2)], closed: true };
        let points = ring(&path, &[[0.0, 0.0], [4.0, 8.0], [8.0, 0.0]]);
        assert_eq!((points.len(), points[2], points[4]), (5, [4.0, 4.0], [8.0, 0.0]));
    }

    #[test]
    fn corners_are_cut_to_half_the_shorter_side() {
        let rect = Contour::Rect { corner: 0, size: 1, radius: Some(2) };
        let points = ring(&rect, &[[0.0, 0.0], [10.0, 4.0], [99.0, 0.0]]);
        assert!(points.iter().all(|[x, y]| (-1e-9..=10.0 + 1e-9).contains(x) && (-1e-9..=4.0 + 1e-9).contains(y)));
        assert!((points[0][0] - 0.0).abs() < 1e-9 && (points[0][1] - 2.0).abs() < 1e-9, "{:?}", points[0]);
    }

    #[test]
    fn what_has_no_extent_has_no_points() {
        let points = [[3.0, 3.0], [0.0, 5.0], [-1.0, 0.0]];
        assert!(ring(&Contour::Rect { corner: 0, size: 1, radius: None }, &points).is_empty());
        assert!(ring(&Contour::Circle { center: 0, radius: 2 }, &points).is_empty());
        assert!(ring(&Contour::Ellipse { center: 0, radii: 1 }, &points).is_empty());
    }
}
