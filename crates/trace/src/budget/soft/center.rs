//! Centres that slopes point at or away from.
//!
//! # Source
//!
//! Every slope votes for the places on its line, as in the gradient form of the Hough transform for circles (Kimme, Ballard and
//! Sklansky, 1975), without a radius.

use super::slopes::Slope;
use super::track::{LONGEST, Track, beyond};

/// Side of a cell of votes in pixels, and the distance between two votes on a line.
const CELL: f32 = 4.0;
const PACE: f32 = 3.0;
/// Nearest vote.
const NEAREST: f32 = 4.0;
/// Centres that are looked at.
const MOST: usize = 4;
/// Cells around a centre in which there is no other.
const APART: usize = 3;
/// Slopes that must point at a centre.
const FEWEST: usize = 40;
/// How far a line may pass the centre, in rounds of adjustment.
const MISSES: [f32; 3] = [12.0, 6.0, 4.0];
/// Length of the mean direction from the centre above which it is seen from one side only.
const ONE_SIDED: f32 = 0.8;
/// Share of the distances that is left out at either end.
const OUTER: f32 = 0.02;

/// Circles around the centres that most slopes point at.
pub(super) fn circles(slopes: &[Slope], size: (usize, usize)) -> impl Iterator<Item = Track> + use<> {
    let centers = if slopes.len() < FEWEST { Vec::new() } else { centers(slopes, size) };
    let tracks: Vec<Track> = centers.into_iter().filter_map(|center| circle(slopes, center)).collect();
    tracks.into_iter()
}

/// The middles of the cells with most votes.
fn centers(slopes: &[Slope], (width, height): (usize, usize)) -> Vec<[f32; 2]> {
    let (columns, rows) = (width.div_ceil(CELL as usize), height.div_ceil(CELL as usize));
    let mut votes = vec![0_u32; columns * rows];
    let reach = 0.75 * width.max(height) as f32;
    let (most_x, most_y) = (width as f32, height as f32);
    for slope in slopes {
        for side in [-1.0, 1.0] {
            let (mut far, dx, dy) = (NEAREST, side * slope.dx, side * slope.dy);
            while far < reach {
                let (x, y) = (slope.x + far * dx, slope.y + far * dy);
                if !(0.0..most_x).contains(&x) || !(0.0..most_y).contains(&y) {
                    break;
                }
                votes[(y / CELL) as usize * columns + (x / CELL) as usize] += 1;
                far += PACE;
            }
        }
    }
    let sum = |at: usize| -> u32 {
        let (x, y) = (at % columns, at / columns);
        let across = x.saturating_sub(1)..(x + 2).min(columns);
        (y.saturating_sub(1)..(y + 2).min(rows))
            .flat_map(|y| across.clone().map(move |x| (x, y)))
            .map(|(x, y)| votes[y * columns + x])
            .sum()
    };
    let mut sums: Vec<u32> = (0..votes.len()).map(sum).collect();
    let mut found = Vec::with_capacity(MOST);
    while found.len() < MOST {
        let Some(best) = (0..sums.len()).rev().max_by_key(|&at| sums[at]).filter(|&at| sums[at] >= 2 * FEWEST as u32)
        else {
            break;
        };
        let (x, y) = (best % columns, best / columns);
        found.push([(x as f32 + 0.5) * CELL, (y as f32 + 0.5) * CELL]);
        for row in y.saturating_sub(APART)..(y + APART + 1).min(rows) {
            sums[row * columns + x.saturating_sub(APART)..row * columns + (x + APART + 1).min(columns)].fill(0);
        }
    }
    found
}

/// The circles around a centre near this one that the slopes which point there lie on.
fn circle(slopes: &[Slope], mut center: [f32; 2]) -> Option<Track> {
    let miss = |slope: &Slope, [x, y]: [f32; 2]| ((x - slope.x) * slope.dy - (y - slope.y) * slope.dx).abs();
    for most in MISSES {
        // The place nearest to all lines, by least squares.
        let mut sums = [0.0_f64; 5];
        for slope in slopes.iter().filter(|slope| miss(slope, center) <= most) {
            let (nx, ny) = (f64::from(slope.dy), f64::from(-slope.dx));
            let along = nx * f64::from(slope.x) + ny * f64::from(slope.y);
            let terms = [nx * nx, nx * ny, ny * ny, nx * along, ny * along];
            sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
        }
        let [a, b, c, u, v] = sums;
        let determinant = a * c - b * b;
        if determinant <= 1e-3 * (a + c) * (a + c) {
            return None;
        }
        center = [((c * u - b * v) / determinant) as f32, ((a * v - b * u) / determinant) as f32];
    }
    let (mut far, mut mean, mut seen) = (Vec::new(), [0.0_f32; 2], Vec::new());
    for slope in slopes.iter().filter(|slope| miss(slope, center) <= MISSES[2]) {
        let (x, y) = (slope.x - center[0], slope.y - center[1]);
        let distance = (x * x + y * y).sqrt();
        far.push(distance);
        seen.push([slope.x, slope.y]);
        mean = [mean[0] + x / distance.max(1.0), mean[1] + y / distance.max(1.0)];
    }
    let sided = (mean[0] * mean[0] + mean[1] * mean[1]).sqrt() / far.len().max(1) as f32;
    if far.len() < FEWEST || sided > ONE_SIDED {
        return None;
    }
    far.sort_by(f32::total_cmp);
    let at = |share: f32| far[(share * (far.len() - 1) as f32) as usize];
    let (inner, outer) = (at(OUTER), at(1.0 - OUTER));
    let length = (outer + beyond(outer - inner)).round();
    if length > LONGEST {
        return None;
    }
    Some(Track { origin: center, axis: None, length, side: [0.0; 2], soft: [inner, outer], seen })
}
