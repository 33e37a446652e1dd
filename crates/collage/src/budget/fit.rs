//! Outlines with fewer points: lines and cubic curves fitted to what an outline passes.
//!
//! The outline is cut at its corners; each stretch becomes a line or one cubic where that stays within the tolerance, else
//! it is split where it is farthest off. Work is bounded by the number of sampled points.
//!
//! Source of the fit: Schneider, An algorithm for automatically fitting digitized curves, Graphics Gems, 1990, without
//! reparametrisation by Newton's method: chord lengths are enough at these tolerances.

use linocut_svg::{Path, Point, Segment, Subpath};

use crate::paint::sketch::point;
use crate::place::spot::Spot;

/// Cosine of the least turn that is a corner: 35 degrees.
const CORNER_COSINE: f64 = 0.82;

/// Points sampled on a curve.
const SAMPLES: usize = 8;

/// The path with fewer points within about `tolerance` units, or `None` if that has no fewer or the path has arcs.
pub(crate) fn fewer_points(path: &Path, tolerance: f64) -> Option<Path> {
    let subpaths = path.subpaths.iter().map(|subpath| fitted(subpath, tolerance)).collect::<Option<Vec<Subpath>>>()?;
    let fewer = Path { subpaths };
    (count(&fewer) < count(path)).then_some(fewer)
}

fn count(path: &Path) -> usize {
    path.subpaths.iter().flat_map(|subpath| &subpath.segments).map(|segment| segment.points().count()).sum()
}

fn fitted(subpath: &Subpath, tolerance: f64) -> Option<Subpath> {
    let spots = sampled(subpath)?;
    let kept = farthest(&spots, tolerance);
    let corners = corners(&spots, &kept, subpath.closed);
    let mut segments = Vec::new();
    for pair in corners.windows(2) {
        stretch(&spots[pair[0]..=pair[1]], None, None, tolerance, &mut segments);
    }
    if subpath.closed && segments.last().is_some_and(|last| matches!(last, Segment::Line(to) if *to == subpath.start)) {
        segments.pop();
    }
    Some(Subpath { start: subpath.start, segments, closed: subpath.closed })
}

/// Points along the subpath; a closed one ends where it starts. `None` with arcs.
fn sampled(subpath: &Subpath) -> Option<Vec<Spot>> {
    let mut from = spot(subpath.start);
    let mut spots = vec![from];
    for segment in &subpath.segments {
        match *segment {
            Segment::Line(to) => spots.push(spot(to)),
            Segment::Quadratic(control, to) => {
                let (c, to) = (spot(control), spot(to));
                let third = |end: Spot| (end.0 + (c.0 - end.0) * 2.0 / 3.0, end.1 + (c.1 - end.1) * 2.0 / 3.0);
                let curve = [from, third(from), third(to), to];
                spots.extend((1..=SAMPLES).map(|i| at(&curve, i as f64 / SAMPLES as f64)));
            }
            Segment::Cubic(a, b, to) => {
                let curve = [from, spot(a), spot(b), spot(to)];
                spots.extend((1..=SAMPLES).map(|i| at(&curve, i as f64 / SAMPLES as f64)));
            }
            Segment::Arc(_) => return None,
        }
        from = spot(segment.end());
    }
    if subpath.closed && spots.last() != spots.first() {
        spots.push(spots[0]);
    }
    spots.dedup();
    Some(spots)
}

fn spot(p: Point) -> Spot {
    (f64::from(p.x), f64::from(p.y))
}

/// Point of a cubic curve.
fn at(curve: &[Spot; 4], t: f64) -> Spot {
    let u = 1.0 - t;
    let weights = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
    curve.iter().zip(weights).fold((0.0, 0.0), |sum, (p, w)| (sum.0 + w * p.0, sum.1 + w * p.1))
}

/// Indices that a polygon within the tolerance keeps (Douglas and Peucker 1973), without recursion.
fn farthest(spots: &[Spot], tolerance: f64) -> Vec<bool> {
    let last = spots.len() - 1;
    let mut kept = vec![false; spots.len()];
    kept[0] = true;
    kept[last] = true;
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let off = |i: &usize| distance(spots[*i], spots[from], spots[to]);
        let worst = (from + 1..to).max_by(|a, b| off(a).total_cmp(&off(b)));
        if let Some(worst) = worst.filter(|worst| off(worst) > tolerance) {
            kept[worst] = true;
            open.extend([(from, worst), (worst, to)]);
        }
    }
    kept
}

/// Distance of a point from a line segment.
fn distance(p: Spot, a: Spot, b: Spot) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = (dx * dx + dy * dy).max(1e-12);
    let t = (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length).clamp(0.0, 1.0);
    (p.0 - a.0 - t * dx).hypot(p.1 - a.1 - t * dy)
}

/// Indices of the ends and of the kept points where the outline turns sharply. A closed outline without a corner is cut
/// in half, so that each part can be one curve.
fn corners(spots: &[Spot], kept: &[bool], closed: bool) -> Vec<usize> {
    let last = spots.len() - 1;
    let turns = |&i: &usize| {
        let (a, b) = (unit(spots[i - 1], spots[i]), unit(spots[i], spots[i + 1]));
        kept[i] && a.0 * b.0 + a.1 * b.1 < CORNER_COSINE
    };
    let mut corners: Vec<usize> = std::iter::once(0).chain((1..last.max(1)).filter(turns)).collect();
    if closed && corners.len() == 1 && last > 2 {
        corners.push(last / 2);
    }
    corners.push(last);
    corners.dedup();
    corners
}

