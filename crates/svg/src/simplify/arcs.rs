//! Fits circular and elliptical arcs to a stretch of an outline.

use kurbo::{Point as Spot, Vec2};

use super::curve;
use super::spot::spot;
use crate::path::{Arc, Segment};
use crate::point::Point;

/// Largest radius that is tried, in units.
const MAX_RADIUS: f64 = 1e6;
/// Most points of a stretch that are looked at.
const MAX_POINTS: usize = 16;
/// How near the centre has to be to the chord, as a share of it, for half an ellipse to be tried.
const HALF: f64 = 0.1;
/// Most radii whose ratio is tried for half an ellipse.
const MAX_RATIO: i32 = 30;

/// Arcs between two places that may pass a stretch within about a `reach`, with their squared distance from it, summed along
/// it.
pub(super) fn near(stretch: &[Spot], from: Point, to: Point, reach: f64) -> Vec<(Segment, f64)> {
    if stretch.len() < 4 || from == to {
        return Vec::new();
    }
    let (a, b) = (spot(from), spot(to));
    let middle = stretch[stretch.len() / 2];
    let side = (b - a).cross(middle - a);
    let chord = (b - a).hypot();
    if side.abs() < chord * 1e-3 {
        return Vec::new();
    }
    let arcs = Arcs { sweep: side < 0.0, side, chord, a, b, to, stretch, reach };
    let mut found = arcs.circles(middle);
    found.extend(arcs.ellipses());
    let length = stretch.windows(2).map(|pair| pair[0].distance(pair[1])).sum::<f64>();
    let priced = found.into_iter().filter_map(|arc| {
        let ellipse = curve::ellipse(from, &arc)?;
        let (mean, worst) = off(stretch, ellipse.center, ellipse.radii);
        (worst < reach).then_some((Segment::Arc(arc), mean * length))
    });
    priced.collect()
}

/// Mean of the squared distances of points from an ellipse along the axes, and the largest distance, to first order.
fn off(stretch: &[Spot], center: Spot, radii: Vec2) -> (f64, f64) {
    let step = stretch.len().div_ceil(MAX_POINTS).max(1);
    let (mut sum, mut worst, mut count) = (0.0, 0.0_f64, 0.0);
    for p in stretch.iter().step_by(step) {
        let d = *p - center;
        let scaled = Vec2::new(d.x / radii.x, d.y / radii.y);
        let slope = 2.0 * Vec2::new(scaled.x / radii.x, scaled.y / radii.y).hypot();
        let far = (scaled.hypot2() - 1.0).abs() / slope.max(1e-9);
        sum += far * far;
        worst = worst.max(far);
        count += 1.0;
    }
    (sum / count, worst)
}

struct Arcs<'a> {
    sweep: bool,
    /// Twice the area between the chord and a point of the stretch, with its sign.
    side: f64,
    chord: f64,
    a: Spot,
    b: Spot,
    to: Point,
    stretch: &'a [Spot],
    reach: f64,
}

impl Arcs<'_> {
    fn arc(&self, rx: i32, ry: i32, large: bool) -> Arc {
        Arc { rx, ry, rotation: 0, large, sweep: self.sweep, to: self.to }
    }

    /// Circles through both ends and a point in between.
    fn circles(&self, middle: Spot) -> Vec<Arc> {
        let (from, to) = (self.a - middle, self.b - middle);
        let radius = from.hypot() * to.hypot() * self.chord / (2.0 * self.side.abs());
        if radius > MAX_RADIUS {
            return Vec::new();
        }
        let large = from.dot(to) > 0.0;
        let chord = self.b - self.a;
        let across = Vec2::new(-chord.y, chord.x) * self.side.signum() / self.chord;
        let depth = (radius * radius - self.chord * self.chord / 4.0).max(0.0).sqrt();
        let center = self.a.midpoint(self.b) + across * if large { depth } else { -depth };
        if off(self.stretch, center, Vec2::new(radius, radius)).1 > self.reach {
            return Vec::new();
        }
        let near = radius.round() as i32;
        let mut radii: Vec<i32> = (near - 2..=near + 2).collect();
        // A radius that is too small is scaled up to half of the chord.
        if radius < self.chord * (0.5 + HALF / 2.0) {
            radii.push(1);
        }
        radii.into_iter().filter(|r| *r > 0).map(|r| self.arc(r, r, large)).collect()
    }

    /// Ellipses along the axes through both ends and two points in between.
    fn ellipses(&self) -> Vec<Arc> {
        let stretch = self.stretch;
        let last = stretch.len() - 1;
        let Some((center, rx, ry)) = upright([self.a, stretch[last / 3], stretch[last * 2 / 3], self.b]) else {
            return Vec::new();
        };
        if off(stretch, center, Vec2::new(rx, ry)).1 > self.reach {
            return Vec::new();
        }
        let off = (self.b - self.a).cross(center - self.a);
        let large = off * self.side > 0.0;
        let mut arcs = Vec::new();
        let whole = |r: f64| r.round() as i32;
        for (dx, dy) in [(0, 0), (0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (-1, -1), (1, -1), (-1, 1)] {
            arcs.push((whole(rx) + dx, whole(ry) + dy));
        }
        if off.abs() < self.chord * self.chord * HALF {
            let ratio = rx / ry;
            let short =
                |small: i32| [(small, whole(f64::from(small) / ratio)), (whole(f64::from(small) * ratio), small)];
            arcs.extend((1..=9).flat_map(short).filter(|(x, y)| *x.max(y) <= MAX_RATIO));
        }
        arcs.into_iter().filter(|(x, y)| *x > 0 && *y > 0).map(|(x, y)| self.arc(x, y, large)).collect()
    }
}

/// Centre and radii of the ellipse along the axes through four points.
fn upright(points: [Spot; 4]) -> Option<(Spot, f64, f64)> {
    // x^2 + k y^2 - 2 u x - 2 v y + f = 0; differences to the first point leave k, u, v.
    let origin = points[0];
    let rows = [1, 2, 3].map(|i: usize| {
        let d = points[i] - origin;
        ([d.y * d.y, -2.0 * d.x, -2.0 * d.y], -d.x * d.x)
    });
    let det = |m: [[f64; 3]; 3]| {
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    };
    let plain = rows.map(|(row, _)| row);
    let with = |column: usize| {
        let mut m = plain;
        m.iter_mut().zip(rows).for_each(|(row, (_, right))| row[column] = right);
        det(m)
    };
    let all = det(plain);
    let (k, u, v) = (with(0) / all, with(1) / all, with(2) / all);
    let square = u * u + v * v / k;
    let (rx, ry) = (square.sqrt(), (square / k).sqrt());
    let fits = |r: f64| r.is_finite() && (0.5..MAX_RADIUS).contains(&r);
    (k > 0.0 && fits(rx) && fits(ry)).then(|| (origin + Vec2::new(u, v / k), rx, ry))
}
