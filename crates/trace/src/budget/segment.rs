//! Region merging: segments a picture by merging the two areas that cost least error for the outline they save.
//!
//! # Source
//!
//! Mumford and Shah's functional with a price in bytes, minimised greedily as by Beaulieu and Goldberg; see He, Kang
//! and Morel, "Multi-purpose region merging" (arXiv 2409.15940).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use image::RgbImage;
use linocut_core::Stop;

use super::field::Slant;
use super::graph::{Area, Graph, Saving};
use super::pairs::pair_up;

/// Areas of a picture.
#[derive(Clone, Debug)]
pub(crate) struct Segments {
    /// Number of the area of each pixel.
    pub(crate) labels: Vec<u16>,
    /// Size and colour of each area.
    pub(crate) areas: Vec<Area>,
    /// The area that is not drawn.
    pub(crate) ground: Option<u16>,
    /// The areas that are shown by a ramp.
    pub(crate) ramps: Vec<(u16, Slant)>,
    /// Error that the last merge cost per byte that it saved.
    pub(crate) price: f64,
}

struct Merge {
    cost: f32,
    nodes: (u32, u32),
    ages: (u32, u32),
}

impl PartialEq for Merge {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Merge {}
impl PartialOrd for Merge {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Merge {
    fn cmp(&self, other: &Self) -> Ordering {
        other.cost.total_cmp(&self.cost).then(other.nodes.cmp(&self.nodes))
    }
}

/// Areas being merged, the cheapest pair first.
struct Merging {
    graph: Graph,
    ages: Vec<u32>,
    heap: BinaryHeap<Merge>,
}

/// Minimum number of areas left in each strip of a picture before they are merged one by one.
const FEWEST: usize = 64;

/// Merges that are tried between two polls of the stop.
const MERGES: usize = 256;

/// Cuts a picture into at most `count` areas; `None` when asked to stop.
pub(crate) fn segment(image: &RgbImage, count: usize, saving: Saving, threads: usize, stop: &Stop) -> Option<Segments> {
    let mut cells = pair_up(image, count.max(FEWEST), saving, threads, stop)?;
    let graph = Graph::new(image, 0, &cells, saving);
    let mut left = graph.areas.len();
    let mut price = 0.0_f64;
    let mut merging = Merging::new(graph);
    for tried in 0.. {
        if left <= count {
            break;
        }
        if tried % MERGES == 0 && stop.requested() {
            return None;
        }
        let Some(merge) = merging.heap.pop() else { break };
        if merging.unite(&merge) {
            price = price.max(f64::from(merge.cost));
            left -= 1;
        }
    }
    let count = merging.graph.relabel(&mut cells);
    let labels = cells.into_iter().map(|cell| cell as u16).collect();
    let mut segments = Segments { labels, areas: vec![Area::default(); count], ground: None, ramps: Vec::new(), price };
    segments.recount(image);
    Some(segments)
}

impl Merging {
    fn new(graph: Graph) -> Self {
        let count = graph.areas.len();
        let mut merging = Self { graph, ages: vec![0; count], heap: BinaryHeap::new() };
        let mut merges = Vec::with_capacity(3 * count);
        for a in 0..count as u32 {
            for &(b, length) in merging.graph.edges[a as usize].iter().filter(|edge| edge.0 > a) {
                merges.push(merging.merge(a, b, length));
            }
        }
        merging.heap = BinaryHeap::from(merges);
        merging
    }

    fn merge(&self, a: u32, b: u32, length: f32) -> Merge {
        let ages = (self.ages[a as usize], self.ages[b as usize]);
        Merge { cost: self.graph.cost(a, b, length), nodes: (a, b), ages }
    }

