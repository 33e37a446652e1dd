//! Lines and cubic splines along centre lines, by least squares, on half pixels.
//!
//! A part between two corners is a straight line or a spline of cubic Bézier curves whose handles are mirrored at their joints, so
//! that each curve but the first takes two pairs of numbers as path data (`s`).

use linocut_svg::{Point, Segment, Subpath};

use super::center::{Center, Sample};
use super::least::{rounded, solve};
use super::plane::{P, add, along, direction, distance, dot, scale, sub};

/// Units of the drawing in a pixel.
pub(super) const PER_PIXEL: f64 = 2.0;
/// Bytes of a straight line, of the first curve of a spline and of a further one.
const LINE_BYTES: f64 = 6.0;
const FIRST_BYTES: f64 = 19.0;
const CURVE_BYTES: f64 = 12.0;
/// Most curves of a spline, and numbers of curves without a gain after which no more are tried.
const MOST_CURVES: usize = 40;
const PATIENCE: usize = 3;
/// Rounds in which points are given their places along the curves anew.
const ROUNDS: usize = 5;
/// Sharpest turn, in radians, that a curve may have beyond what the line turns around it anyway.
const TURN: f64 = 0.25;

/// What a line shows for each byte that it takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Price {
    /// Error that a byte must save.
    pub(super) byte: f64,
    /// Error of a square pixel of distance along a pixel of the line.
    pub(super) miss: f64,
}

/// A part of an outline: a straight line or a number of curves.
#[derive(Debug)]
struct Part {
    samples: Vec<Sample>,
    /// Places of the samples along the curves, 0 to their number.
    places: Vec<f64>,
    /// Unknowns: the ends of curves in order, and their handles; lines have none.
    ends: Vec<usize>,
    handles: Vec<usize>,
}

/// An outline of parts with common unknowns.
#[derive(Debug, Default)]
struct Outline {
    parts: Vec<Part>,
    unknowns: usize,
}

/// The line of a centre line, in units, as path data and how much it is worth at this price.
pub(super) fn subpath(center: &Center, price: Price) -> Option<Subpath> {
    let corners = corners(center);
    let count = center.samples.len();
    let mut outline = Outline::default();
    if center.closed && corners.is_empty() {
        let mut samples = center.samples.clone();
        samples.push(samples[0]);
        outline.unknowns = 0;
        let curves = curves(&samples, true, price)?;
        outline.push(samples, curves.max(1), None, true);
    } else {
        let mut bounds = corners;
        if center.closed {
            bounds.push(bounds[0] + count);
        } else {
            bounds.insert(0, 0);
            bounds.push(count - 1);
        }
        let last = bounds.len() - 2;
        for (i, pair) in bounds.windows(2).enumerate() {
            let samples: Vec<Sample> = (pair[0]..=pair[1]).map(|at| center.samples[at % count]).collect();
            let curves = curves(&samples, false, price)?;
            let closing = (center.closed && i == last && i > 0).then_some(0);
            outline.push(samples, curves, closing, false);
        }
    }
    outline.drawn(center.closed)
}

/// The number of curves that is worth its bytes, 0 for a straight line.
fn curves(samples: &[Sample], cyclic: bool, price: Price) -> Option<usize> {
    let mut best: Option<(f64, usize)> = None;
    for count in usize::from(cyclic)..=MOST_CURVES.min(samples.len() / 3 + 1) {
        let mut outline = Outline::default();
        outline.push(samples.to_vec(), count, None, cyclic);
        let Some((_, x)) = outline.fitted() else { break };
        let bytes = if count == 0 { LINE_BYTES } else { FIRST_BYTES + CURVE_BYTES * (count - 1) as f64 };
        let cost = price.miss * outline.miss(&x) + price.byte * bytes;
        if best.is_none_or(|(least, _)| cost < least) {
            best = Some((cost, count));
        } else if best.is_some_and(|(_, at)| count > at + PATIENCE) {
            break;
        }
    }
    best.map(|(_, count)| count)
}

