//! Samples segments as points, and measures how far these lie from an outline.

use kurbo::{Arc as Ellipse, Point as Spot, SvgArc, Vec2};

use super::spot::spot;
use crate::path::{Arc, Segment};
use crate::point::Point;

/// How far a curve may leave the lines between its samples, as a share of the tolerance.
pub(super) const SAMPLING: f64 = 1.0 / 16.0;
/// Most samples of a segment.
const MAX_SAMPLES: f64 = 256.0;

/// Appends points of a segment after its first, so dense that it leaves the lines between them by `error` units at most.
/// `None` if that takes too many.
pub(super) fn sample(from: Point, segment: &Segment, error: f64, spots: &mut Vec<Spot>) -> Option<()> {
    let p = spot(from);
    match *segment {
        Segment::Line(to) => spots.push(spot(to)),
        Segment::Quadratic(c, to) => {
            let (c, to) = (spot(c), spot(to));
            let bend = 2.0 * ((p - c) + (to - c)).hypot();
            for t in times(bend, error)? {
                spots.push(quadratic(p, c, to, t));
            }
        }
        Segment::Cubic(a, b, to) => {
            let (a, b, to) = (spot(a), spot(b), spot(to));
            let bend = 6.0 * ((p - a) + (b - a)).hypot().max(((a - b) + (to - b)).hypot());
            for t in times(bend, error)? {
                spots.push(cubic(p, a, b, to, t));
            }
        }
        Segment::Arc(arc) => arc_samples(from, &arc, error, spots)?,
    }
    Some(())
}

/// Even times after 0 up to 1 for a curve whose second derivative is at most `bend`.
fn times(bend: f64, error: f64) -> Option<impl Iterator<Item = f64>> {
    let count = (bend / (8.0 * error)).sqrt().ceil().max(2.0);
    (count <= MAX_SAMPLES).then(|| (1..=count as usize).map(move |i| i as f64 / count))
}

fn arc_samples(from: Point, arc: &Arc, error: f64, spots: &mut Vec<Spot>) -> Option<()> {
    let Some(ellipse) = ellipse(from, arc) else {
        spots.push(spot(arc.to));
        return Some(());
    };
    let radius = ellipse.radii.x.max(ellipse.radii.y);
    for t in times(ellipse.sweep_angle.powi(2) * radius, error)? {
        let angle = ellipse.start_angle + ellipse.sweep_angle * t;
        let (sin, cos) = angle.sin_cos();
        let (turn_sin, turn_cos) = ellipse.x_rotation.sin_cos();
        let (x, y) = (ellipse.radii.x * cos, ellipse.radii.y * sin);
        spots.push(ellipse.center + Vec2::new(x * turn_cos - y * turn_sin, x * turn_sin + y * turn_cos));
    }
    Some(())
}

/// The arc with its centre; `None` where it is a line.
pub(super) fn ellipse(from: Point, arc: &Arc) -> Option<Ellipse> {
    Ellipse::from_svg_arc(&SvgArc {
        from: spot(from),
        to: spot(arc.to),
        radii: Vec2::new(f64::from(arc.rx), f64::from(arc.ry)),
        x_rotation: f64::from(arc.rotation).to_radians(),
        large_arc: arc.large,
        sweep: arc.sweep,
    })
}

pub(super) fn quadratic(p: Spot, c: Spot, to: Spot, t: f64) -> Spot {
    p.lerp(c, t).lerp(c.lerp(to, t), t)
}

pub(super) fn cubic(p: Spot, a: Spot, b: Spot, to: Spot, t: f64) -> Spot {
    let u = 1.0 - t;
    let weigh = |p: f64, a: f64, b: f64, to: f64| u * u * (u * p + 3.0 * t * a) + t * t * (3.0 * u * b + t * to);
    Spot::new(weigh(p.x, a.x, b.x, to.x), weigh(p.y, a.y, b.y, to.y))
}

/// The squared distance of two lines of points, summed along both, if none is farther than the tolerance from the other;
/// both run the same way. The distances are found walking along, so they are never too small.
pub(super) fn deviation(a: &[Spot], b: &[Spot], tolerance: f64) -> Option<f64> {
    Some((one_way(a, b, tolerance)? + one_way(b, a, tolerance)?) / 2.0)
}

fn one_way(spots: &[Spot], line: &[Spot], tolerance: f64) -> Option<f64> {
    let (most, mut at, mut sum) = (tolerance * tolerance, 0, 0.0);
    let (mut before, mut near_before) = (spots[0], 0.0);
    for &p in spots {
        let mut near = edge(p, line, at);
        while at + 2 < line.len() {
            let next = edge(p, line, at + 1);
            if next > near {
                break;
            }
            (near, at) = (next, at + 1);
        }
        if near > most {
            return None;
        }
        sum += (near + near_before) / 2.0 * p.distance(before);
        (before, near_before) = (p, near);
    }
    Some(sum)
}

/// Squared distance of a point from the edge of a line of points that begins at an index.
fn edge(p: Spot, line: &[Spot], at: usize) -> f64 {
    let (a, b) = (line[at], line[(at + 1).min(line.len() - 1)]);
    let (along, to) = (b - a, p - a);
    let length = along.hypot2();
    let t = if length > 0.0 { (to.dot(along) / length).clamp(0.0, 1.0) } else { 0.0 };
    (to - along * t).hypot2()
}
