//! Where a picture changes gently, and in which direction.

use super::lanes::Lanes;

/// Distance between the pixels of which a slope is the difference, to either side.
const REACH: usize = 3;
/// Columns and rows between places that are looked at.
pub(super) const STEP: usize = 2;
/// Least slope, in levels a pixel.
const LEAST: f32 = 0.6;
/// How much steeper than the slope the steps between neighbours may be: more is an edge or texture.
const STEEPER: f32 = 2.0;
const ROUGH: f32 = 2.5;

/// A place with a gentle slope.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slope {
    pub(super) x: f32,
    pub(super) y: f32,
    /// Its direction, of length 1.
    pub(super) dx: f32,
    pub(super) dy: f32,
}

/// The gentle slopes of a picture, row by row.
pub(super) fn soft_slopes(picture: &Lanes) -> Vec<Slope> {
    let (width, height) = picture.size();
    let mut found = Vec::new();
    for y in (REACH..height.saturating_sub(REACH)).step_by(STEP) {
        for x in (REACH..width.saturating_sub(REACH)).step_by(STEP) {
            found.extend(slope(picture, x, y));
        }
    }
    found
}

fn slope(picture: &Lanes, x: usize, y: usize) -> Option<Slope> {
    let row = |i: usize| picture.pixels[y * picture.width + x + i - REACH];
    let column = |i: usize| picture.pixels[(y + i - REACH) * picture.width + x];
    let (left, right, above, below) = (row(0), row(2 * REACH), column(0), column(2 * REACH));
    let mut best = (LEAST * LEAST, 0.0, 0.0, 0);
    for lane in 0..4 {
        let span = (2 * REACH) as f32;
        let (dx, dy) = ((right[lane] - left[lane]) / span, (below[lane] - above[lane]) / span);
        if dx * dx + dy * dy > best.0 {
            best = (dx * dx + dy * dy, dx, dy, lane);
        }
    }
    let (squared, dx, dy, lane) = best;
    if dx == 0.0 && dy == 0.0 {
        return None;
    }
    let size = squared.sqrt();
    let most = STEEPER * size + ROUGH;
    let gentle = |i: usize| {
        (row(i + 1)[lane] - row(i)[lane]).abs() <= most && (column(i + 1)[lane] - column(i)[lane]).abs() <= most
    };
    (0..2 * REACH).all(gentle).then_some(Slope { x: x as f32 + 0.5, y: y as f32 + 0.5, dx: dx / size, dy: dy / size })
}
