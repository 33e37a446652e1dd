//! Simplifies polygons by the Ramer-Douglas-Peucker algorithm.

use linocut_svg::Point;

/// The vertices of a closed polygon that are needed to stay within `tolerance` units of it. Collinear ones are dropped
/// even at 0.
pub(crate) fn simplify_ring(points: &[Point], tolerance: f64) -> Vec<Point> {
    let Some(far) = farthest_from_first(points) else { return points.to_vec() };
    let mut keep = vec![false; points.len() + 1];
    for anchor in [0, far, points.len()] {
        keep[anchor] = true;
    }
    let mut open = vec![(0, far), (far, points.len())];
    while let Some((from, to)) = open.pop() {
        if let Some(split) = worst(points, from, to, tolerance) {
            keep[split] = true;
            open.extend([(from, split), (split, to)]);
        }
    }
    let kept: Vec<Point> = points.iter().zip(&keep).filter(|(_, keep)| **keep).map(|(p, _)| *p).collect();
    without_first_if_straight(kept, tolerance)
}

/// Index of the vertex farthest from the first; `None` if all are the same or there are fewer than four.
fn farthest_from_first(points: &[Point]) -> Option<usize> {
    let first = *points.first().filter(|_| points.len() > 3)?;
    let distance = |p: &Point| squared(*p, first);
    let (far, point) = points.iter().enumerate().max_by_key(|(i, p)| (distance(p), std::cmp::Reverse(*i)))?;
    (distance(point) > 0).then_some(far)
}

fn squared(a: Point, b: Point) -> i64 {
    let (dx, dy) = (i64::from(a.x) - i64::from(b.x), i64::from(a.y) - i64::from(b.y));
    dx * dx + dy * dy
}

/// The vertex between two that strays farthest from their segment, if by more than the tolerance.
fn worst(points: &[Point], from: usize, to: usize, tolerance: f64) -> Option<usize> {
    let (a, b) = (points[from], points[to % points.len()]);
    let mut worst = (tolerance * tolerance + 1e-9, None);
    for (i, &p) in points.iter().enumerate().take(to).skip(from + 1) {
        let distance = segment_distance(p, a, b);
        if distance > worst.0 {
            worst = (distance, Some(i));
        }
    }
    worst.1
}

/// Squared distance of a point to a segment.
fn segment_distance(p: Point, a: Point, b: Point) -> f64 {
    let length = squared(a, b);
    if length == 0 {
        return squared(p, a) as f64;
    }
    let (dx, dy) = (i64::from(b.x) - i64::from(a.x), i64::from(b.y) - i64::from(a.y));
    let (px, py) = (i64::from(p.x) - i64::from(a.x), i64::from(p.y) - i64::from(a.y));
    let t = ((px * dx + py * dy) as f64 / length as f64).clamp(0.0, 1.0);
    let (ex, ey) = (px as f64 - t * dx as f64, py as f64 - t * dy as f64);
    ex * ex + ey * ey
}

/// Drops the first vertex if it lies on a straight line: it is where the walk began, not always a corner.
fn without_first_if_straight(mut kept: Vec<Point>, tolerance: f64) -> Vec<Point> {
    if kept.len() > 3 && segment_distance(kept[0], kept[kept.len() - 1], kept[1]) <= tolerance * tolerance {
        kept.remove(0);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(list: &[(i32, i32)]) -> Vec<Point> {
        list.iter().map(|&(x, y)| Point::new(x, y)).collect()
    }

    #[test]
    fn a_square_keeps_its_corners_only() {
        let ring = points(&[(2, 0), (4, 0), (4, 2), (4, 4), (2, 4), (0, 4), (0, 2), (0, 0)]);
        let mut kept = simplify_ring(&ring, 0.0);
        kept.sort_unstable();
        assert_eq!(kept, points(&[(0, 0), (0, 4), (4, 0), (4, 4)]));
    }

    #[test]
    fn steps_within_the_tolerance_become_a_line() {
        let mut ring: Vec<Point> = (0..20).flat_map(|i| [Point::new(i, i), Point::new(i + 1, i)]).collect();
        ring.push(Point::new(20, 20));
        ring.push(Point::new(0, 20));
        assert_eq!(simplify_ring(&ring, 1.0).len(), 3);
    }

    #[test]
    fn rings_without_extent_do_not_fail() {
        assert_eq!(simplify_ring(&points(&[(1, 1); 6]), 1.0).len(), 6);
        assert!(simplify_ring(&[], 1.0).is_empty());
    }
}
