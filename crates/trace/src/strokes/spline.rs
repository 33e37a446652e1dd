//! Lines and cubic splines along centre lines, by least squares, on half pixels.
//!
//! A part between two corners is a straight line or a spline of cubic Bézier curves whose handles are mirrored at their joints, so
//! that each curve but the first takes two pairs of numbers as path data (`s`).

use linocut_svg::{Point, Segment, Subpath};

use super::center::{Center, Sample};
use super::least::{descend, rounded, solve};
use super::plane::{P, add, along, distance, dot, scale, sub};

/// Units of the drawing in a pixel.
pub(super) const PER_PIXEL: f64 = 2.0;
/// Bytes of a straight line, of the first curve of a spline and of a further one.
const LINE_BYTES: f64 = 6.0;
const FIRST_BYTES: f64 = 19.0;
const CURVE_BYTES: f64 = 12.0;
/// Most curves of a spline.
const MOST_CURVES: usize = 40;
/// Rounds in which points are given their places along the curves anew.
const ROUNDS: usize = 5;
/// Least turn at a corner, in radians.
const TURN: f64 = 0.35;

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

/// How a centre line is divided into parts, and how well each is met by how many curves.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    stretches: Vec<Stretch>,
    closed: bool,
}

/// A part of a centre line between two corners.
#[derive(Clone, Debug)]
struct Stretch {
    samples: Vec<Sample>,
    /// Whether it ends in its beginning without a corner.
    cyclic: bool,
    /// The fewest curves, and the weighted sum of squared distances with so many, one more, and so on; none is a straight line.
    fewest: usize,
    misses: Vec<f64>,
}

impl Plan {
    /// Prepares a centre line for prices from this one on.
    pub(super) fn new(center: &Center, least: Price) -> Self {
        let mut bounds = corners(center);
        let count = center.samples.len();
        let cyclic = center.closed && bounds.is_empty();
        if cyclic {
            bounds = vec![0, count];
        } else if center.closed {
            bounds.push(bounds[0] + count);
        } else {
            bounds.insert(0, 0);
            bounds.push(count - 1);
        }
        // An outline with a single corner is no line.
        let fewest = if center.closed && bounds.len() == 2 { 2 } else { 0 };
        let stretch = |pair: &[usize]| {
            let samples = (pair[0]..=pair[1]).map(|at| center.samples[at % count]).collect();
            Stretch::new(samples, cyclic, fewest, least)
        };
        Self { stretches: bounds.windows(2).map(stretch).collect(), closed: center.closed }
    }

    /// The line in units as path data, with as many curves as are worth their bytes.
    pub(super) fn subpath(&self, price: Price) -> Option<Subpath> {
        let mut outline = Outline::default();
        let last = self.stretches.len() - 1;
        for (i, stretch) in self.stretches.iter().enumerate() {
            let closing = (self.closed && i == last).then_some(0);
            outline.push(stretch.samples.clone(), stretch.curves(price)?.0, closing, stretch.cyclic);
        }
        outline.drawn(self.closed)
    }
}

impl Plan {
    /// The error that is expected of the line at a price.
    pub(super) fn miss(&self, price: Price) -> f64 {
        self.stretches.iter().filter_map(|stretch| stretch.curves(price)).map(|(_, miss)| price.miss * miss).sum()
    }
}

impl Stretch {
    fn new(samples: Vec<Sample>, cyclic: bool, fewest: usize, least: Price) -> Self {
        let mut stretch = Self { samples, cyclic, fewest, misses: Vec::new() };
        for count in fewest..=MOST_CURVES.min(stretch.samples.len() / 3).max(fewest) {
            let mut outline = Outline::default();
            // An end of its own, even where it is to end in its beginning: so it is tried as it is.
            outline.push(stretch.samples.clone(), count, None, cyclic);
            let Some(whole) = outline.fitted() else { break };
            let miss = outline
                .miss(&whole.iter().map(|p| scale([p[0].into(), p[1].into()], 1.0 / PER_PIXEL)).collect::<Vec<P>>());
            stretch.misses.push(miss);
            // A further curve cannot save what it takes.
            if least.miss * miss < least.byte * CURVE_BYTES {
                break;
            }
        }
        stretch
    }

    /// The number of curves that is worth its bytes, 0 for a straight line, and its weighted sum of squared distances.
    fn curves(&self, price: Price) -> Option<(usize, f64)> {
        let cost = |i: usize| {
            let bytes = match i + self.fewest {
                0 => LINE_BYTES,
                curves => FIRST_BYTES + CURVE_BYTES * (curves - 1) as f64,
            };
            price.miss * self.misses[i] + price.byte * bytes
        };
        let best = (0..self.misses.len()).min_by(|&a, &b| cost(a).total_cmp(&cost(b)));
        best.map(|best| (best + self.fewest, self.misses[best]))
    }
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

