//! Candidate segments to replace a stretch of an outline: lines, curves and arcs within the tolerance.

use kurbo::Point as Spot;

use super::fit::{Fit, Landscape};
use super::outline::Outline;
use super::spot::{round, spot};
use super::{Simplify, arcs, curve};
use crate::path::Segment;
use crate::point::Point;
use crate::write::segment_prices;

/// Most curves of a kind that are measured.
const MAX_MEASURED: usize = 4;
/// Cosine of the most that a smooth curve may turn where it begins.
const STRAIGHT: f64 = 0.8;
/// Bytes of the shortest curve: a letter and two numbers.
const LEAST_BYTES: f64 = 4.0;
/// What rounding control points one way or the other may save, in bytes.
const ROUNDING_BYTES: f64 = 4.0;
/// How far rounding its control points may move a curve towards an outline, in units.
const ROUNDING: f64 = 0.5;

/// A segment within the tolerance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) segment: Segment,
    /// What its deviation costs, in bytes.
    pub(super) penalty: f64,
}

/// A stretch between two knots.
pub(super) struct Stretch<'a> {
    spots: &'a [Spot],
    pub(super) from: Point,
    pub(super) to: Point,
    tolerance: f64,
    /// Bytes for a unit of squared deviation along a unit of length.
    exactness: f64,
    source: Option<Segment>,
    length: f64,
    /// What bytes and penalty may come to where a segment is of use.
    most: f64,
}

impl<'a> Stretch<'a> {
    pub(super) fn new(outline: &'a Outline, from: usize, to: usize, options: &Simplify, most: f64) -> Self {
        let Simplify { tolerance, exactness } = *options;
        let (first, last) = (&outline.knots[from], &outline.knots[to]);
        let source = first.source.filter(|(_, knots)| from + knots == to).map(|(segment, _)| segment);
        let spots = outline.stretch(from, to);
        let length = spots.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
        Self { spots, from: first.point, to: last.point, tolerance, exactness, source, length, most }
    }

    /// The best of each kind whatever comes before, as far as bytes and penalty are within `self.most`, and whether any is
    /// near, however much it costs.
    pub(super) fn candidates(&self) -> (Vec<Candidate>, bool) {
        let mut found: Vec<Candidate> =
            self.source.map(|segment| Candidate { segment, penalty: 0.0 }).into_iter().collect();
        if matches!(self.source, Some(Segment::Line(_))) {
            return (found, true);
        }
        found.extend(self.best(arcs::near(self.spots, self.from, self.to, self.tolerance + ROUNDING).into_iter()));
        let Some(fit) = self.fit() else {
            found.extend(self.measured(Segment::Line(self.to)));
            return (found, true);
        };
        let near = self.curves(&fit, &mut found);
        let any = near || !found.is_empty();
        (found, any)
    }

    /// Adds lines and curves; whether any is near. Lines and quadratic curves are cubic too, so they are not nearer than the
    /// nearest cubic one, unless there are too few points to tell that.
    fn curves(&self, fit: &Fit, found: &mut Vec<Candidate>) -> bool {
        let mut free = fit.clone();
        let cubic = free.cubic().map(|(a, b)| (free.landscape(a, b), a, b));
        if cubic.as_ref().is_none_or(|(near, ..)| self.is_hopeful(near)) {
            found.extend(self.measured(Segment::Line(self.to)));
            found.extend(self.quadratic(fit.clone()));
            found.extend(cubic.as_ref().and_then(|(near, a, b)| self.cubic(near, *a, *b)));
            found.extend(self.second(fit.clone(), self.from));
        }
        cubic.is_some_and(|(near, ..)| self.is_near(&near))
    }

    /// The curve that goes on smoothly from a control point before.
    pub(super) fn smooth(&self, before: &Segment) -> Option<Candidate> {
        let mirror = |c: Point| {
            Point::new(
                self.from.x.saturating_mul(2).saturating_sub(c.x),
                self.from.y.saturating_mul(2).saturating_sub(c.y),
            )
        };
        match *before {
            Segment::Quadratic(c, _) if self.goes_on(mirror(c)) => {
                self.measured(Segment::Quadratic(mirror(c), self.to))
            }
            Segment::Cubic(_, c, _) if self.goes_on(mirror(c)) => self.second(self.fit()?, mirror(c)),
            _ => None,
        }
    }

    /// Whether the stretch leaves towards a control point.
    fn goes_on(&self, control: Point) -> bool {
        let (along, to) = (self.spots[(self.spots.len() - 1).min(2)] - self.spots[0], spot(control) - spot(self.from));
        along.dot(to) >= STRAIGHT * along.hypot() * to.hypot()
    }