impl Outline {
    /// Adds a part from the end of the last one on. `closing` is the unknown in which it ends if that is an old one.
    fn push(&mut self, samples: Vec<Sample>, curves: usize, closing: Option<usize>, cyclic: bool) {
        let first = self.parts.last().and_then(|part| part.ends.last().copied());
        let mut new = || {
            self.unknowns += 1;
            self.unknowns - 1
        };
        let first = first.unwrap_or_else(&mut new);
        let pieces = curves.max(1);
        let mut ends = vec![first];
        ends.extend((1..pieces).map(|_| new()));
        ends.push(if cyclic { first } else { closing.unwrap_or_else(&mut new) });
        let mut handles = Vec::new();
        if curves > 0 {
            handles.extend((0..pieces).map(|_| new()));
            handles.push(if cyclic { handles[0] } else { new() });
        }
        let mut places = vec![0.0];
        for pair in samples.windows(2) {
            places.push(places[places.len() - 1] + distance(pair[0].at, pair[1].at).max(1e-3));
        }
        let all = places[places.len() - 1].max(1e-3);
        places.iter_mut().for_each(|place| *place *= pieces as f64 / all);
        self.parts.push(Part { samples, places, ends, handles });
    }

    /// The factor of the normal equations and their solution, after the places of the samples have settled.
    fn fitted(&mut self) -> Option<(Vec<f64>, Vec<P>)> {
        let mut solved = None;
        for round in 0..ROUNDS {
            let (mut matrix, mut right) = (vec![0.0; self.unknowns * self.unknowns], vec![[0.0; 2]; self.unknowns]);
            for part in &self.parts {
                part.add_to(&mut matrix, &mut right, self.unknowns);
            }
            // Handles that no sample tells about stay short.
            (0..self.unknowns).for_each(|i| matrix[i * self.unknowns + i] += 1e-6);
            let x = solve(&mut matrix, &right)?;
            if round + 1 < ROUNDS {
                self.parts.iter_mut().for_each(|part| part.place(&x));
            }
            solved = Some((matrix, x));
        }
        solved
    }

    /// Weighted sum of squared distances.
    fn miss(&self, x: &[P]) -> f64 {
        self.parts.iter().map(|part| part.miss(x)).sum()
    }

    fn drawn(&mut self, closed: bool) -> Option<Subpath> {
        let (factor, x) = self.fitted()?;
        let units: Vec<P> = x.iter().map(|&p| scale(p, PER_PIXEL)).collect();
        let whole = rounded(&factor, &units);
        let point = |i: usize| Point::new(whole[i][0], whole[i][1]);
        let start = point(*self.parts.first()?.ends.first()?);
        let mut segments = Vec::new();
        for part in &self.parts {
            for (i, pair) in part.ends.windows(2).enumerate() {
                let (from, to) = (point(pair[0]), point(pair[1]));
                if part.handles.is_empty() {
                    segments.push(Segment::Line(to));
                } else {
                    let (out, back) = (point(part.handles[i]), point(part.handles[i + 1]));
                    let near = Point::new(from.x + out.x, from.y + out.y);
                    let far = Point::new(to.x - back.x, to.y - back.y);
                    segments.push(Segment::Cubic(near, far, to));
                }
            }
        }
        // What closes an outline draws its last line.
        if closed && segments.len() > 1 && segments.last() == Some(&Segment::Line(start)) {
            segments.pop();
        }
        Some(Subpath { start, segments, closed })
    }
}

impl Part {
    /// Unknowns and their parts of the point at a place.
    fn row(&self, place: f64) -> [(usize, f64); 4] {
        let pieces = self.ends.len() - 1;
        let piece = (place.max(0.0) as usize).min(pieces - 1);
        let t = place - piece as f64;
        let (from, to) = (self.ends[piece], self.ends[piece + 1]);
        if self.handles.is_empty() {
            return [(from, 1.0 - t), (to, t), (from, 0.0), (from, 0.0)];
        }
        let s = 1.0 - t;
        let (first, last) = (s * s * s + 3.0 * s * s * t, t * t * t + 3.0 * s * t * t);
        let handle = |at: usize, by: f64| (self.handles[at], by);
        [(from, first), (to, last), handle(piece, 3.0 * s * s * t), handle(piece + 1, -3.0 * s * t * t)]
    }