fn unit(a: Spot, b: Spot) -> Spot {
    let length = (b.0 - a.0).hypot(b.1 - a.1).max(1e-12);
    ((b.0 - a.0) / length, (b.1 - a.1) / length)
}

/// Fits a stretch without corners; `out` and `back` are directions at its ends where neighbours fix them.
fn stretch(spots: &[Spot], out: Option<Spot>, back: Option<Spot>, tolerance: f64, segments: &mut Vec<Segment>) {
    let last = spots.len() - 1;
    let (start, end) = (spots[0], spots[last]);
    if last == 0 {
        return;
    }
    if spots.iter().all(|&p| distance(p, start, end) <= tolerance) {
        return segments.push(Segment::Line(point(end)));
    }
    let (out, back) =
        (out.unwrap_or_else(|| unit(start, spots[1])), back.unwrap_or_else(|| unit(end, spots[last - 1])));
    let times = times(spots);
    let curve = cubic(spots, &times, out, back);
    let off = |i: &usize| (at(&curve, times[*i]).0 - spots[*i].0).hypot(at(&curve, times[*i]).1 - spots[*i].1);
    let worst = (1..last).max_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(1);
    if off(&worst) <= tolerance {
        return segments.push(Segment::Cubic(point(curve[1]), point(curve[2]), point(end)));
    }
    let along = unit(spots[worst - 1], spots[worst + 1]);
    stretch(&spots[..=worst], Some(out), Some((-along.0, -along.1)), tolerance, segments);
    stretch(&spots[worst..], Some(along), Some(back), tolerance, segments);
}

/// Chord lengths from the start, as shares of the whole.
fn times(spots: &[Spot]) -> Vec<f64> {
    let steps = spots.windows(2).map(|pair| (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1));
    let sums = steps.scan(0.0, |sum, step| {
        *sum += step;
        Some(*sum)
    });
    let sums: Vec<f64> = std::iter::once(0.0).chain(sums).collect();
    let total = sums[sums.len() - 1].max(1e-12);
    sums.into_iter().map(|sum| sum / total).collect()
}

/// The cubic with these end directions that is nearest to the points at their times, by least squares.
fn cubic(spots: &[Spot], times: &[f64], out: Spot, back: Spot) -> [Spot; 4] {
    let (start, end) = (spots[0], spots[spots.len() - 1]);
    let chord = (end.0 - start.0).hypot(end.1 - start.1);
    let (mut aa, mut ab, mut bb, mut ax, mut bx) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (p, &t) in spots.iter().zip(times) {
        let u = 1.0 - t;
        let (wa, wb) = (3.0 * u * u * t, 3.0 * u * t * t);
        let flat = at(&[start, start, end, end], t);
        let (x, y) = (p.0 - flat.0, p.1 - flat.1);
        aa += wa * wa;
        bb += wb * wb;
        ab += wa * wb * (out.0 * back.0 + out.1 * back.1);
        ax += wa * (x * out.0 + y * out.1);
        bx += wb * (x * back.0 + y * back.1);
    }
    let determinant = aa * bb - ab * ab;
    let solved = ((ax * bb - bx * ab) / determinant, (aa * bx - ab * ax) / determinant);
    let sound = |length: f64| length.is_finite() && length > chord * 0.01 && length < chord * 4.0 + 1.0;
    let (a, b) = if sound(solved.0) && sound(solved.1) { solved } else { (chord / 3.0, chord / 3.0) };
    [start, (start.0 + a * out.0, start.1 + a * out.1), (end.0 + b * back.0, end.1 + b * back.1), end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paint::sketch::{polygon, regular, smooth};
    use linocut_svg::Geometry;
    use proptest::prelude::*;

    fn path(geometry: Geometry) -> Path {
        match geometry {
            Geometry::Path(path) => path,
            other => Path::from_bezier(&other.to_bezier()),
        }
    }

    #[test]
    fn a_circle_of_many_pieces_becomes_few() {
        let many = path(smooth(&regular(40, (500.0, 500.0), 400.0, 0.0), true));
        let fewer = fewer_points(&many, 1.5).unwrap();
        assert!(fewer.subpaths[0].segments.len() <= 12, "{}", fewer.subpaths[0].segments.len());
        for spot in sampled(&fewer.subpaths[0]).unwrap() {
            assert!(((spot.0 - 500.0).hypot(spot.1 - 500.0) - 400.0).abs() < 4.0, "{spot:?}");
        }
    }

    #[test]
    fn corners_stay() {
        let square = path(polygon(&[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]));
        let fewer = fewer_points(&square, 1.0).unwrap();
        assert_eq!(Geometry::Path(fewer), polygon(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]));
    }

    #[test]
    fn what_cannot_be_simpler_is_left_alone() {
        assert_eq!(fewer_points(&path(polygon(&regular(3, (0.0, 0.0), 90.0, 0.0))), 0.5), None);
        assert_eq!(fewer_points(&Path::default(), 1.0), None);
    }

    proptest! {
        #[test]
        fn any_curve_ends_and_keeps_its_ends(xs in prop::collection::vec((-40..40, -40..40), 2..40), tolerance in 0.1..20.0) {
            let spots: Vec<Spot> = xs.iter().map(|&(x, y)| (f64::from(x), f64::from(y))).collect();
            let open = path(smooth(&spots, false));
            if let Some(fewer) = fewer_points(&open, tolerance) {
                prop_assert_eq!(fewer.subpaths[0].start, open.subpaths[0].start);
                prop_assert_eq!(fewer.subpaths[0].end(), open.subpaths[0].end());
            }
        }
    }
}
