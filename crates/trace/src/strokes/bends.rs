//! Where a line is not seen by itself, at corners and crossings: what lies between the parts that are seen.

use super::center::{Field, Sample, UNSEEN};
use super::corners::corners;
use super::plane::{P, add, along, direction, distance, dot, scale, sub};

/// Part of the width beside a gap in which what is seen of a line may belong to another, and the least of it in pixels.
const UNSURE: f64 = 0.35;
const LEAST_UNSURE: usize = 2;
/// Reach of what a corner of a wide angle moves, and of other corners that are the same, in widths.
const HIDDEN: f64 = 0.9;
const KNOWN: f64 = 2.5;
/// Length of the parts beside a gap that tell where the line goes, in widths; least number of samples.
const ARM: f64 = 2.5;
const LEAST_ARM: usize = 5;
/// Sharpest turn, in radians, of a line that goes straight on.
const STRAIGHT: f64 = 0.22;
/// Greatest turn of a corner: beyond, lines are as good as parallel.
const SHARPEST: f64 = 2.8;
/// How far a line reaches beyond its corners at least, in widths.
const BEYOND: f64 = 0.33;
/// Weight of samples that are where both parts lead.
const LED: f64 = 0.2;
/// Share of the way from the edge of a round corner to the tip of a pointed one from which it is pointed: pixels make tips blunt.
const POINTED: f64 = 0.35;
/// Least difference between pointed and round corners that is told from each other, in pixels.
const TOLD: f64 = 0.7;

/// A straight part of a line beside a gap: its end there, and the direction towards the gap.
#[derive(Clone, Copy, Debug)]
struct Arm {
    end: P,
    way: P,
    /// How much it turns towards the gap, in radians per pixel.
    curve: f64,
}

impl Arm {
    /// The first of these samples is the nearest to the gap.
    fn new(points: impl Iterator<Item = P>, width: f64) -> Option<Self> {
        let most = ((ARM * width) as usize).max(LEAST_ARM);
        let points: Vec<P> = points.take(most).collect();
        if points.len() < LEAST_ARM {
            return None;
        }
        let (near, far) = points.split_at(points.len() / 2);
        let (middle, way) = axis(&points);
        let apart = distance(axis(near).0, axis(far).0);
        let curve = turn(axis(far).1, axis(near).1) / apart.max(1.0);
        Some(Self { end: along(middle, way, dot(sub(points[0], middle), way)), way, curve })
    }
}

/// The middle of points, and their principal direction, from the last to the first.
fn axis(points: &[P]) -> (P, P) {
    let middle = scale(points.iter().fold([0.0; 2], |sum, p| add(sum, *p)), 1.0 / points.len() as f64);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for p in points {
        let [x, y] = sub(*p, middle);
        (xx, xy, yy) = (xx + x * x, xy + x * y, yy + y * y);
    }
    let angle = 0.5 * libm::atan2(2.0 * xy, xx - yy);
    let way = [libm::cos(angle), libm::sin(angle)];
    (middle, if dot(way, sub(points[0], points[points.len() - 1])) < 0.0 { scale(way, -1.0) } else { way })
}

fn cross(a: P, b: P) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

/// The angle from one direction to another.
fn turn(from: P, to: P) -> f64 {
    libm::atan2(cross(from, to), dot(from, to))
}

/// How the line goes from one part to the next.
enum Bend {
    /// Straight on.
    Straight,
    /// Around a corner here.
    Corner(P),
    /// As its skeleton does.
    Unknown,
}

/// The samples of a centre line whose points are seen or not, with what follows between those that are.
pub(super) fn bends(points: &[P], seen: &[bool], line: &Seen<'_>) -> Vec<Sample> {
    let sure = sure(seen, line.closed, ((UNSURE * line.width) as usize).max(LEAST_UNSURE));
    let samples = line.bridged(points, seen, &sure);
    // A wide angle is as wide as the line, so all of it is seen; its corner is not.
    let points: Vec<P> = samples.iter().map(|sample| sample.at).collect();
    let count = points.len();
    let is_known = |at: usize| {
        let apart = |i: usize| if line.closed { i.abs_diff(at).min(count - i.abs_diff(at)) } else { i.abs_diff(at) };
        (0..count).any(|i| samples[i].corner && apart(i) <= (KNOWN * line.width) as usize)
    };
    let mut found = corners(&points, line.closed, line.width);
    found.retain(|&at| !is_known(at));
    if found.is_empty() {
        return samples;
    }
    let seen: Vec<bool> = samples.iter().map(|sample| sample.weight == 1.0).collect();
    let mut sure = seen.clone();
    let reach = (HIDDEN * line.width).max(LEAST_UNSURE as f64) as usize;
    for &at in &found {
        (count + at - reach..=count + at + reach).for_each(|i| sure[i % count] = false);
    }
    line.bridged(&points, &seen, &sure)
}

/// A line as its colour covers the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen<'a> {
    pub(super) field: &'a Field<'a>,
    pub(super) closed: bool,
    /// In pixels.
    pub(super) width: f64,
}

