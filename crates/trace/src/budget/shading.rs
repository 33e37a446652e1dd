//! The shading of the start: unites areas that one ramp of colour shows better than several colours do.
//!
//! # Source
//!
//! Greedy merging as in [`segment`](super::segment), with a ramp for the model of an area in place of its mean colour.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use image::RgbImage;
use linocut_core::Stop;

use super::field::{Field, Slant};
use super::graph::Saving;
use super::segment::Segments;

/// Share of the variance of an area that a ramp must explain: less is texture, which needs other shapes anyway.
pub(crate) const CLEAR: f64 = 0.85;
/// Maximum number of areas with ramps.
const MOST: usize = 24;
/// Price of a byte as a multiple of what the last merge of flat areas paid.
const DEARER: f64 = 1.5;
/// Unions between two polls of the stop.
const UNIONS: usize = 64;

/// Areas with the boundaries between them.
struct Shading {
    areas: Vec<Shaded>,
    /// Neighbours with the length of the shared boundary; empty for areas that have been united with others.
    edges: Vec<BTreeMap<u16, f32>>,
    parents: Vec<u16>,
    saving: Saving,
    /// Squared error that a byte must save.
    price: f64,
}

/// An area and the ramp that shows it best, if that is worth its bytes.
#[derive(Clone, Copy, Default)]
struct Shaded {
    field: Field,
    ramp: Option<Slant>,
    /// Squared error and price of the ramp.
    cost: f64,
    /// Number of areas united with it.
    age: u32,
}

struct Union {
    gain: f64,
    nodes: (u16, u16),
    ages: (u32, u32),
}

impl PartialEq for Union {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Union {}
impl PartialOrd for Union {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Union {
    fn cmp(&self, other: &Self) -> Ordering {
        self.gain.total_cmp(&other.gain).then(other.nodes.cmp(&self.nodes))
    }
}

impl Segments {
    /// Unites neighbours that a ramp shows well, and gives ramps to the areas where they are worth most. Leaves everything as it is
    /// when asked to stop.
    pub(crate) fn shade(&mut self, image: &RgbImage, saving: Saving, stop: &Stop) {
        let Some(mut shading) = Shading::of(image, self, saving, stop) else { return };
        if shading.unite_all(stop).is_none() {
            return;
        }
        let count = self.areas.len() as u16;
        let roots: Vec<u16> = (0..count).map(|area| shading.root(area)).collect();
        self.labels.iter_mut().for_each(|label| *label = roots[usize::from(*label)]);
        self.recount(image);
        let areas = (0..count).zip(&shading.areas).filter(|(area, _)| roots[usize::from(*area)] == *area);
        let mut ramps: Vec<(u16, Slant)> = areas.filter_map(|(area, shaded)| Some((area, shaded.ramp?))).collect();
        ramps.sort_by(|a, b| shading.worth(&b.1).total_cmp(&shading.worth(&a.1)).then(a.0.cmp(&b.0)));
        ramps.truncate(MOST);
        self.ramps = ramps;
    }
}

impl Shading {
    /// `None` when asked to stop.
    fn of(image: &RgbImage, segments: &Segments, saving: Saving, stop: &Stop) -> Option<Self> {
        let (width, count) = (image.width() as usize, segments.areas.len());
        let mut fields = vec![Field::default(); count];
        let mut edges = vec![BTreeMap::new(); count];
        let labels = &segments.labels;
        for (at, (&label, pixel)) in labels.iter().zip(image.pixels()).enumerate() {
            if at % width == 0 && stop.requested() {
                return None;
            }
            let (x, y) = ((at % width) as f64 + 0.5, (at / width) as f64 + 0.5);
            fields[usize::from(label)].add(1.0, (x, y), pixel.0.map(f64::from));
            let right = if at % width + 1 < width { labels[at + 1] } else { label };
            let below = labels.get(at + width).copied().unwrap_or(label);
            for other in [right, below].into_iter().filter(|&other| other != label) {
                *edges[usize::from(label)].entry(other).or_insert(0.0) += 1.0;
                *edges[usize::from(other)].entry(label).or_insert(0.0) += 1.0;
            }
        }
        let parents = (0..count as u16).collect();
        let mut shading = Self { areas: Vec::new(), edges, parents, saving, price: DEARER * segments.price };
        shading.areas = fields.into_iter().map(|field| shading.shaded(field)).collect();
        Some(shading)
    }

    fn worth(&self, ramp: &Slant) -> f64 {
        ramp.gain - self.price * f64::from(ramp.bytes)
    }

    fn shaded(&self, field: Field) -> Shaded {
        let spread = field.spread();
        let best = field.ramps().max_by(|a, b| self.worth(a).total_cmp(&self.worth(b)));
        let ramp = best.filter(|best| self.worth(best) > 0.0 && best.gain >= CLEAR * spread);
        Shaded { field, ramp, cost: spread - ramp.map_or(0.0, |ramp| self.worth(&ramp)), age: 0 }
    }

