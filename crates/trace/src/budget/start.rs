//! Layers to begin the search with: areas of a picture, grouped by colour, one layer a group.

use image::RgbImage;
use linocut_core::Stop;
use linocut_svg::Point;

use super::boundary::Bitmap;
use super::chain::Ring;
use super::cost::{ELEMENT_BYTES, path_bytes};
use super::segment::{Area, Segments};
use crate::simplify::simplify_ring;

/// Groups areas into at most `count` colours: the two whose union costs least are united until so many are left. Yields
/// the group of each area.
pub(crate) fn group(areas: &[Area], count: usize) -> Vec<u16> {
    let mut groups: Vec<Option<Area>> = areas.iter().map(|area| (area.pixels > 0.0).then_some(*area)).collect();
    let mut parents: Vec<u16> = (0..areas.len() as u16).collect();
    let mut left = groups.iter().flatten().count();
    let nearest = |groups: &[Option<Area>], i: usize| -> (f32, usize) {
        let mut best = (f32::INFINITY, i);
        if let Some(area) = groups[i] {
            for (j, other) in groups.iter().enumerate().skip(i + 1) {
                if let Some(other) = other {
                    let rise = area.rise(other);
                    if rise < best.0 {
                        best = (rise, j);
                    }
                }
            }
        }
        best
    };
    let mut partners: Vec<(f32, usize)> = (0..groups.len()).map(|i| nearest(&groups, i)).collect();
    while left > count.max(1) {
        let Some(i) = (0..groups.len()).min_by(|&a, &b| partners[a].0.total_cmp(&partners[b].0)) else { break };
        let (cost, j) = partners[i];
        if !cost.is_finite() {
            break;
        }
        let Some(gone) = groups[j].take() else { break };
        if let Some(area) = &mut groups[i] {
            area.add(&gone);
        }
        parents[j] = i as u16;
        partners[j] = (f32::INFINITY, j);
        for k in 0..groups.len() {
            if groups[k].is_some() && (k == i || partners[k].1 == j || partners[k].1 == i) {
                partners[k] = nearest(&groups, k);
            } else if let (Some(area), Some(new)) = (groups[k], groups[i])
                && k < i
            {
                let rise = area.rise(&new);
                if rise < partners[k].0 {
                    partners[k] = (rise, i);
                }
            }
        }
        left -= 1;
    }
    (0..areas.len())
        .map(|mut i| {
            while usize::from(parents[i]) != i {
                i = usize::from(parents[i]);
            }
            i as u16
        })
        .collect()
}

/// A layer to begin with.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) color: [f32; 3],
    pub(crate) rings: Vec<Ring>,
}

/// Turns groups of areas into layers, large ones first. Each reaches some pixels below its later neighbours, and
/// fills the holes that are painted over later. `None` when asked to stop.
pub(crate) fn layers(
    image: &RgbImage,
    segments: &Segments,
    colors: usize,
    bytes: i32,
    stop: &Stop,
) -> Option<Vec<Draft>> {
    let groups = group(&segments.areas, colors);
    let mut sums = vec![Area::default(); segments.areas.len()];
    for (area, &group) in segments.areas.iter().zip(&groups) {
        sums[usize::from(group)].add(area);
    }
    let mut order: Vec<u16> = (0..sums.len() as u16).filter(|&g| sums[usize::from(g)].pixels > 0.0).collect();
    order.sort_by(|&a, &b| sums[usize::from(b)].pixels.total_cmp(&sums[usize::from(a)].pixels).then(a.cmp(&b)));
    let mut ranks = vec![0_u16; sums.len()];
    for (rank, &group) in (0_u16..).zip(&order) {
        ranks[usize::from(group)] = rank;
    }
    let ranked: Vec<u16> = segments.labels.iter().map(|&l| ranks[usize::from(groups[usize::from(l)])]).collect();
    let (width, height) = (image.width() as usize, image.height() as usize);
    let windows = windows(&ranked, (width, height), order.len(), OVERLAP + 1);
    let mut outlines = Vec::with_capacity(order.len());
    for ((rank, group), window) in (0_u16..).zip(&order).zip(&windows) {
        if stop.requested() {
            return None;
        }
        outlines.push((sums[usize::from(*group)].mean(), loops(&ranked, width, window, rank)));
    }
    let mut drafts = Vec::new();
    for tolerance in TOLERANCES {
        drafts = outlines.iter().map(|(color, rings)| Draft::new(*color, rings, tolerance)).collect();
        if drafts.iter().map(Draft::bytes).sum::<i32>() <= bytes {
            break;
        }
    }
    drafts.retain(|draft| !draft.rings.is_empty());
    Some(drafts)
}

/// Tolerances in pixels that outlines are simplified with, the finest first.
const TOLERANCES: [f64; 7] = [0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6];

impl Draft {
    fn new(color: [f32; 3], rings: &[Vec<Point>], tolerance: f64) -> Self {
        let rings = rings.iter().map(|ring| simplify_ring(ring, tolerance)).filter(|ring| ring.len() >= 3);
        Self { color, rings: rings.map(Ring::new).collect() }
    }

    fn bytes(&self) -> i32 {
        ELEMENT_BYTES + 7 + path_bytes(self.rings.iter().map(|ring| &ring.points[..]))
    }
}

