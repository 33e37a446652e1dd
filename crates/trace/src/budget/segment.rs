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

/// Cuts a picture into at most `count` areas, beginning with blocks of `block` x `block` pixels.
pub(crate) fn segment(image: &RgbImage, block: usize, count: usize, saving: Saving, stop: &Stop) -> Option<Segments> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let (columns, rows) = (width.div_ceil(block), height.div_ceil(block));
    let mut graph = Graph::new(image, block, columns, rows, saving);
    let mut left = columns * rows;
    while left > count {
        let Some(merge) = graph.heap.pop() else { break };
        if graph.unite(&merge) {
            left -= 1;
        }
        if left.is_multiple_of(1024) && stop.requested() {
            return None;
        }
    }
    Some(graph.finish(|pixel| (pixel / width / block) * columns + pixel % width / block, width * height))
}

impl Graph {
    fn new(image: &RgbImage, block: usize, columns: usize, rows: usize, saving: Saving) -> Self {
        let count = columns * rows;
        let mut areas = vec![Area::default(); count];
        for (x, y, pixel) in image.enumerate_pixels() {
            let sums = pixel.0.map(f32::from);
            areas[y as usize / block * columns + x as usize / block].add(&Area { pixels: 1.0, sums });
        }
        let edges = (0..count).map(|i| {
            let (x, y) = (i % columns, i / columns);
            let mut edges = Vec::with_capacity(4);
            if y > 0 {
                edges.push((i - columns, block));
            }
            if x > 0 {
                edges.push((i - 1, block));
            }
            if x + 1 < columns {
                edges.push((i + 1, block));
            }
            if y + 1 < rows {
                edges.push((i + columns, block));
            }
            edges.into_iter().map(|(i, length)| (i as u32, length as f32)).collect()
        });
        let edges = edges.collect();
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

    /// Unites two areas; a merge that has grown dearer since is put back instead.
    fn unite(&mut self, merge: &Merge) -> bool {
        let (a, b) = merge.nodes;
        let (i, j) = (a as usize, b as usize);
        if self.parents[i] != a || self.parents[j] != b {
            return false;
        }
        if merge.ages != (self.ages[i], self.ages[j]) {
            let Ok(at) = self.edges[i].binary_search_by_key(&b, |edge| edge.0) else { return false };
            let fresh = self.merge(a, b, self.edges[i][at].1);
            if fresh.cost > merge.cost {
                self.heap.push(fresh);
                return false;
            }
        }
        let (keep, gone) = if self.edges[i].len() >= self.edges[j].len() { (a, b) } else { (b, a) };
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
            add_edge(&mut self.edges[keep as usize], other, length);
            let theirs = &mut self.edges[other as usize];
            if let Ok(at) = theirs.binary_search_by_key(&gone, |edge| edge.0) {
                theirs.remove(at);
            }
            add_edge(theirs, keep, length);
        }
        let mine = &mut self.edges[keep as usize];
        if let Ok(at) = mine.binary_search_by_key(&gone, |edge| edge.0) {
            mine.remove(at);
        }
        // Beyond this, only the edges that are new are priced again; the others are when they come up.
        let all = self.edges[keep as usize].len() <= 64;
        let fresh: Vec<(u32, f32)> = if all {
            self.edges[keep as usize].clone()
        } else {
            let mine = &self.edges[keep as usize];
            moved.iter().filter_map(|edge| mine.binary_search_by_key(&edge.0, |e| e.0).ok().map(|at| mine[at])).collect()
        };
        for (other, length) in fresh {
            let merge = self.merge(keep.min(other), keep.max(other), length);
            self.heap.push(merge);
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

    fn finish(mut self, node: impl Fn(usize) -> usize, pixels: usize) -> Segments {
        let mut numbers = vec![u16::MAX; self.areas.len()];
        let mut areas = Vec::new();
        let mut labels = Vec::with_capacity(pixels);
        for pixel in 0..pixels {
            let root = self.root(node(pixel) as u32) as usize;
            if numbers[root] == u16::MAX {
                numbers[root] = areas.len() as u16;
                areas.push(self.areas[root]);
            }
            labels.push(numbers[root]);
        }
        Segments { labels, areas }
    }
}

fn add_edge(edges: &mut Vec<(u32, f32)>, other: u32, length: f32) {
    match edges.binary_search_by_key(&other, |edge| edge.0) {
        Ok(at) => edges[at].1 += length,
        Err(at) => edges.insert(at, (other, length)),
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