    /// Merges two areas. A merge that has become more expensive since it was priced is put back instead, and so is one
    /// of areas that have been merged with others.
    fn unite(&mut self, merge: &Merge) -> bool {
        let (a, b) = (self.graph.root(merge.nodes.0), self.graph.root(merge.nodes.1));
        let (a, b) = (a.min(b), a.max(b));
        let Some(length) = self.graph.shared(a, b) else { return false };
        if merge.ages != (self.ages[a as usize], self.ages[b as usize]) || merge.nodes != (a, b) {
            let fresh = self.merge(a, b, length);
            if fresh.cost > merge.cost {
                self.heap.push(fresh);
                return false;
            }
        }
        let mut grown = Vec::new();
        let keep = self.graph.unite(a, b, |keep, other, length| grown.push((keep.min(other), keep.max(other), length)));
        self.ages[keep as usize] += 1;
        // What shares more boundary than before may have become cheaper; all else is priced when it comes up.
        let fresh: Vec<Merge> = grown.into_iter().map(|(a, b, length)| self.merge(a, b, length)).collect();
        self.heap.extend(fresh);
        true
    }
}

impl Segments {
    /// Gives pixels at the border of two areas to the one nearer in colour.
    pub(crate) fn sharpen(&mut self, image: &RgbImage, rounds: usize, stop: &Stop) {
        let (width, height) = (image.width() as usize, image.height() as usize);
        let means: Vec<[f32; 3]> = self.areas.iter().map(|area| area.mean).collect();
        let pixels = image.as_raw();
        for _ in 0..rounds {
            let before = self.labels.clone();
            if stop.requested() {
                break;
            }
            for y in 0..height {
                for x in 0..width {
                    let at = y * width + x;
                    let neighbours = [
                        (x > 0).then(|| at - 1),
                        (x + 1 < width).then_some(at + 1),
                        (y > 0).then(|| at - width),
                        (y + 1 < height).then_some(at + width),
                    ];
                    let distance = |label: u16| -> f32 {
                        let mean = means[usize::from(label)];
                        (0..3).map(|i| (f32::from(pixels[3 * at + i]) - mean[i]).powi(2)).sum()
                    };
                    let mut best: Option<(f32, u16)> = None;
                    for other in neighbours.into_iter().flatten().map(|at| before[at]) {
                        if other != before[at] {
                            let far = distance(other);
                            if best.is_none_or(|(least, _)| far < least) {
                                best = Some((far, other));
                            }
                        }
                    }
                    if let Some((far, other)) = best
                        && far < distance(before[at])
                    {
                        self.labels[at] = other;
                    }
                }
            }
        }
        self.recount(image);
    }

    /// Makes one area, which is not drawn, of all that are rather transparent. `straight` are the colours without their opacity.
    pub(crate) fn clear(&mut self, straight: &RgbImage, opacity: &[u8]) {
        let mut sums = vec![[0_u64; 2]; self.areas.len()];
        for (label, opacity) in self.labels.iter().zip(opacity) {
            let [sum, count] = &mut sums[usize::from(*label)];
            (*sum, *count) = (*sum + u64::from(*opacity), *count + 1);
        }
        let is_clear = |label: u16| sums[usize::from(label)][0] * 2 < sums[usize::from(label)][1] * 255;
        let Some(ground) = self.labels.iter().copied().find(|label| is_clear(*label)) else { return };
        self.labels.iter_mut().filter(|label| is_clear(**label)).for_each(|label| *label = ground);
        self.ground = Some(ground);
        self.recount(straight);
    }

    pub(crate) fn recount(&mut self, image: &RgbImage) {
        self.areas.fill(Area::default());
        for (label, pixel) in self.labels.iter().zip(image.pixels()) {
            self.areas[usize::from(*label)].add(&Area { pixels: 1.0, mean: pixel.0.map(f32::from) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAVING: Saving = Saving { shape: 28.0, boundary: 2.0 };

    /// A disc with a thin line through its ground.
    fn picture() -> RgbImage {
        RgbImage::from_fn(64, 48, |x, y| {
            let disc = (f64::from(x) - 20.0).hypot(f64::from(y) - 24.0) < 12.0;
            image::Rgb(if disc {
                [220, 40, 30]
            } else if x == 50 {
                [0, 0, 0]
            } else {
                [200, 210, 230]
            })
        })
    }

    #[test]
    fn flat_areas_are_found_to_the_pixel() {
        let image = picture();
        let segments = segment(&image, 4, SAVING, 2, &Stop::never()).unwrap();
        for (label, pixel) in segments.labels.iter().zip(image.pixels()) {
            let mean = segments.areas[usize::from(*label)].mean;
            assert!(mean.iter().zip(pixel.0).all(|(m, p)| (m - f32::from(p)).abs() < 0.5), "{mean:?} {pixel:?}");
        }
        assert_eq!(segments.areas.len(), 4);
    }

    #[test]
    fn areas_hold_every_pixel_once() {
        let mut segments = segment(&picture(), 2, SAVING, 2, &Stop::never()).unwrap();
        segments.sharpen(&picture(), 2, &Stop::never());
        assert_eq!(segments.areas.iter().map(|area| area.pixels).sum::<f32>(), 64.0 * 48.0);
    }
}
