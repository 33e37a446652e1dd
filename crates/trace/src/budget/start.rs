//! Layers to begin the search with: areas of a picture, grouped by colour, one layer a group.

use image::RgbImage;
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

/// Turns groups of areas into layers, large ones first. Each reaches `overlap` pixels below its later neighbours, and
/// fills the holes that are painted over later.
pub(crate) fn layers(image: &RgbImage, segments: &Segments, colors: usize, overlap: usize, bytes: i32) -> Vec<Draft> {
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
    let outline = |(rank, group): (u16, &u16)| {
        let bitmap = covered(&ranked, (width, height), rank, overlap);
        (sums[usize::from(*group)].mean(), bitmap.boundaries())
    };
    let outlines: Vec<_> = (0_u16..).zip(&order).map(outline).collect();
    let mut drafts = Vec::new();
    for tolerance in TOLERANCES {
        drafts = outlines.iter().map(|(color, rings)| Draft::new(*color, rings, tolerance)).collect();
        if drafts.iter().map(Draft::bytes).sum::<i32>() <= bytes {
            break;
        }
    }
    drafts.retain(|draft| !draft.rings.is_empty());
    drafts
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

/// What a layer covers: its own pixels, the pixels of later layers near them, and holes that only later layers fill.
fn covered(ranks: &[u16], (width, height): (usize, usize), rank: u16, overlap: usize) -> Bitmap {
    let mut inside: Vec<bool> = ranks.iter().map(|&r| r == rank).collect();
    for _ in 0..overlap {
        let before = inside.clone();
        for at in 0..before.len() {
            if before[at] || ranks[at] < rank {
                continue;
            }
            let (x, y) = (at % width, at / width);
            inside[at] = (x > 0 && before[at - 1])
                || (x + 1 < width && before[at + 1])
                || (y > 0 && before[at - width])
                || (y + 1 < height && before[at + width]);
        }
    }
    fill_later_holes(&mut inside, ranks, (width, height), rank);
    Bitmap { width, height, inside }
}

fn fill_later_holes(inside: &mut [bool], ranks: &[u16], (width, height): (usize, usize), rank: u16) {
    let mut seen = inside.to_vec();
    let mut component = Vec::new();
    for start in 0..seen.len() {
        if seen[start] {
            continue;
        }
        component.clear();
        component.push(start);
        seen[start] = true;
        let (mut next, mut open) = (0, false);
        while next < component.len() {
            let at = component[next];
            next += 1;
            let (x, y) = (at % width, at / width);
            open |= x == 0 || y == 0 || x + 1 == width || y + 1 == height || ranks[at] < rank;
            let mut visit = |at: usize| {
                if !seen[at] {
                    seen[at] = true;
                    component.push(at);
                }
            };
            if x > 0 {
                visit(at - 1);
            }
            if x + 1 < width {
                visit(at + 1);
            }
            if y > 0 {
                visit(at - width);
            }
            if y + 1 < height {
                visit(at + width);
            }
        }
        if !open {
            component.iter().for_each(|&at| inside[at] = true);
        }
    }
}

/// The corners of a rectangle.
pub(crate) fn rectangle((left, top): (i32, i32), (right, bottom): (i32, i32)) -> Vec<Point> {
    [(left, top), (right, top), (right, bottom), (left, bottom)].map(|(x, y)| Point::new(x, y)).to_vec()
}
