//! What of a pattern lies within an outline: bounds, places inside, and cells cut to it.

use crate::paint::sketch::point;
use crate::place::spot::Spot;

/// Left, top, right, bottom.
pub(crate) fn bounds(outline: &[Spot]) -> (f64, f64, f64, f64) {
    let start = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
    outline.iter().fold(start, |b, p| (b.0.min(p.0), b.1.min(p.1), b.2.max(p.0), b.3.max(p.1)))
}

/// Places in staggered rows over the bounds of an outline.
pub(crate) fn staggered(outline: &[Spot], step: f64) -> impl Iterator<Item = Spot> {
    let (left, top, right, bottom) = bounds(outline);
    let (columns, rows) = (((right - left) / step) as usize + 2, ((bottom - top) / (step * 0.8)) as usize + 1);
    (0..rows.min(60)).flat_map(move |row| {
        let shift = if row % 2 == 0 { 0.25 } else { 0.75 };
        (0..columns.min(60))
            .map(move |column| (left + (column as f64 + shift - 0.5) * step, top + (row as f64 + 0.5) * step * 0.8))
    })
}

/// Whether a disc lies inside the outline.
pub(crate) fn inside(outline: &[Spot], (x, y): Spot, radius: f64) -> bool {
    let near = |(i, &(ax, ay)): (usize, &Spot)| {
        let (bx, by) = outline[(i + 1) % outline.len()];
        let length = ((bx - ax).powi(2) + (by - ay).powi(2)).max(1e-9);
        let t = (((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length).clamp(0.0, 1.0);
        (x - ax - t * (bx - ax)).hypot(y - ay - t * (by - ay)) < radius
    };
    is_inside(outline, (x, y)) && !outline.iter().enumerate().any(near)
}

/// Whether a place lies inside the outline.
pub(crate) fn is_inside(outline: &[Spot], (x, y): Spot) -> bool {
    let crosses = |i: &usize| {
        let ((ax, ay), (bx, by)) = (outline[*i], outline[(i + 1) % outline.len()]);
        (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax
    };
    (0..outline.len()).filter(crosses).count() % 2 == 1
}

/// The part of an outline within a convex cell with corners in clockwise order (Sutherland and Hodgman 1974). Parts of
/// a hollow outline stay joined by edges of no width.
pub(crate) fn clipped(outline: &[Spot], cell: &[Spot]) -> Vec<Spot> {
    let mut spots = outline.to_vec();
    for (i, &a) in cell.iter().enumerate() {
        let b = cell[(i + 1) % cell.len()];
        let side = |p: Spot| (b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0);
        let before = std::mem::take(&mut spots);
        for (j, &p) in before.iter().enumerate() {
            let q = before[(j + 1) % before.len()];
            let (sp, sq) = (side(p), side(q));
            if sp >= 0.0 {
                spots.push(p);
            }
            if (sp >= 0.0) != (sq >= 0.0) {
                let t = sp / (sp - sq);
                spots.push((p.0 + t * (q.0 - p.0), p.1 + t * (q.1 - p.1)));
            }
        }
    }
    spots.dedup_by_key(|spot| point(*spot));
    if spots.len() < 3 { Vec::new() } else { spots }
}