/// The pixels of a rank with a margin, cut out of the whole.
struct Window {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

/// The windows of all ranks.
fn windows(ranks: &[u16], (width, height): (usize, usize), count: usize, margin: usize) -> Vec<Window> {
    let empty = || Window { left: width, top: height, right: 0, bottom: 0 };
    let mut windows: Vec<Window> = (0..count).map(|_| empty()).collect();
    for (at, &rank) in ranks.iter().enumerate() {
        let (x, y) = (at % width, at / width);
        let window = &mut windows[usize::from(rank)];
        (window.left, window.top) = (window.left.min(x), window.top.min(y));
        (window.right, window.bottom) = (window.right.max(x + 1), window.bottom.max(y + 1));
    }
    for window in &mut windows {
        (window.left, window.top) = (window.left.saturating_sub(margin), window.top.saturating_sub(margin));
        (window.right, window.bottom) = ((window.right + margin).min(width), (window.bottom + margin).min(height));
    }
    windows
}

/// Loops around what a layer covers: its own pixels, the pixels of later layers near them, and holes that only later
/// layers fill.
fn loops(ranks: &[u16], stride: usize, window: &Window, rank: u16) -> Vec<Vec<Point>> {
    let (width, height) = (window.right - window.left, window.bottom - window.top);
    let rows = ranks.chunks(stride).take(window.bottom).skip(window.top);
    let ranks: Vec<u16> = rows.flat_map(|row| &row[window.left..window.right]).copied().collect();
    let mut inside: Vec<bool> = ranks.iter().map(|&r| r == rank).collect();
    for _ in 0..OVERLAP {
        let before = inside.clone();
        for at in 0..before.len() {
            if !before[at] && ranks[at] > rank {
                inside[at] = neighbours(at, (width, height)).any(|at| before[at]);
            }
        }
    }
    fill_later_holes(&mut inside, &ranks, (width, height), rank);
    let mut loops = Bitmap { width, height, inside }.boundaries();
    let shift = Point::new(window.left as i32, window.top as i32);
    loops.iter_mut().flatten().for_each(|p| *p = Point::new(p.x + shift.x, p.y + shift.y));
    loops
}

/// Pixels beside a pixel, above and below.
fn neighbours(at: usize, (width, height): (usize, usize)) -> impl Iterator<Item = usize> {
    let (x, y) = (at % width, at / width);
    let all = [
        (x > 0).then(|| at - 1),
        (x + 1 < width).then_some(at + 1),
        (y > 0).then(|| at - width),
        (y + 1 < height).then_some(at + width),
    ];
    all.into_iter().flatten()
}

fn fill_later_holes(inside: &mut [bool], ranks: &[u16], (width, height): (usize, usize), rank: u16) {
    let mut seen = inside.to_vec();
    let mut component = Vec::new();
    for start in 0..seen.len() {
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        component.clear();
        component.push(start);
        let (mut next, mut open) = (0, false);
        while next < component.len() {
            let at = component[next];
            next += 1;
            let (x, y) = (at % width, at / width);
            open |= x == 0 || y == 0 || x + 1 == width || y + 1 == height || ranks[at] < rank;
            for beside in neighbours(at, (width, height)) {
                if !std::mem::replace(&mut seen[beside], true) {
                    component.push(beside);
                }
            }
        }
        if !open {
            component.iter().for_each(|&at| inside[at] = true);
        }
    }
}

/// Pixels that a layer reaches below later ones, so that no seam shows.
const OVERLAP: usize = 2;

/// The corners of a rectangle.
pub(crate) fn rectangle((left, top): (i32, i32), (right, bottom): (i32, i32)) -> Vec<Point> {
    [(left, top), (right, top), (right, bottom), (left, bottom)].map(|(x, y)| Point::new(x, y)).to_vec()
}

#[cfg(test)]
mod tests {
    use super::super::segment::{Saving, segment};
    use super::*;

    fn area(pixels: f32, level: f32) -> Area {
        Area { pixels, sums: [pixels * level; 3] }
    }

    #[test]
    fn the_nearest_colours_are_united_first() {
        let areas = [area(10.0, 0.0), area(10.0, 100.0), area(10.0, 4.0), area(2.0, 200.0), area(10.0, 103.0)];
        let groups = group(&areas, 3);
        assert_eq!((groups[0] == groups[2], groups[1] == groups[4]), (true, true));
        assert!(groups[3] != groups[0] && groups[3] != groups[1] && groups[0] != groups[1]);
    }

    #[test]
    fn a_hole_is_kept_only_where_an_earlier_layer_shows() {
        // A ring of one colour around a disc of a rarer one, on the commonest.
        let image = RgbImage::from_fn(64, 64, |x, y| {
            let far = (f64::from(x) - 32.0).hypot(f64::from(y) - 32.0);
            image::Rgb(
                [if far < 6.0 {
                    20
                } else if far < 16.0 {
                    240
                } else {
                    120
                }; 3],
            )
        });
        let stop = Stop::never();
        let segments = segment(&image, 3, Saving { shape: 28.0, boundary: 2.0 }, &stop).unwrap();
        let drafts = layers(&image, &segments, 3, 10_000, &stop).unwrap();
        assert_eq!(drafts.iter().map(|draft| draft.rings.len()).collect::<Vec<_>>(), [1, 1, 1]);
        assert_eq!(drafts.iter().map(|draft| draft.color[0].round()).collect::<Vec<_>>(), [120.0, 240.0, 20.0]);
    }

    #[test]
    fn outlines_are_simplified_until_they_fit() {
        let image =
            RgbImage::from_fn(90, 90, |x, y| image::Rgb([if (x * x + y * y * 3) % 700 < 350 { 255 } else { 0 }; 3]));
        let stop = Stop::never();
        let segments = segment(&image, 60, Saving { shape: 28.0, boundary: 2.0 }, &stop).unwrap();
        let bytes = |most| layers(&image, &segments, 2, most, &stop).unwrap().iter().map(Draft::bytes).sum::<i32>();
        assert!(bytes(800) < bytes(100_000));
    }
}