    /// The unknowns in units, after the places of the samples have settled.
    fn fitted(&mut self) -> Option<Vec<[i32; 2]>> {
        let mut solved = None;
        for round in 0..ROUNDS {
            let (mut matrix, mut right) = (vec![0.0; self.unknowns * self.unknowns], vec![[0.0; 2]; self.unknowns]);
            for part in &self.parts {
                part.add_to(&mut matrix, &mut right, self.unknowns);
            }
            // Handles that no sample tells about stay short.
            (0..self.unknowns).for_each(|i| matrix[i * self.unknowns + i] += 1e-6);
            let normal = if round + 1 < ROUNDS { Vec::new() } else { matrix.clone() };
            let x = solve(&mut matrix, &right)?;
            if round + 1 < ROUNDS {
                self.parts.iter_mut().for_each(|part| part.place(&x));
            }
            let units: Vec<P> = x.iter().map(|&p| scale(p, PER_PIXEL)).collect();
            if round + 1 == ROUNDS {
                let mut whole = rounded(&matrix, &units);
                descend(&normal, &right.iter().map(|&p| scale(p, PER_PIXEL)).collect::<Vec<P>>(), &mut whole);
                solved = Some(whole);
            }
        }
        solved
    }

    /// Weighted sum of squared distances.
    fn miss(&self, x: &[P]) -> f64 {
        self.parts.iter().map(|part| part.miss(x)).sum()
    }

    fn drawn(&mut self, closed: bool) -> Option<Subpath> {
        let whole = self.fitted()?;
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

/// Samples at which a centre line has a corner: where around it a curve with a bend says more than one without.
fn corners(center: &Center) -> Vec<usize> {
    let count = center.samples.len() as isize;
    let reaches = REACHES.map(|reach| (reach * center.width).round().max(8.0) as isize);
    if count < 3 * reaches[0] {
        return Vec::new();
    }
    let around = |i: isize, reach: isize| {
        let inside = center.closed && count > 3 * reach || (i >= reach / 2 && i + reach / 2 < count);
        if inside { bend(center, i, reach).unwrap_or(0.0) } else { 0.0 }
    };
    let bends: Vec<f64> = (0..count).map(|i| around(i, reaches[0]).max(around(i, reaches[1]))).collect();
    let get = |i: isize| {
        if center.closed { bends[i.rem_euclid(count) as usize] } else { *bends.get(i as usize).unwrap_or(&0.0) }
    };
    let apart = (APART * center.width).round().max(4.0) as isize;
    let is_corner = |&i: &isize| {
        let own = get(i);
        own > TURN && (1..=apart).all(|by| own > get(i - by) && own >= get(i + by))
    };
    let mut corners: Vec<usize> = (0..count).filter(is_corner).map(|i| i as usize).collect();
    // Between two corners where the line is not seen, it was cut short.
    let mut at = 1;
    while at < corners.len() {
        let (from, to) = (corners[at - 1], corners[at]);
        let seen = center.samples[from..to].iter().filter(|sample| sample.weight == 1.0).count();
        if to - from < (CUT_SHORT * center.width) as usize && 3 * seen < to - from {
            corners[at - 1] = (from + to) / 2;
            corners.remove(at);
        } else {
            at += 1;
        }
    }
    corners
}

/// The angle at a sample between two arms of equal bending, 0 where a cubic curve shows them better.
fn bend(center: &Center, i: isize, reach: isize) -> Option<f64> {
    let count = center.samples.len() as isize;
    let near = |by: isize| {
        let at = i + by;
        let at = if center.closed { at.rem_euclid(count) } else { at };
        usize::try_from(at).ok().and_then(|at| center.samples.get(at)).map(|sample| (by as f64 / reach as f64, sample))
    };
    let near: Vec<(f64, &Sample)> = (-reach..=reach).filter_map(near).collect();
    let fitted = |row: fn(f64) -> [f64; 4]| {
        let (mut matrix, mut right) = (vec![0.0; 16], vec![[0.0; 2]; 4]);
        for (t, sample) in &near {
            let row = row(*t);
            for j in 0..4 {
                right[j] = along(right[j], sample.at, sample.weight * row[j]);
                (0..4).for_each(|k| matrix[4 * j + k] += sample.weight * row[j] * row[k]);
            }
        }
        let x = solve(&mut matrix, &right)?;
        let off = |(t, sample): &(f64, &Sample)| {
            let at = row(*t).iter().zip(&x).fold([0.0; 2], |sum, (by, x)| along(sum, *x, *by));
            sample.weight * distance(at, sample.at).powi(2)
        };
        let miss: f64 = near.iter().map(off).sum();
        Some((x, miss))
    };
    let (bent, with) = fitted(|t| [1.0, t, t.abs(), t * t])?;
    let (_, without) = fitted(|t| [1.0, t, t * t, t * t * t])?;
    let (before, after) = (sub(bent[1], bent[2]), add(bent[1], bent[2]));
    let turn = libm::atan2(before[0] * after[1] - before[1] * after[0], dot(before, after)).abs();
    let is_bent = with < BENT * without && without > LEAST_BENT * near.len() as f64;
    Some(if is_bent { turn } else { 0.0 })
}

/// Reaches around a corner in widths, the shorter one for corners that are near each other, and the least distance of two.
const REACHES: [f64; 2] = [1.6, 2.6];
const APART: f64 = 1.0;
/// Length in widths up to which a line between two corners may be one that was cut short.
const CUT_SHORT: f64 = 2.5;
/// Share of the squared distance that a bend may leave, and the least that a curve must miss by, in square pixels.
const BENT: f64 = 0.4;
const LEAST_BENT: f64 = 0.004;

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
