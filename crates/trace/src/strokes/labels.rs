//! Areas of one colour, and the shares of the two colours that meet in each pixel between them.

use image::RgbImage;
use linocut_core::Stop;

/// The number of no area.
pub(super) const NONE: u32 = u32::MAX;
/// Difference by channel up to which a pixel is of an area's colour.
const ALIKE: i32 = 20;
/// Difference by channel up to which four pixels begin an area.
const EQUAL: i32 = 6;
/// Difference by channel up to which areas have one colour.
const CLASS: f32 = 8.0;
/// Pixels around one in which the colours that it mixes are looked for.
const REACH: usize = 2;
/// Most colours that a pixel is tried to be mixed of.
const MIXED: usize = 5;

/// Share of a pixel from which on a colour shows in it.
const SHOWN: f32 = 0.04;

/// Pixels of about one colour that touch.
#[derive(Debug)]
pub(super) struct Area {
    pub(super) color: [f32; 3],
    pub(super) pixels: Vec<u32>,
    /// Greatest distance of a pixel from the outside.
    pub(super) depth: f32,
    /// Areas of one colour have one class.
    pub(super) class: usize,
}

/// Part of a pixel that an area covers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub(super) label: u32,
    pub(super) share: f32,
}

/// The areas of a picture.
#[derive(Debug)]
pub(super) struct Labels {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) areas: Vec<Area>,
    /// What each pixel is mixed of.
    pub(super) shares: Vec<[Share; 2]>,
}

impl Labels {
    /// `None` when asked to stop.
    pub(super) fn new(image: &RgbImage, stop: &Stop) -> Option<Self> {
        let (width, height) = (image.width() as usize, image.height() as usize);
        let mut labels = vec![NONE; width * height];
        let mut areas = Vec::new();
        for start in 0..labels.len() {
            if start % width == 0 && stop.requested() {
                return None;
            }
            if labels[start] == NONE && begins(image, start, &labels) {
                areas.push(flood(image, start, areas.len() as u32, &mut labels));
            }
        }
        measure(&mut areas, &labels, width);
        classify(&mut areas);
        if stop.requested() {
            return None;
        }
        let shares = (0..labels.len()).map(|at| shares(image, at, &labels, &areas)).collect();
        Some(Self { width, height, areas, shares })
    }

    /// The area that most of a pixel belongs to.
    pub(super) fn label(&self, at: usize) -> u32 {
        let [first, second] = self.shares[at];
        if second.share > first.share { second.label } else { first.label }
    }

    /// Whether a pixel shows some of a class.
    pub(super) fn shows(&self, at: usize, class: usize) -> bool {
        let shown = |share: &Share| {
            share.share > SHOWN && self.areas.get(share.label as usize).is_some_and(|area| area.class == class)
        };
        self.shares[at].iter().any(shown)
    }

    /// How much of each pixel the areas of a class cover.
    pub(super) fn coverage(&self, class: usize) -> Vec<f32> {
        let share = |share: &Share| match self.areas.get(share.label as usize) {
            Some(area) if area.class == class => share.share,
            _ => 0.0,
        };
        self.shares.iter().map(|shares| shares.iter().map(share).sum()).collect()
    }
}

fn differ(a: [u8; 3], b: [u8; 3]) -> i32 {
    a.iter().zip(b).map(|(a, b)| i32::from(a.abs_diff(b))).max().unwrap_or(0)
}

fn pixel(image: &RgbImage, at: usize) -> [u8; 3] {
    let raw = &image.as_raw()[3 * at..3 * at + 3];
    [raw[0], raw[1], raw[2]]
}

/// Whether a pixel and those to the right and below are equal and belong to no area.
fn begins(image: &RgbImage, at: usize, labels: &[u32]) -> bool {
    let (width, height) = (image.width() as usize, image.height() as usize);
    if at % width + 1 >= width || at / width + 1 >= height {
        return false;
    }
    let color = pixel(image, at);
    [at + 1, at + width, at + width + 1].iter().all(|&p| labels[p] == NONE && differ(color, pixel(image, p)) <= EQUAL)
}

fn flood(image: &RgbImage, start: usize, label: u32, labels: &mut [u32]) -> Area {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let color = pixel(image, start);
    let mut pixels = vec![start as u32];
    labels[start] = label;
    let (mut sums, mut count, mut next) = ([0.0_f64; 3], 0.0, 0);
    while next < pixels.len() {
        let at = pixels[next] as usize;
        next += 1;
        let own = pixel(image, at);
        if differ(own, color) <= EQUAL {
            sums.iter_mut().zip(own).for_each(|(sum, v)| *sum += f64::from(v));
            count += 1.0;
        }
        around(at, width, height, 1, |p| {
            if labels[p] == NONE && differ(pixel(image, p), color) <= ALIKE {
                labels[p] = label;
                pixels.push(p as u32);
            }
        });
    }
    Area { color: sums.map(|sum| (sum / f64::max(count, 1.0)) as f32), pixels, depth: 0.0, class: 0 }
}

