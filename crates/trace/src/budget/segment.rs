//! Region merging: a picture cut into areas, two at a time united where it costs least error for the outline it saves.
//!
//! # Source
//!
//! Mumford and Shah's functional with a price in bytes, minimised greedily as by Beaulieu and Goldberg; see He, Kang and
//! Morel, "Multi-purpose region merging" (arXiv 2409.15940).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use image::RgbImage;
use linocut_core::Stop;

use super::cells::cells;

/// Areas of a picture.
#[derive(Clone, Debug)]
pub(crate) struct Segments {
    /// Number of the area of each pixel.
    pub(crate) labels: Vec<u16>,
    /// Size and colour of each area.
    pub(crate) areas: Vec<Area>,
}

/// Number of pixels and sum of their colours.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Area {
    pub(crate) pixels: f32,
    pub(crate) sums: [f32; 3],
}

impl Area {
    pub(crate) fn mean(&self) -> [f32; 3] {
        self.sums.map(|sum| sum / self.pixels.max(1e-6))
    }

    /// Rise of the squared error when two areas share a colour.
    pub(crate) fn rise(&self, other: &Self) -> f32 {
        let (a, b) = (self.mean(), other.mean());
        let distance: f32 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
        self.pixels * other.pixels / (self.pixels + other.pixels) * distance
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.pixels += other.pixels;
        self.sums.iter_mut().zip(other.sums).for_each(|(a, b)| *a += b);
    }
}

/// What a merge saves: bytes of a shape, and of a pixel's length of shared boundary.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Saving {
    pub(crate) shape: f32,
    pub(crate) boundary: f32,
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

/// The graph of areas that touch.
struct Graph {
    areas: Vec<Area>,
    /// Neighbours with the length of the boundary, by number; empty for areas that have been united with others.
    edges: Vec<Vec<(u32, f32)>>,
    parents: Vec<u32>,
    ages: Vec<u32>,
    heap: BinaryHeap<Merge>,
    saving: Saving,
}

/// Cuts a picture into at most `count` areas; `None` when asked to stop.
pub(crate) fn segment(image: &RgbImage, count: usize, saving: Saving, stop: &Stop) -> Option<Segments> {
    let cells = cells(image);
    let mut graph = Graph::new(image, &cells, saving);
    let mut left = graph.areas.len();
    while left > count {
        let Some(merge) = graph.heap.pop() else { break };
        if graph.unite(&merge) {
            left -= 1;
        }
        if left.is_multiple_of(1024) && stop.requested() {
            return None;
        }
    }
    Some(graph.finish(&cells))
}

impl Graph {
    fn new(image: &RgbImage, cells: &[u32], saving: Saving) -> Self {
        let (width, height) = (image.width() as usize, image.height() as usize);
        let count = cells.iter().max().map_or(0, |last| *last as usize + 1);
        let mut areas = vec![Area::default(); count];
        for (&cell, pixel) in cells.iter().zip(image.pixels()) {
            areas[cell as usize].add(&Area { pixels: 1.0, sums: pixel.0.map(f32::from) });
        }
        let mut edges: Vec<Vec<(u32, f32)>> = vec![Vec::new(); count];
        for at in 0..cells.len() {
            let right = (at % width + 1 < width).then_some(at + 1);
            let below = (at / width + 1 < height).then_some(at + width);
            for other in [right, below].into_iter().flatten().filter(|&other| cells[other] != cells[at]) {
                add_edge(&mut edges[cells[at] as usize], cells[other], 1.0);
                add_edge(&mut edges[cells[other] as usize], cells[at], 1.0);
            }
        }
        let parents = (0..count as u32).collect();
        let mut graph = Self { areas, edges, parents, ages: vec![0; count], heap: BinaryHeap::new(), saving };
        let mut merges = Vec::with_capacity(2 * count);
        for a in 0..count as u32 {
            for &(b, length) in graph.edges[a as usize].iter().filter(|edge| edge.0 > a) {
                merges.push(graph.merge(a, b, length));
            }
        }
        graph.heap = BinaryHeap::from(merges);
        graph
    }

    fn merge(&self, a: u32, b: u32, length: f32) -> Merge {
        let rise = self.areas[a as usize].rise(&self.areas[b as usize]);
        let cost = rise / (self.saving.shape + self.saving.boundary * length);
        Merge { cost, nodes: (a, b), ages: (self.ages[a as usize], self.ages[b as usize]) }
    }

