//! Circles and ellipses along the axes through closed centre lines.

use std::f64::consts::TAU;

use linocut_svg::{Geometry, Point};

use super::center::{Center, Sample, UNSEEN};
use super::least::solve;
use super::plane::{P, add, along, distance, scale, sub};

/// Mean and greatest distance of a centre line from its circle or ellipse, in pixels.
const MEAN_MISS: f64 = 0.25;
const MOST_MISS: f64 = 1.0;

/// The circle or ellipse that a closed centre line is, in units of half a pixel, and the sum of its weighted squared distances from
/// the centre line in square pixels.
pub(super) fn conic(center: &Center) -> Option<(Geometry, f64)> {
    if !center.closed {
        return None;
    }
    // Around the middle, where numbers are small: x^2 + y^2 + b (y^2 - x^2) + c x + d y + e = 0.
    let count = center.samples.len() as f64;
    let mean = [0, 1].map(|i| center.samples.iter().map(|sample| sample.at[i]).sum::<f64>() / count);
    let rows = |round: bool| {
        center.samples.iter().map(move |sample| {
            let (x, y) = (sample.at[0] - mean[0], sample.at[1] - mean[1]);
            let flat = if round { 0.0 } else { y * y - x * x };
            ([flat, x, y, 1.0], -(x * x + y * y), sample.weight)
        })
    };
    for round in [true, false] {
        let Some([b, c, d, e]) = fit(rows(round), round) else { continue };
        let (p, q) = (1.0 - b, 1.0 + b);
        let (x, y) = (-c / (2.0 * p), -d / (2.0 * q));
        let level = p * x * x + q * y * y - e;
        let (rx, ry) = ((level / p).sqrt(), (level / q).sqrt());
        if !(rx.is_finite() && ry.is_finite() && p > 0.0 && q > 0.0) {
            continue;
        }
        let units = |v: f64| (2.0 * v).round() as i32;
        let at = Point::new(units(x + mean[0]), units(y + mean[1]));
        let geometry = if round || units(rx) == units(ry) {
            Geometry::circle(at, units(rx))
        } else {
            Geometry::Ellipse { center: at, rx: units(rx), ry: units(ry) }
        };
        let miss = |x0: f64, y0: f64, rx: f64, ry: f64| {
            let (mut sum, mut weights, mut most) = (0.0, 0.0, 0.0_f64);
            for sample in &center.samples {
                let (u, v) = ((sample.at[0] - x0) / rx, (sample.at[1] - y0) / ry);
                let off = ((u * u + v * v).sqrt() - 1.0) * rx.min(ry);
                sum += sample.weight * off * off;
                weights += sample.weight;
                most = most.max(if sample.weight == 1.0 { off.abs() } else { 0.0 });
            }
            (sum, (sum / f64::max(weights, 1.0)).sqrt(), most)
        };
        let (_, mean_miss, most) = miss(x + mean[0], y + mean[1], rx, ry);
        if mean_miss < MEAN_MISS && most < MOST_MISS && units(rx.min(ry)) > 1 {
            let half = |v: i32| f64::from(v) / 2.0;
            let (sum, ..) = miss(half(at.x), half(at.y), half(units(rx)), half(units(ry)));
            return Some((geometry, sum));
        }
    }
    None
}

/// The circle that an open centre line is a part of, if `class_at` has a class of lines all along the rest of it, under which it passes.
pub(super) fn closed_up(center: &Center, class: usize, class_at: impl Fn(P) -> Option<usize>) -> Option<Center> {
    let seen: Vec<P> = center.samples.iter().filter(|sample| sample.weight == 1.0).map(|sample| sample.at).collect();
    let (&first, &last) = (seen.first()?, seen.last()?);
    let mean = scale(seen.iter().fold([0.0; 2], |sum, &at| add(sum, at)), 1.0 / seen.len() as f64);
    let row = |&at: &P| {
        let [x, y] = sub(at, mean);
        ([0.0, x, y, 1.0], -(x * x + y * y), 1.0)
    };
    let [_, c, d, e] = fit(seen.iter().map(row), true)?;
    let (at, radius) = (sub(mean, [0.5 * c, 0.5 * d]), (0.25 * (c * c + d * d) - e).sqrt());
    let off = |&p: &P| (distance(p, at) - radius).abs();
    let round = seen.iter().map(off).fold(0.0, f64::max) < MOST_MISS
        && seen.iter().map(off).sum::<f64>() < MEAN_MISS * seen.len() as f64;
    // From the end on, around to the beginning.
    let angle = |p: P| libm::atan2(p[1] - at[1], p[0] - at[0]);
    let middle = seen[seen.len() / 2];
    let clockwise = turned(angle(first), angle(middle)) < turned(angle(first), angle(last));
    let way = if clockwise { 1.0 } else { -1.0 };
    let gap = turned(way * angle(last), way * angle(first));
    if center.closed || !round || gap > MOST_OPEN {
        return None;
    }
    let steps = (gap * radius).ceil().max(1.0);
    let mut whole: Vec<Sample> = seen.iter().map(|&at| Sample { at, weight: 1.0 }).collect();
    let mut under = center.under.clone();
    for step in 1..steps as usize {
        let angle = angle(last) + way * gap * step as f64 / steps;
        let p = along(at, [libm::cos(angle), libm::sin(angle)], radius);
        let over = class_at(p)?;
        if over != class && !under.contains(&over) {
            under.push(over);
        }
        whole.push(Sample { at: p, weight: UNSEEN });
    }
    Some(Center { samples: whole, closed: true, under, ..center.clone() })
}

/// The angle from one direction on to another, 0 to a full turn.
fn turned(from: f64, to: f64) -> f64 {
    (to - from).rem_euclid(TAU)
}

/// Largest angle of a circle that may be hidden.
const MOST_OPEN: f64 = 0.7 * TAU;

/// The least-squares solution for `b, c, d, e`; `b` is 0 for circles.
fn fit(rows: impl Iterator<Item = ([f64; 4], f64, f64)>, round: bool) -> Option<[f64; 4]> {
    let first = usize::from(round);
    let size = 4 - first;
    let (mut matrix, mut right) = (vec![0.0; size * size], vec![[0.0; 2]; size]);
    for (row, value, weight) in rows {
        for i in 0..size {
            for j in 0..size {
                matrix[i * size + j] += weight * row[i + first] * row[j + first];
            }
            right[i][0] += weight * row[i + first] * value;
        }
    }
    let solved = solve(&mut matrix, &right)?;
    let mut all = [0.0; 4];
    (0..size).for_each(|i| all[i + first] = solved[i][0]);
    Some(all)
}