/// Visits the pixels of a square around one, without it.
pub(super) fn around(at: usize, width: usize, height: usize, reach: usize, mut visit: impl FnMut(usize)) {
    let (x, y) = (at % width, at / width);
    for v in y.saturating_sub(reach)..(y + reach + 1).min(height) {
        for u in x.saturating_sub(reach)..(x + reach + 1).min(width) {
            if (u, v) != (x, y) {
                visit(v * width + u);
            }
        }
    }
}

/// Finds the depths of areas by a distance transform in two passes.
fn measure(areas: &mut [Area], labels: &[u32], width: usize) {
    let height = labels.len() / width;
    let mut depths = vec![f32::MAX; labels.len()];
    let step = |depths: &mut [f32], x: usize, y: usize, way: isize| {
        let at = y * width + x;
        let mut depth = if labels[at] == NONE { 0.0 } else { depths[at] };
        for (dx, dy, far) in [(-1, 0, 1.0), (-1, -1, 1.414), (0, -1, 1.0), (1, -1, 1.414_f32)] {
            let (u, v) = (x as isize + way * dx, y as isize + way * dy);
            if u >= 0 && v >= 0 && (u as usize) < width && (v as usize) < height {
                let other = v as usize * width + u as usize;
                depth = depth.min(if labels[other] == labels[at] { depths[other] } else { 0.0 } + far);
            }
        }
        depths[at] = if labels[at] == NONE { 0.0 } else { depth };
    };
    for y in 0..height {
        (0..width).for_each(|x| step(&mut depths, x, y, 1));
    }
    for y in (0..height).rev() {
        (0..width).rev().for_each(|x| step(&mut depths, x, y, -1));
    }
    for area in areas {
        area.depth = area.pixels.iter().map(|&at| depths[at as usize]).fold(0.0, f32::max);
    }
}

/// Gives areas of one colour one class, that of the largest.
fn classify(areas: &mut [Area]) {
    let mut order: Vec<usize> = (0..areas.len()).collect();
    order.sort_by_key(|&i| (usize::MAX - areas[i].pixels.len(), i));
    let mut colors: Vec<[f32; 3]> = Vec::new();
    for i in order {
        let color = areas[i].color;
        let alike = |other: &[f32; 3]| other.iter().zip(color).all(|(a, b)| (a - b).abs() <= CLASS);
        // Pictures of very many colours are not drawn in strokes; the rest of theirs are all different.
        let found = colors.iter().take(MOST_CLASSES).position(alike);
        areas[i].class = found.unwrap_or_else(|| {
            colors.push(color);
            colors.len() - 1
        });
    }
}

/// Classes that areas are compared with.
const MOST_CLASSES: usize = 256;

/// The mixture of one or two colours around a pixel that comes closest to its own.
fn shares(image: &RgbImage, at: usize, labels: &[u32], areas: &[Area]) -> [Share; 2] {
    let nothing = Share { label: NONE, share: 0.0 };
    if labels[at] != NONE {
        return [Share { label: labels[at], share: 1.0 }, nothing];
    }
    let mut near = [NONE; MIXED];
    let mut count = 0;
    around(at, image.width() as usize, image.height() as usize, REACH, |p| {
        if labels[p] != NONE && count < MIXED && !near[..count].contains(&labels[p]) {
            near[count] = labels[p];
            count += 1;
        }
    });
    let color = pixel(image, at).map(f32::from);
    let mut best = (f32::MAX, [nothing; 2]);
    for (i, &a) in near[..count].iter().enumerate() {
        for &b in &near[i..count] {
            let (from, to) = (areas[a as usize].color, areas[b as usize].color);
            let (mut product, mut square) = (0.0, 0.0);
            for c in 0..3 {
                product += (color[c] - from[c]) * (to[c] - from[c]);
                square += (to[c] - from[c]).powi(2);
            }
            let share = if square > 0.0 { (product / square).clamp(0.0, 1.0) } else { 0.0 };
            let miss: f32 = (0..3).map(|c| (color[c] - from[c] - share * (to[c] - from[c])).powi(2)).sum();
            if miss + 1e-3 < best.0 {
                best = (miss, [Share { label: a, share: 1.0 - share }, Share { label: b, share }]);
            }
        }
    }
    best.1
}