    /// Unites two areas. A merge that has grown dearer since it was priced is put back instead, and so is one of areas that
    /// have been united with others.
    fn unite(&mut self, merge: &Merge) -> bool {
        let (a, b) = (self.root(merge.nodes.0), self.root(merge.nodes.1));
        let (a, b) = (a.min(b), a.max(b));
        let Ok(at) = self.edges[a as usize].binary_search_by_key(&b, |edge| edge.0) else { return false };
        if merge.ages != (self.ages[a as usize], self.ages[b as usize]) || merge.nodes != (a, b) {
            let fresh = self.merge(a, b, self.edges[a as usize][at].1);
            if fresh.cost > merge.cost {
                self.heap.push(fresh);
                return false;
            }
        }
        let (keep, gone) = if self.edges[a as usize].len() >= self.edges[b as usize].len() { (a, b) } else { (b, a) };
        self.absorb(keep, gone);
        true
    }

    fn absorb(&mut self, keep: u32, gone: u32) {
        let area = self.areas[gone as usize];
        self.areas[keep as usize].add(&area);
        self.parents[gone as usize] = keep;
        self.ages[keep as usize] += 1;
        let moved = std::mem::take(&mut self.edges[gone as usize]);
        for &(other, length) in moved.iter().filter(|edge| edge.0 != keep) {
            let shared = add_edge(&mut self.edges[keep as usize], other, length);
            let theirs = &mut self.edges[other as usize];
            if let Ok(at) = theirs.binary_search_by_key(&gone, |edge| edge.0) {
                theirs.remove(at);
            }
            add_edge(theirs, keep, length);
            if shared > length {
                // What shares more boundary than before may have become cheaper; all else is priced when it comes up.
                let merge = self.merge(keep.min(other), keep.max(other), shared);
                self.heap.push(merge);
            }
        }
        let mine = &mut self.edges[keep as usize];
        if let Ok(at) = mine.binary_search_by_key(&gone, |edge| edge.0) {
            mine.remove(at);
        }
    }

    fn root(&mut self, mut node: u32) -> u32 {
        while self.parents[node as usize] != node {
            let above = self.parents[self.parents[node as usize] as usize];
            self.parents[node as usize] = above;
            node = above;
        }
        node
    }

    fn finish(mut self, cells: &[u32]) -> Segments {
        let mut numbers = vec![u16::MAX; self.areas.len()];
        let mut areas = Vec::new();
        let mut labels = Vec::with_capacity(cells.len());
        for &cell in cells {
            let root = self.root(cell) as usize;
            if numbers[root] == u16::MAX {
                numbers[root] = areas.len() as u16;
                areas.push(self.areas[root]);
            }
            labels.push(numbers[root]);
        }
        Segments { labels, areas }
    }
}

/// Adds to the boundary with a neighbour, and yields all of it.
fn add_edge(edges: &mut Vec<(u32, f32)>, other: u32, length: f32) -> f32 {
    match edges.binary_search_by_key(&other, |edge| edge.0) {
        Ok(at) => {
            edges[at].1 += length;
            edges[at].1
        }
        Err(at) => {
            edges.insert(at, (other, length));
            length
        }
    }
}

impl Segments {
    /// Gives pixels at the border of two areas to the one nearer in colour.
    pub(crate) fn sharpen(&mut self, image: &RgbImage, rounds: usize) {
        let (width, height) = (image.width() as usize, image.height() as usize);
        let means: Vec<[f32; 3]> = self.areas.iter().map(Area::mean).collect();
        let pixels = image.as_raw();
        for _ in 0..rounds {
            let before = self.labels.clone();
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

    fn recount(&mut self, image: &RgbImage) {
        self.areas.fill(Area::default());
        for (label, pixel) in self.labels.iter().zip(image.pixels()) {
            self.areas[usize::from(*label)].add(&Area { pixels: 1.0, sums: pixel.0.map(f32::from) });
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
        let segments = segment(&image, 4, SAVING, &Stop::never()).unwrap();
        for (label, pixel) in segments.labels.iter().zip(image.pixels()) {
            let mean = segments.areas[usize::from(*label)].mean();
            assert!(mean.iter().zip(pixel.0).all(|(m, p)| (m - f32::from(p)).abs() < 0.5), "{mean:?} {pixel:?}");
        }
        assert_eq!(segments.areas.len(), 4);
    }

    #[test]
    fn areas_hold_every_pixel_once() {
        let mut segments = segment(&picture(), 2, SAVING, &Stop::never()).unwrap();
        segments.sharpen(&picture(), 2);
        assert_eq!(segments.areas.iter().map(|area| area.pixels).sum::<f32>(), 64.0 * 48.0);
    }

    #[test]
    fn a_stopped_merge_yields_nothing() {
        let noise = RgbImage::from_fn(99, 99, |x, y| image::Rgb([((x * 7919 + y * 104_729) % 256) as u8; 3]));
        assert!(segment(&noise, 1, SAVING, &Stop::after(std::time::Duration::ZERO)).is_none());
    }
}