    fn fit(&self) -> Option<Fit> {
        Fit::new(self.spots, spot(self.from), spot(self.to))
    }

    fn quadratic(&self, mut fit: Fit) -> Option<Candidate> {
        let control = fit.quadratic()?;
        let (a, b) = fit.elevated(control);
        let near = self.near(&fit, a, b)?;
        let priced = around(round(control)).map(|c| {
            let (a, b) = fit.elevated(spot(c));
            (Segment::Quadratic(c, self.to), near.at(a, b))
        });
        self.best(priced)
    }

    fn cubic(&self, near: &Landscape, a: Spot, b: Spot) -> Option<Candidate> {
        let pairs = around(round(a)).flat_map(|a| around(round(b)).map(move |b| (a, b)));
        let foreseen: Vec<((Point, Point), f64)> = pairs.map(|(a, b)| ((a, b), near.at(spot(a), spot(b)))).collect();
        // Neighbours on the grid differ by a few bytes only.
        let least = foreseen.iter().map(|(_, off)| *off).fold(f64::INFINITY, f64::min);
        let likely = foreseen.into_iter().filter(|(_, off)| (off - least) * self.exactness < ROUNDING_BYTES);
        self.best(likely.map(|((a, b), off)| (Segment::Cubic(a, b, self.to), off)))
    }

    /// A cubic curve whose first control point is given.
    fn second(&self, mut fit: Fit, first: Point) -> Option<Candidate> {
        let a = spot(first);
        let second = fit.second(a)?;
        let near = self.near(&fit, a, second)?;
        self.best(around(round(second)).map(|b| (Segment::Cubic(first, b, self.to), near.at(a, spot(b)))))
    }

    /// Curves around a fitted one, if one of them may be of use.
    fn near(&self, fit: &Fit, a: Spot, b: Spot) -> Option<Landscape> {
        Some(fit.landscape(a, b)).filter(|near| self.is_hopeful(near))
    }

    /// Whether rounding may bring a curve within the tolerance.
    fn is_near(&self, near: &Landscape) -> bool {
        near.worst < self.tolerance + ROUNDING
    }

    fn is_hopeful(&self, near: &Landscape) -> bool {
        self.is_near(near) && near.sum * self.exactness + LEAST_BYTES < self.most
    }

    /// The segment with the least bytes and penalty. The most promising by their foreseen deviation are measured.
    fn best(&self, segments: impl Iterator<Item = (Segment, f64)>) -> Option<Candidate> {
        let foresee = |(segment, deviation): (Segment, f64)| {
            let bytes = self.bytes(&segment) as f64;
            (bytes, bytes + deviation.max(0.0) * self.exactness, segment)
        };
        let most = self.tolerance * self.tolerance * self.length;
        let mut foreseen: Vec<(f64, f64, Segment)> = segments.filter(|(_, off)| *off < most).map(foresee).collect();
        foreseen.retain(|(_, cost, _)| *cost < self.most);
        foreseen.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut best: Option<(f64, Candidate)> = None;
        for (bytes, cost, segment) in foreseen.into_iter().take(MAX_MEASURED) {
            // What is foreseen is right to about a byte.
            if best.is_some_and(|(least, _)| least <= bytes || least + 1.0 <= cost) {
                continue;
            }
            if let Some(candidate) = self.measured(segment) {
                let cost = bytes + candidate.penalty;
                if best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, candidate));
                }
            }
        }
        best.map(|(_, candidate)| candidate)
    }

    fn bytes(&self, segment: &Segment) -> usize {
        segment_prices(self.from, None, segment, None).map(|(bytes, _)| bytes).into_iter().min().unwrap_or(usize::MAX)
    }

    /// The segment, if it is within the tolerance.
    fn measured(&self, segment: Segment) -> Option<Candidate> {
        let mut spots = vec![spot(self.from)];
        curve::sample(self.from, &segment, self.tolerance * curve::SAMPLING, &mut spots)?;
        let deviation = curve::deviation(&spots, self.spots, self.tolerance)?;
        Some(Candidate { segment, penalty: deviation * self.exactness })
    }
}

/// A place on the grid and its neighbours, the nearest first.
fn around(p: Point) -> impl Iterator<Item = Point> + Clone {
    let steps = [(0, 0), (0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (-1, -1), (1, -1), (-1, 1)];
    steps.into_iter().map(move |(x, y)| Point::new(p.x.saturating_add(x), p.y.saturating_add(y)))
}
