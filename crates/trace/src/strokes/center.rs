//! Centre lines with the precision of parts of a pixel, from the coverage of pixels across a trail.

use super::plane::{P, add, along, direction, distance, dot, length, normal, scale, sub};
use super::trails::{End, Trail};

/// Widths of lines in pixels.
pub(super) const LEAST_WIDTH: f64 = 1.4;
pub(super) const MOST_WIDTH: f64 = 17.0;
/// Step of measuring in pixels, and coverage below which a line is left.
const STEP: f64 = 0.25;
const LEFT: f64 = 0.06;
/// Shortest line, in widths.
const LEAST_LENGTH: f64 = 3.5;
/// Share of a line at which its width must be found.
const LEAST_SEEN: f64 = 0.45;

/// A point of a centre line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) at: P,
    /// How much the point is worth: less where the line is not seen by itself.
    pub(super) weight: f64,
}

/// Least width in pixels whose ends tell whether they are round.
const TOLD: f64 = 4.0;

/// Weight of points that are not seen, and of those that ends are drawn out to.
pub(super) const UNSEEN: f64 = 0.01;
const DRAWN_OUT: f64 = 0.7;
const LAST: f64 = 5.0;

/// The centre line of a trail.
#[derive(Clone, Debug)]
pub(super) struct Center {
    pub(super) samples: Vec<Sample>,
    pub(super) closed: bool,
    /// In pixels.
    pub(super) width: f64,
    /// Votes for round ends less those for cut ones.
    pub(super) round: i32,
    pub(super) under: Vec<usize>,
}

/// How much of each pixel a colour covers.
#[derive(Debug)]
pub(super) struct Field<'a> {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) shares: &'a [f32],
}

impl Field<'_> {
    /// Interpolated between the centres of pixels.
    fn at(&self, p: P) -> f64 {
        let clamped = |v: f64, size: usize| (v - 0.5).clamp(0.0, size as f64 - 1.0);
        let (x, y) = (clamped(p[0], self.width), clamped(p[1], self.height));
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let get = |x: usize, y: usize| f64::from(self.shares[y * self.width + x]);
        let (u, v) = (x - left as f64, y - top as f64);
        let row = |y: usize| get(left, y) * (1.0 - u) + get(right, y) * u;
        row(top) * (1.0 - v) + row(bottom) * v
    }

    /// How far the colour reaches in a direction, up to a limit.
    fn reach(&self, from: P, way: P, limit: f64) -> f64 {
        let (mut sum, mut at) = (0.0, 0.5 * STEP);
        while at < limit {
            let share = self.at(along(from, way, at));
            if share < LEFT {
                break;
            }
            sum += share * STEP;
            at += STEP;
        }
        sum
    }

    /// Width across a line here, and how far the middle of it is off.
    fn across(&self, at: P, way: P, limit: f64) -> (f64, f64) {
        let side = normal(way);
        let (left, right) = (self.reach(at, scale(side, -1.0), limit), self.reach(at, side, limit));
        (left + right, 0.5 * (right - left))
    }

    fn is_inside(&self, p: P) -> bool {
        p[0] > 1.0 && p[1] > 1.0 && p[0] < self.width as f64 - 1.0 && p[1] < self.height as f64 - 1.0
    }
}

/// The centre line of a trail of about this width; `None` if it is no line of even width.
pub(super) fn center(trail: &Trail, field: &Field<'_>, about: f64) -> Option<Center> {
    let mut points = smoothed(&trail.resampled(), (0.3 * about).max(1.5) as usize, trail.closed);
    let count = points.len();
    if count < 4 {
        return None;
    }
    let (mut width, mut seen) = (about, vec![true; count]);
    for pass in 0..3 {
        let limit = 1.3 * width + 2.0;
        let ways = ways(&points, trail.closed, (0.4 * width).max(2.0) as usize);
        let found: Vec<(f64, f64)> = (0..count).map(|i| field.across(points[i], ways[i], limit)).collect();
        width = median(found.iter().map(|found| found.0).collect())?;
        if !(LEAST_WIDTH..=MOST_WIDTH).contains(&width) {
            return None;
        }
        for i in 0..count {
            seen[i] = (found[i].0 - width).abs() < 0.07 * width + 0.35 && found[i].1.abs() < 0.5 * width;
            if seen[i] {
                points[i] = along(points[i], normal(ways[i]), found[i].1);
            }
        }
        if pass < 2 {
            relax(&mut points, &seen, trail.closed);
        }
    }
    let share = seen.iter().filter(|seen| **seen).count() as f64 / count as f64;
    if share < LEAST_SEEN || (count as f64) < LEAST_LENGTH * width {
        return None;
    }
    let weight = |seen: &bool| if *seen { 1.0 } else { UNSEEN };
    let samples = points.iter().zip(&seen).map(|(&at, seen)| Sample { at, weight: weight(seen) }).collect();
    let mut center = Center { samples, closed: trail.closed, width, round: 0, under: trail.under.clone() };
    if !trail.closed {
        center.end(field, trail.ends[1]);
        center.samples.reverse();
        center.end(field, trail.ends[0]);
        center.samples.reverse();
    }
    Some(center)
}