impl Seen<'_> {
    /// What follows where points are not sure.
    fn bridged(&self, points: &[P], seen: &[bool], sure: &[bool]) -> Vec<Sample> {
        let Self { closed, width, .. } = *self;
        let sample = |i: usize, seen: &[bool]| Sample {
            at: points[i],
            weight: if seen[i] { 1.0 } else { UNSEEN },
            corner: false,
        };
        // A closed line begins where it is seen.
        let first = if closed { longest(sure) } else { 0 };
        let order: Vec<usize> = (0..points.len()).map(|i| (i + first) % points.len()).collect();
        let least = ((0.5 * width) as usize).clamp(2, 5);
        let runs: Vec<&[usize]> = order.chunk_by(|&a, &b| sure[a] == sure[b]).collect();
        let is_sure = |run: &[usize]| sure[run[0]] && run.len() >= least;
        let mut parts: Vec<(bool, Vec<usize>)> = Vec::new();
        for run in runs {
            match parts.last_mut() {
                Some((sure, part)) if *sure == is_sure(run) => part.extend(run),
                _ => parts.push((is_sure(run), run.to_vec())),
            }
        }
        let mut samples: Vec<Sample> = Vec::with_capacity(points.len());
        for (i, (is_sure, part)) in parts.iter().enumerate() {
            let beside = |j: Option<usize>| j.and_then(|j| parts.get(j)).map(|(_, part)| part);
            let arms = match (beside(i.checked_sub(1)), beside(Some(i + 1))) {
                (Some(before), Some(after)) if !is_sure => {
                    let before = Arm::new(before.iter().rev().map(|&i| points[i]), width);
                    before.zip(Arm::new(after.iter().map(|&i| points[i]), width))
                }
                _ => None,
            };
            match arms.map(|(from, to)| (from.end, self.bend(from, to), to.end)) {
                Some((from, Bend::Straight, to)) => lead(&mut samples, from, to),
                Some((from, Bend::Corner(at), to)) => {
                    lead(&mut samples, from, at);
                    samples.push(Sample { at, weight: LED, corner: true });
                    lead(&mut samples, at, to);
                }
                _ if i == 0 || i + 1 == parts.len() => samples.extend(part.iter().map(|&i| sample(i, sure))),
                _ => samples.extend(part.iter().map(|&i| sample(i, seen))),
            }
        }
        samples
    }

    fn bend(&self, from: Arm, to: Arm) -> Bend {
        let (ahead, gap) = (scale(to.way, -1.0), sub(to.end, from.end));
        let turn = turn(from.way, ahead);
        let size = distance(to.end, from.end);
        if turn.abs() < STRAIGHT {
            return if cross(from.way, gap).abs() < 0.1 * size + 0.5 { Bend::Straight } else { Bend::Unknown };
        }
        // A curve goes on as it does on both sides.
        let reach = size + ARM * self.width;
        let curved = 0.5 * (from.curve - to.curve) * reach;
        if turn.abs() > SHARPEST || (turn - curved).abs() < STRAIGHT + 0.5 * curved.abs() {
            return Bend::Unknown;
        }
        let first = cross(gap, ahead) / cross(from.way, ahead);
        let second = cross(from.way, gap) / cross(from.way, ahead);
        let within = -0.5..size + self.width;
        let at = along(from.end, from.way, first);
        // Both parts lead to the corner, and the line reaches beyond it, which a round one does not.
        let beyond = self.field.reach(at, direction(add(from.way, to.way)), self.width);
        if within.contains(&first) && within.contains(&second) && beyond > BEYOND * self.width {
            Bend::Corner(at)
        } else {
            Bend::Unknown
        }
    }
}

/// Which points are seen with others beside them, so many on each side.
fn sure(seen: &[bool], closed: bool, beside: usize) -> Vec<bool> {
    let count = seen.len();
    let at = |i: usize| if closed { seen[i % count] } else { seen[i.clamp(count, 2 * count - 1) - count] };
    (count..2 * count).map(|i| (i - beside.min(count)..=i + beside).all(at)).collect()
}

/// The middle of the longest part that is seen of a closed line.
fn longest(seen: &[bool]) -> usize {
    let Some(gap) = seen.iter().position(|seen| !seen) else { return 0 };
    let (mut best, mut size) = ((0, 0), 0);
    for i in 1..=seen.len() {
        let at = (gap + i) % seen.len();
        if seen[at] {
            size += 1;
            best = best.max((size, (gap + i - size / 2) % seen.len()));
        } else {
            size = 0;
        }
    }
    best.1
}

/// Samples about a pixel from each other between two points, without these.
fn lead(samples: &mut Vec<Sample>, from: P, to: P) {
    let steps = distance(from, to).round().max(1.0) as usize;
    let way = scale(sub(to, from), 1.0 / steps as f64);
    samples.extend((1..steps).map(|i| Sample { at: along(from, way, i as f64), weight: LED, corner: false }));
}

/// Votes for pointed corners less those for round ones.
pub(super) fn pointed(samples: &[Sample], field: &Field<'_>, width: f64) -> i32 {
    let mut votes = 0;
    let reach = (1.5 * width).max(3.0) as usize;
    for (i, corner) in samples.iter().enumerate().filter(|(_, sample)| sample.corner) {
        let Some((before, after)) = i.checked_sub(reach).and_then(|from| samples.get(from)).zip(samples.get(i + reach))
        else {
            continue;
        };
        let outward = direction(add(direction(sub(corner.at, before.at)), direction(sub(corner.at, after.at))));
        let half = dot(outward, direction(sub(corner.at, before.at))).clamp(0.0, 1.0);
        // The tip of a pointed corner is farther out than the edge of a round one.
        let (tip, edge) = (0.5 * width / (1.0 - half * half).sqrt().max(0.25), 0.5 * width);
        if tip - edge > TOLD {
            let far = field.reach(corner.at, outward, tip + 1.0);
            votes += if far > edge + POINTED * (tip - edge) { 1 } else { -1 };
        }
    }
    votes
}