    /// Unites areas as long as that pays; `None` when asked to stop.
    fn unite_all(&mut self, stop: &Stop) -> Option<()> {
        let mut heap = BinaryHeap::new();
        for a in 0..self.areas.len() as u16 {
            if stop.requested() {
                return None;
            }
            let later = self.edges[usize::from(a)].range(a..);
            heap.extend(later.filter_map(|(&b, &length)| self.union(a, b, length)));
        }
        let mut unions = 0;
        while let Some(Union { nodes: (a, b), ages, .. }) = heap.pop() {
            let age = |area: u16| self.areas[usize::from(area)].age;
            if (age(a), age(b)) != ages {
                continue;
            }
            unions += 1;
            if unions % UNIONS == 0 && stop.requested() {
                return None;
            }
            self.unite(a, b);
            heap.extend(self.edges[usize::from(a)].iter().filter_map(|(&c, &length)| self.union(a, c, length)));
        }
        Some(())
    }

    /// The union of two neighbours, if a ramp shows it and that pays.
    fn union(&self, a: u16, b: u16, length: f32) -> Option<Union> {
        let (first, second) = (&self.areas[usize::from(a)], &self.areas[usize::from(b)]);
        let united = self.shaded(first.field.joined(&second.field));
        let saved = f64::from(self.saving.shape + self.saving.boundary * length);
        let gain = first.cost + second.cost - united.cost + self.price * saved;
        let ages = (first.age, second.age);
        (united.ramp.is_some() && gain > 0.0).then_some(Union { gain, nodes: (a, b), ages })
    }

    /// Unites the second area with the first.
    fn unite(&mut self, a: u16, b: u16) {
        let (first, second) = (self.areas[usize::from(a)], &mut self.areas[usize::from(b)]);
        second.age = u32::MAX;
        let united = first.field.joined(&second.field);
        self.areas[usize::from(a)] = Shaded { age: first.age + 1, ..self.shaded(united) };
        self.parents[usize::from(b)] = a;
        for (c, length) in std::mem::take(&mut self.edges[usize::from(b)]) {
            self.edges[usize::from(c)].remove(&b);
            if c != a {
                *self.edges[usize::from(a)].entry(c).or_insert(0.0) += length;
                *self.edges[usize::from(c)].entry(a).or_insert(0.0) += length;
            }
        }
    }

    fn root(&self, mut area: u16) -> u16 {
        while self.parents[usize::from(area)] != area {
            area = self.parents[usize::from(area)];
        }
        area
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::super::segment::segment;
    use super::*;

    const SAVING: Saving = Saving { shape: 28.0, boundary: 2.0 };

    fn shaded(image: &RgbImage, areas: usize) -> Segments {
        let mut segments = segment(image, areas, SAVING, 1, &Stop::never()).unwrap();
        segments.shade(image, SAVING, &Stop::never());
        segments
    }

    /// A disc of one colour in front of a sky that grows lighter, or lighter towards a point.
    fn picture(radial: bool) -> RgbImage {
        RgbImage::from_fn(96, 80, |x, y| {
            let (x, y) = (f64::from(x), f64::from(y));
            let level = if radial { 200.0 - ((x - 30.0).powi(2) + (y - 20.0).powi(2)) / 60.0 } else { 80.0 + 1.5 * y };
            Rgb(if (x - 60.0).hypot(y - 50.0) < 15.0 { [200, 30, 20] } else { [level as u8, level as u8 / 2, 90] })
        })
    }

    #[test]
    fn bands_of_a_sky_become_one_area_with_a_ramp() {
        for radial in [false, true] {
            let segments = shaded(&picture(radial), 20);
            let [(sky, _)] = segments.ramps[..] else { panic!("{:?}", segments.ramps) };
            let mut labels: Vec<u16> = segments.labels.clone();
            labels.sort_unstable();
            labels.dedup();
            assert!(labels.len() <= 4, "{radial} {labels:?}");
            assert!(segments.areas[usize::from(sky)].pixels > 0.85 * (96.0 * 80.0 - 707.0));
            assert_eq!(segments.areas.iter().map(|area| area.pixels).sum::<f32>(), 96.0 * 80.0);
        }
    }

    #[test]
    fn flat_areas_stay_apart() {
        let stripes = RgbImage::from_fn(90, 60, |x, y| Rgb([[30, 220, 90][x as usize / 30], 50 * (y as u8 / 30), 120]));
        let before = segment(&stripes, 6, SAVING, 1, &Stop::never()).unwrap();
        let after = shaded(&stripes, 6);
        assert_eq!((after.labels, after.ramps.len()), (before.labels, 0));
    }

    #[test]
    fn nothing_changes_when_asked_to_stop() {
        let (stop, image) = (Stop::never(), picture(false));
        let before = segment(&image, 20, SAVING, 1, &stop).unwrap();
        let mut after = before.clone();
        stop.cancel();
        after.shade(&image, SAVING, &stop);
        assert_eq!((after.labels, after.ramps.len()), (before.labels, 0));
    }
}
