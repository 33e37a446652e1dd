//! Fits Bézier curves to a stretch of an outline by least squares.
//!
//! Points get parameters by chord length; then, a few times over, the control points with the least mean squared distance are
//! solved for, and each parameter moves to where the curve is nearest to its point.
//!
//! Source: Schneider, An algorithm for automatically fitting digitized curves, Graphics Gems, 1990; here with free directions
//! at the ends, since control points are rounded to the grid afterwards.

use kurbo::{Point as Spot, Vec2};

use super::curve::{cubic, quadratic};

/// Most points that take part.
const MAX_POINTS: usize = 24;
/// How often times move.
const ROUNDS: usize = 4;

/// A few points of a stretch, with their times and weights.
#[derive(Clone)]
pub(super) struct Fit {
    points: Vec<(Spot, f64, f64)>,
    from: Spot,
    to: Spot,
    length: f64,
}

impl Fit {
    /// For curves between two places beside a stretch; `None` if it has no point in between or no length.
    pub(super) fn new(stretch: &[Spot], from: Spot, to: Spot) -> Option<Self> {
        let step = stretch.len().div_ceil(MAX_POINTS).max(1);
        let mut lengths = Vec::with_capacity(stretch.len());
        let mut sum = 0.0;
        for (i, p) in stretch.iter().enumerate() {
            sum += if i > 0 { p.distance(stretch[i - 1]) } else { 0.0 };
            lengths.push(sum);
        }
        let inner = (1..stretch.len().saturating_sub(1)).step_by(step);
        let weight = |i: usize| (lengths[i + 1] - lengths[i - 1]) / 2.0 * step as f64 / sum;
        let points: Vec<_> = inner.map(|i| (stretch[i], lengths[i] / sum, weight(i))).collect();
        (sum > 0.0 && !points.is_empty()).then_some(Self { points, from, to, length: sum })
    }

    /// The control point of the nearest quadratic curve.
    pub(super) fn quadratic(&mut self) -> Option<Spot> {
        let mut control = None;
        for _ in 0..ROUNDS {
            let (mut weights, mut sum) = (0.0, Vec2::ZERO);
            for &(p, t, weight) in &self.points {
                let (u, w) = (1.0 - t, 2.0 * t * (1.0 - t));
                let rest = p.to_vec2() - u * u * self.from.to_vec2() - t * t * self.to.to_vec2();
                weights += weight * w * w;
                sum += weight * w * rest;
            }
            let found = sound((sum / weights).to_point())?;
            control = Some(found);
            let (a, b) = self.elevated(found);
            self.move_times(a, b, |t, this| quadratic(this.from, found, this.to, t));
        }
        control
    }

    /// Control points of the cubic curve that a quadratic one is.
    pub(super) fn elevated(&self, control: Spot) -> (Spot, Spot) {
        (self.from.lerp(control, 2.0 / 3.0), self.to.lerp(control, 2.0 / 3.0))
    }

    /// The control points of the nearest cubic curve.
    pub(super) fn cubic(&mut self) -> Option<(Spot, Spot)> {
        let mut controls = None;
        for _ in 0..ROUNDS {
            let (mut aa, mut ab, mut bb, mut ar, mut br) = (0.0, 0.0, 0.0, Vec2::ZERO, Vec2::ZERO);
            for &(p, t, weight) in &self.points {
                let (a, b) = basis(t);
                let rest = self.rest(p, t);
                aa += weight * a * a;
                ab += weight * a * b;
                bb += weight * b * b;
                ar += weight * a * rest;
                br += weight * b * rest;
            }
            let determinant = aa * bb - ab * ab;
            let a = sound(((ar * bb - br * ab) / determinant).to_point())?;
            let b = sound(((br * aa - ar * ab) / determinant).to_point())?;
            controls = Some((a, b));
            self.move_times(a, b, |t, this| cubic(this.from, a, b, this.to, t));
        }
        controls
    }

