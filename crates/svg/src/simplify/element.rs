//! Fits circles, ellipses and rounded rectangles to whole outlines.

use kurbo::Point as Spot;

use super::curve;
use super::outline::Outline;
use super::spot::spot;
use crate::geometry::Geometry;
use crate::path::{Arc, Segment};
use crate::point::Point;

/// An element that draws a ring within the tolerance, and its squared distance from it, summed along it.
pub(super) type Near = (Geometry, f64);

/// Elements near a ring.
pub(super) fn near(ring: &Outline, tolerance: f64) -> Vec<Near> {
    let spots = ring.stretch(0, ring.knots.len() - 1);
    let Some(frame) = Frame::of(spots) else { return Vec::new() };
    let elements = frame.ellipses().into_iter().chain(frame.rounded());
    elements.filter_map(|element| Some((element.clone(), off(&element, spots, &frame, tolerance)?))).collect()
}

/// Bounds of a ring, and twice the area within, with its sign.
struct Frame {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
    area: f64,
}

impl Frame {
    fn of(spots: &[Spot]) -> Option<Self> {
        let least = |value: fn(&Spot) -> f64| spots.iter().map(value).fold(f64::INFINITY, f64::min);
        let most = |value: fn(&Spot) -> f64| spots.iter().map(value).fold(f64::NEG_INFINITY, f64::max);
        let area = spots.windows(2).map(|pair| (pair[0] - spots[0]).cross(pair[1] - spots[0])).sum();
        let frame =
            Self { left: least(|p| p.x), top: least(|p| p.y), right: most(|p| p.x), bottom: most(|p| p.y), area };
        (frame.right - frame.left >= 1.0 && frame.bottom - frame.top >= 1.0).then_some(frame)
    }

    fn ellipses(&self) -> Vec<Geometry> {
        let pair = |value: f64| {
            if value.fract() == 0.0 { vec![value as i32] } else { vec![value.floor() as i32, value.ceil() as i32] }
        };
        let (width, height) = (self.right - self.left, self.bottom - self.top);
        // The area of an ellipse is 0.785 of its bounds.
        if !(0.70..0.87).contains(&(self.area.abs() / 2.0 / (width * height))) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for x in pair(self.left.midpoint(self.right)) {
            for y in pair(self.top.midpoint(self.bottom)) {
                let center = Point::new(x, y);
                for rx in pair(width / 2.0) {
                    found.push(Geometry::Circle { center, radius: rx });
                    found.extend(pair(height / 2.0).into_iter().map(|ry| Geometry::Ellipse { center, rx, ry }));
                }
            }
        }
        found
    }

    fn rounded(&self) -> Vec<Geometry> {
        let [x, y, right, bottom] = [self.left, self.top, self.right, self.bottom].map(|v| v.round() as i32);
        let (width, height) = (right.saturating_sub(x), bottom.saturating_sub(y));
        // A quarter of a circle leaves 0.215 of its square to the corner.
        let missing = f64::from(width) * f64::from(height) - self.area.abs() / 2.0;
        let radius = (missing.max(0.0) / (4.0 - std::f64::consts::PI)).sqrt().round() as i32;
        let radii = (radius.saturating_sub(1)..=radius.saturating_add(1))
            .filter(|r| *r > 0 && 2 * i64::from(*r) <= i64::from(width.min(height)));
        radii.map(|radius| Geometry::Rect { x, y, width, height, radius }).collect()
    }
}

fn off(element: &Geometry, spots: &[Spot], frame: &Frame, tolerance: f64) -> Option<f64> {
    let mut outline = sampled(element, frame.area > 0.0, tolerance * curve::SAMPLING)?;
    begin_near(&mut outline, spots[0]);
    curve::deviation(&outline, spots, tolerance)
}

/// The element as a closed line of points, clockwise (y down) or the other way.
fn sampled(element: &Geometry, clockwise: bool, error: f64) -> Option<Vec<Spot>> {
    let (start, segments) = match *element {
        Geometry::Circle { center, radius } => halves(center, radius, radius)?,
        Geometry::Ellipse { center, rx, ry } => halves(center, rx, ry)?,
        Geometry::Rect { x, y, width, height, radius } => {
            corners(x, y, x.checked_add(width)?, y.checked_add(height)?, radius)
        }
        Geometry::Path(_) => return None,
    };
    let mut spots = vec![spot(start)];
    let mut from = start;
    for segment in segments {
        curve::sample(from, &segment, error, &mut spots)?;
        from = segment.end();
    }
    if !clockwise {
        spots.reverse();
    }
    Some(spots)
}

fn arc(rx: i32, ry: i32, to: Point) -> Segment {
    Segment::Arc(Arc { rx, ry, rotation: 0, large: false, sweep: true, to })
}

/// Two arcs around a centre; none if they reach beyond what coordinates can say.
fn halves(center: Point, rx: i32, ry: i32) -> Option<(Point, Vec<Segment>)> {
    let left = Point::new(center.x.checked_sub(rx)?, center.y);
    let right = Point::new(center.x.checked_add(rx)?, center.y);
    Some((left, vec![arc(rx, ry, right), arc(rx, ry, left)]))
}

fn corners(x: i32, y: i32, right: i32, bottom: i32, r: i32) -> (Point, Vec<Segment>) {
    let p = Point::new;
    let corner = |from, to| [Segment::Line(from), arc(r, r, to)];
    let parts = [
        corner(p(right - r, y), p(right, y + r)),
        corner(p(right, bottom - r), p(right - r, bottom)),
        corner(p(x + r, bottom), p(x, bottom - r)),
        corner(p(x, y + r), p(x + r, y)),
    ];
    (p(x + r, y), parts.concat())
}

/// Turns a closed line of points so that it begins and ends where it is nearest to a point.
fn begin_near(ring: &mut Vec<Spot>, p: Spot) {
    let on_edge = |i: usize| {
        let along = ring[i + 1] - ring[i];
        let t = if along.hypot2() > 0.0 { ((p - ring[i]).dot(along) / along.hypot2()).clamp(0.0, 1.0) } else { 0.0 };
        ring[i] + along * t
    };
    let edges = (0..ring.len() - 1).map(|i| (i, on_edge(i)));
    let Some((edge, start)) = edges.min_by(|a, b| a.1.distance_squared(p).total_cmp(&b.1.distance_squared(p))) else {
        return;
    };
    ring.pop();
    let count = ring.len();
    ring.rotate_left((edge + 1) % count);
    ring.insert(0, start);
    ring.push(start);
}
