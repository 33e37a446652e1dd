//! Straight strips of slopes in one direction.

use super::slopes::{STEP, Slope};
use super::track::{Track, beyond};

/// Directions that are told apart, from a half turn.
const DIRECTIONS: usize = 24;
/// Slopes in a strip.
const FEWEST: usize = 40;
/// Strips that are looked at.
const MOST: usize = 2;
/// Sine of the angle by which a slope may differ from the direction of its strip.
const TURN: f32 = 0.14;
/// Share of the slopes that is left out at either end.
const OUTER: f32 = 0.02;
/// What is added at either side, in pixels, so that nothing is left at the edge of the picture.
const ASIDE: f32 = 6.0;

/// Lines along the largest strips of slopes, from either end.
pub(super) fn lines(slopes: &[Slope], (width, height): (usize, usize)) -> impl Iterator<Item = Track> + use<> {
    let mut strips = if slopes.len() < FEWEST { Vec::new() } else { strips(slopes, (width, height)) };
    strips.sort_by_key(|strip| std::cmp::Reverse(strip.len()));
    let lines: Vec<Track> = strips.iter().take(MOST).flat_map(|strip| line(strip)).collect();
    lines.into_iter()
}

/// Slopes of about one direction that touch each other.
fn strips(slopes: &[Slope], (width, height): (usize, usize)) -> Vec<Vec<Slope>> {
    let mut counts = [0_usize; DIRECTIONS];
    let directions: Vec<usize> = slopes.iter().map(direction).collect();
    directions.iter().for_each(|&at| counts[at] += 1);
    let around = |at: usize| counts[at] + counts[(at + 1) % DIRECTIONS] + counts[(at + DIRECTIONS - 1) % DIRECTIONS];
    let Some(best) = (0..DIRECTIONS).rev().max_by_key(|&at| around(at)) else { return Vec::new() };
    let turn = |at: usize| at.abs_diff(best).min(DIRECTIONS - at.abs_diff(best));
    let (columns, rows) = (width / STEP + 1, height / STEP + 1);
    let mut cells = vec![usize::MAX; columns * rows];
    let cell = |slope: &Slope| slope.y as usize / STEP * columns + slope.x as usize / STEP;
    for (i, slope) in slopes.iter().enumerate().filter(|(i, _)| turn(directions[*i]) <= 1) {
        cells[cell(slope)] = i;
    }
    let mut found = Vec::new();
    for start in 0..cells.len() {
        let first = std::mem::replace(&mut cells[start], usize::MAX);
        if first == usize::MAX {
            continue;
        }
        let (mut strip, mut open) = (Vec::new(), vec![first]);
        while let Some(i) = open.pop() {
            strip.push(slopes[i]);
            let at = cell(&slopes[i]);
            for beside in [at.wrapping_sub(1), at + 1, at.wrapping_sub(columns), at + columns] {
                if let Some(next) = cells.get_mut(beside).filter(|next| **next != usize::MAX) {
                    open.push(std::mem::replace(next, usize::MAX));
                }
            }
        }
        if strip.len() >= FEWEST {
            found.push(strip);
        }
    }
    found
}

/// The number of a slope's direction, whichever way it points.
fn direction(slope: &Slope) -> usize {
    let turns = libm::atan2(f64::from(slope.dy), f64::from(slope.dx)) / std::f64::consts::PI;
    ((turns.rem_euclid(1.0) * DIRECTIONS as f64) as usize).min(DIRECTIONS - 1)
}

/// The line along a strip, and the same from its other end.
fn line(strip: &[Slope]) -> Vec<Track> {
    // The mean direction, as that of twice the angle.
    let (mut cosine, mut sine) = (0.0_f64, 0.0_f64);
    for slope in strip {
        let (dx, dy) = (f64::from(slope.dx), f64::from(slope.dy));
        cosine += dx * dx - dy * dy;
        sine += 2.0 * dx * dy;
    }
    let half = libm::atan2(sine, cosine) / 2.0;
    let (dx, dy) = (libm::cos(half) as f32, libm::sin(half) as f32);
    let straight: Vec<&Slope> = strip.iter().filter(|slope| (slope.dx * dy - slope.dy * dx).abs() < TURN).collect();
    if straight.len() < FEWEST {
        return Vec::new();
    }
    let range = |left_out: f32, value: &dyn Fn(&Slope) -> f32| {
        let mut values: Vec<f32> = straight.iter().map(|slope| value(slope)).collect();
        values.sort_by(f32::total_cmp);
        let last = (values.len() - 1) as f32;
        (values[(left_out * last) as usize], values[((1.0 - left_out) * last) as usize])
    };
    let (from, to) = range(OUTER, &|slope| slope.x * dx + slope.y * dy);
    let (low, high) = range(0.0, &|slope| slope.y * dx - slope.x * dy);
    let seen: Vec<[f32; 2]> = straight.iter().map(|slope| [slope.x, slope.y]).collect();
    let margin = beyond(to - from);
    let (from, to, low, high) = (from - margin, to + margin, low - ASIDE, high + ASIDE);
    let (length, middle, reach) = ((to - from).round(), (low + high) / 2.0, (high - low) / 2.0);
    let track = |at: f32, sign: f32| Track {
        origin: [at * dx - middle * dy, at * dy + middle * dx],
        axis: Some([sign * dx, sign * dy]),
        length,
        side: [-reach, reach],
        soft: [margin, length - margin],
        seen: seen.clone(),
    };
    vec![track(from, 1.0), track(to, -1.0)]
}
