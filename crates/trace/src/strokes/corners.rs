//! Corners of centre lines, where they turn at once.

use super::plane::{P, direction, dot, sub};

/// Sharpest turn, in radians, that a curve may have beyond what the line turns around it anyway.
const TURN: f64 = 0.25;
/// Share of the turn at a corner that is found around it as well.
const LEVEL: f64 = 0.85;

/// Points about a pixel from each other at which a line of this width has a corner.
pub(super) fn corners(points: &[P], closed: bool, width: f64) -> Vec<usize> {
    let count = points.len();
    let near = (1.1 * width).round().max(3.0) as isize;
    let far = (2.2 * width).round().max(8.0) as isize;
    if (count as isize) < 3 * far {
        return Vec::new();
    }
    let at = |i: isize| {
        let i = if closed { i.rem_euclid(count as isize) } else { i.clamp(0, count as isize - 1) };
        points[i as usize]
    };
    let inside = |i: isize| closed || (i >= far && i + far < count as isize);
    let way = |from: isize, to: isize| direction(sub(at(to), at(from)));
    let angle = |a: P, b: P| libm::atan2(a[0] * b[1] - a[1] * b[0], dot(a, b));
    let turn = |i: isize| if inside(i) { angle(way(i - far, i - near), way(i + near, i + far)) } else { 0.0 };
    let turns: Vec<f64> = (0..count as isize).map(turn).collect();
    let get = |i: isize| {
        let wrapped = if closed { i.rem_euclid(count as isize) } else { i };
        usize::try_from(wrapped).ok().and_then(|i| turns.get(i)).map_or(0.0, |turn| turn.abs())
    };
    let mut corners = Vec::new();
    for i in 0..count as isize {
        let own = get(i);
        let is_peak = (1..=far).all(|by| own > get(i - by) && own >= get(i + by));
        if own < TURN || !is_peak {
            continue;
        }
        // As long as the corner lies between the two ways that are compared, the turn is the same.
        let flat = |by: isize| (1..=near).take_while(|&k| get(i + by * k) > LEVEL * own).count() as isize;
        let i = i + (flat(1) - flat(-1)) / 2;
        // On a circle the ways before and after turn as well; at a corner they do not.
        let middle = (near + far) / 2;
        let before = angle(way(i - far, i - middle), way(i - middle, i - near));
        let after = angle(way(i + near, i + middle), way(i + middle, i + far));
        let arms = (before + after) * angle(way(i - far, i - near), way(i + near, i + far)).signum();
        if own > TURN + 1.5 * arms.max(0.0) * (near + far) as f64 / (far - near) as f64 {
            corners.push(if closed { i.rem_euclid(count as isize) } else { i } as usize);
        }
    }
    corners.sort_unstable();
    corners.dedup();
    corners
}