impl Center {
    /// Draws the last end out to where the line ends.
    fn end(&mut self, field: &Field<'_>, end: End) {
        let Some(last) = self.samples.iter().rposition(|sample| sample.weight == 1.0) else { return };
        let back = last.saturating_sub((0.8 * self.width).max(4.0) as usize);
        let (at, way) = (self.samples[last].at, direction(sub(self.samples[last].at, self.samples[back].at)));
        let ahead = match end {
            End::Node(node) => dot(sub(node, at), way).clamp(0.0, 2.5 * self.width),
            End::Free => {
                let far = field.reach(at, way, 2.5 * self.width);
                let near_end = along(at, way, far - 0.15 * self.width);
                if field.is_inside(along(at, way, far + 0.5)) {
                    let (width, _) = field.across(near_end, way, self.width + 2.0);
                    let is_round = width < 0.87 * self.width;
                    if self.width >= TOLD {
                        self.round += if is_round { 1 } else { -1 };
                    }
                    if is_round { far - 0.5 * self.width } else { far }
                } else {
                    far + self.width
                }
            }
        };
        let keep = if ahead < 0.0 { last + 1 - ((-ahead) as usize).min(last / 2) } else { last + 1 };
        self.samples.truncate(keep);
        let steps = ahead.max(0.0).round() as usize;
        let step = ahead.max(0.0) / steps.max(1) as f64;
        let drawn = (1..=steps).map(|i| Sample { at: along(at, way, i as f64 * step), weight: DRAWN_OUT });
        self.samples.extend(drawn);
        if steps > 0
            && let Some(last) = self.samples.last_mut()
        {
            last.weight = LAST;
        }
    }
}

/// Directions along points, over this reach to both sides.
pub(super) fn ways(points: &[P], closed: bool, reach: usize) -> Vec<P> {
    let count = points.len();
    let reach = reach.min(count / 4).max(1);
    let at = |i: usize, by: isize| {
        let to = i as isize + by;
        if closed {
            points[to.rem_euclid(count as isize) as usize]
        } else {
            points[to.clamp(0, count as isize - 1) as usize]
        }
    };
    (0..count).map(|i| direction(sub(at(i, reach as isize), at(i, -(reach as isize))))).collect()
}

fn smoothed(points: &[P], reach: usize, closed: bool) -> Vec<P> {
    let count = points.len();
    let reach = reach.min(count / 8);
    let mean = |i: usize| {
        let reach = if closed { reach } else { reach.min(i).min(count - 1 - i) };
        let near = (i + count - reach..=i + count + reach).map(|j| points[j % count]);
        scale(near.fold([0.0; 2], add), 1.0 / (2 * reach + 1) as f64)
    };
    (0..count).map(mean).collect()
}

/// Puts points that are not seen between those that are, as far as these are near.
fn relax(points: &mut [P], seen: &[bool], closed: bool) {
    let count = points.len();
    for _ in 0..8 {
        for i in 0..count {
            let (before, after) =
                if closed { ((i + count - 1) % count, (i + 1) % count) } else { (i.wrapping_sub(1), i + 1) };
            if !seen[i] && before < count && after < count {
                let middle = scale(add(points[before], points[after]), 0.5);
                // Not all of the way: a corner stays one.
                points[i] =
                    along(points[i], sub(middle, points[i]), if distance(middle, points[i]) > 1.0 { 1.0 } else { 0.3 });
            }
        }
    }
    debug_assert!(points.iter().all(|p| length(*p).is_finite()));
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