    /// The second control point of the nearest cubic curve that has this first one.
    pub(super) fn second(&mut self, first: Spot) -> Option<Spot> {
        let mut second = None;
        for _ in 0..ROUNDS {
            let (mut bb, mut br) = (0.0, Vec2::ZERO);
            for &(p, t, weight) in &self.points {
                let (a, b) = basis(t);
                bb += weight * b * b;
                br += weight * b * (self.rest(p, t) - a * first.to_vec2());
            }
            let b = sound((br / bb).to_point())?;
            second = Some(b);
            self.move_times(first, b, |t, this| cubic(this.from, first, b, this.to, t));
        }
        second
    }

    /// The surroundings of the cubic curve with these control points, which was fitted last.
    pub(super) fn landscape(&self, a: Spot, b: Spot) -> Landscape {
        let (form, slope) = ([[0.0; 4]; 4], [0.0; 4]);
        let mut found = Landscape { a, b, form, slope, sum: 0.0, worst: 0.0 };
        for &(p, t, weight) in &self.points {
            let off = cubic(self.from, a, b, self.to, t) - p;
            let speed = speed(self.from, a, b, self.to, t);
            let across = Vec2::new(-speed.y, speed.x) / speed.hypot().max(1e-9);
            let (weight, off, (wa, wb)) = (weight * self.length, off.dot(across), basis(t));
            let moves = [wa * across.x, wa * across.y, wb * across.x, wb * across.y];
            for i in 0..4 {
                (0..4).for_each(|j| found.form[i][j] += weight * moves[i] * moves[j]);
                found.slope[i] += weight * moves[i] * off;
            }
            found.sum += weight * off * off;
            found.worst = found.worst.max(off.abs());
        }
        found
    }

    /// What control points have to add at a time so that the curve passes a point.
    fn rest(&self, p: Spot, t: f64) -> Vec2 {
        let u = 1.0 - t;
        p.to_vec2() - u * u * u * self.from.to_vec2() - t * t * t * self.to.to_vec2()
    }

    /// Moves each time along the curve, given as a cubic, towards its point: one step of Newton's method on the distance.
    fn move_times(&mut self, a: Spot, b: Spot, at: impl Fn(f64, &Self) -> Spot) {
        for i in 0..self.points.len() {
            let (p, t, _) = self.points[i];
            let u = 1.0 - t;
            let off = at(t, self) - p;
            let (first, middle, last) = (a - self.from, b - a, self.to - b);
            let speed = speed(self.from, a, b, self.to, t);
            let bend = 6.0 * (u * (middle - first) + t * (last - middle));
            let slope = speed.hypot2() + off.dot(bend);
            if slope > 1e-9 {
                self.points[i].1 = (t - off.dot(speed) / slope).clamp(0.0, 1.0);
            }
        }
    }
}

/// How far curves near a fitted one leave its points: the squared distances across the curve, summed along the stretch, as a
/// quadratic form of what the control points move by.
pub(super) struct Landscape {
    a: Spot,
    b: Spot,
    form: [[f64; 4]; 4],
    slope: [f64; 4],
    /// The sum for the fitted curve.
    pub(super) sum: f64,
    /// Farthest that a point is from the fitted curve.
    pub(super) worst: f64,
}

impl Landscape {
    /// The same sum for a curve with these control points.
    pub(super) fn at(&self, a: Spot, b: Spot) -> f64 {
        let (a, b) = (a - self.a, b - self.b);
        let by = [a.x, a.y, b.x, b.y];
        let row = |i: usize| self.form[i].iter().zip(by).map(|(m, v)| m * v).sum::<f64>() + 2.0 * self.slope[i];
        self.sum + (0..4).map(|i| by[i] * row(i)).sum::<f64>()
    }
}

/// Weights of the two control points at a time.
fn basis(t: f64) -> (f64, f64) {
    let u = 1.0 - t;
    (3.0 * u * u * t, 3.0 * u * t * t)
}

/// Derivative of a cubic curve.
fn speed(from: Spot, a: Spot, b: Spot, to: Spot, t: f64) -> Vec2 {
    let u = 1.0 - t;
    3.0 * (u * u * (a - from) + 2.0 * u * t * (b - a) + t * t * (to - b))
}

fn sound(p: Spot) -> Option<Spot> {
    (p.is_finite() && p.x.abs() < 1e9 && p.y.abs() < 1e9).then_some(p)
}