    fn at(&self, place: f64, x: &[P]) -> P {
        self.row(place).iter().fold([0.0; 2], |sum, &(i, by)| along(sum, x[i], by))
    }

    fn add_to(&self, matrix: &mut [f64], right: &mut [P], size: usize) {
        for (sample, &place) in self.samples.iter().zip(&self.places) {
            let row = self.row(place);
            for (i, a) in row {
                right[i] = along(right[i], sample.at, sample.weight * a);
                for (j, b) in row {
                    matrix[i * size + j] += sample.weight * a * b;
                }
            }
        }
    }

    /// Moves the place of each sample to the nearest point of the curve, but those of the ends.
    fn place(&mut self, x: &[P]) {
        let most = (self.ends.len() - 1) as f64;
        for i in 1..self.samples.len() - 1 {
            let place = self.places[i];
            let (low, high) = ((place - 0.01).max(0.0), (place + 0.01).min(most));
            let slope = scale(sub(self.at(high, x), self.at(low, x)), 1.0 / (high - low));
            let off = sub(self.at(place, x), self.samples[i].at);
            let step = dot(off, slope) / dot(slope, slope).max(1e-9);
            self.places[i] = (place - step.clamp(-0.2, 0.2)).clamp(0.0, most);
        }
    }

    fn miss(&self, x: &[P]) -> f64 {
        let miss = |(sample, &place): (&Sample, &f64)| {
            let off = sub(self.at(place, x), sample.at);
            sample.weight * dot(off, off)
        };
        self.samples.iter().zip(&self.places).map(miss).sum()
    }
}

/// Samples at which a centre line has a corner.
fn corners(center: &Center) -> Vec<usize> {
    let count = center.samples.len();
    let near = (0.25 * center.width).round().max(1.0) as isize;
    let far = (0.9 * center.width).round().max(5.0) as isize;
    if (count as isize) < 3 * far {
        return Vec::new();
    }
    let at = |i: isize| {
        let i = if center.closed { i.rem_euclid(count as isize) } else { i.clamp(0, count as isize - 1) };
        center.samples[i as usize].at
    };
    let turn = |i: isize, from: isize, to: isize| {
        let before = direction(sub(at(i - from), at(i - to)));
        let after = direction(sub(at(i + to), at(i + from)));
        libm::acos(dot(before, after).clamp(-1.0, 1.0))
    };
    let inside = |i: isize| center.closed || (i >= far && i + far < count as isize);
    let narrow: Vec<f64> =
        (0..count as isize).map(|i| if inside(i) { turn(i, near, far) } else { 0.0 }).collect();
    let is_corner = |i: usize| {
        let around = (1..=far).flat_map(|by| [i as isize - by, i as isize + by]);
        let index = |j: isize| {
            if center.closed { Some(j.rem_euclid(count as isize) as usize) } else { usize::try_from(j).ok().filter(|j| *j < count) }
        };
        let is_peak = around.filter_map(index).all(|j| (narrow[j], i) > (narrow[i], j) || narrow[j] < narrow[i] || j == i);
        let is_peak = is_peak && narrow[i] > TURN;
        // On a circle the turn grows with the way along which it is measured; at a corner it does not.
        is_peak && {
            let wide = turn(i as isize, far, 2 * far).max(0.0);
            let of_curve = (wide - narrow[i]).max(0.0) * (near + far) as f64 / (2 * far - near) as f64;
            narrow[i] > 1.6 * of_curve + TURN
        }
    };
    (0..count).filter(|&i| is_corner(i)).collect()
}

/// A cubic curve as points, its first left out.
pub(super) fn flattened(from: P, near: P, far: P, to: P, out: &mut Vec<P>) {
    let size = distance(from, near) + distance(near, far) + distance(far, to);
    let parts = (size / 3.0).ceil().clamp(1.0, 400.0) as usize;
    for i in 1..=parts {
        let t = i as f64 / parts as f64;
        let s = 1.0 - t;
        let a = add(scale(from, s * s * s), scale(near, 3.0 * s * s * t));
        out.push(add(a, add(scale(far, 3.0 * s * t * t), scale(to, t * t * t))));
    }
}
