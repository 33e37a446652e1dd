//! The adjacency graph of areas, and the cost of merging two of them.

use image::RgbImage;

/// Number of pixels and mean colour.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Area {
    pub(crate) pixels: f32,
    pub(crate) mean: [f32; 3],
}

impl Area {
    /// Increase of the squared error when two areas share a colour.
    pub(crate) fn rise(&self, other: &Self) -> f32 {
        let distance: f32 = self.mean.iter().zip(other.mean).map(|(a, b)| (a - b) * (a - b)).sum();
        self.pixels * other.pixels / (self.pixels + other.pixels) * distance
    }

    pub(crate) fn add(&mut self, other: &Self) {
        let pixels = self.pixels + other.pixels;
        let share = if pixels > 0.0 { other.pixels / pixels } else { 0.0 };
        self.mean.iter_mut().zip(other.mean).for_each(|(a, b)| *a += (b - *a) * share);
        self.pixels = pixels;
    }
}

/// Bytes that a merge saves: per shape, and per pixel length of shared boundary.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Saving {
    pub(crate) shape: f32,
    pub(crate) boundary: f32,
}

/// Areas and their adjacency.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) areas: Vec<Area>,
    /// Neighbours with the length of the shared boundary, by number; empty for areas that have been merged into others.
    pub(crate) edges: Vec<Vec<(u32, f32)>>,
    parents: Vec<u32>,
    saving: Saving,
}

impl Graph {
    /// The areas of rows `top..` of a picture, given the number of the area of each pixel of those rows.
    pub(crate) fn new(image: &RgbImage, top: usize, cells: &[u32], saving: Saving) -> Self {
        let width = image.width() as usize;
        let count = cells.iter().max().map_or(0, |last| *last as usize + 1);
        let edges = Vec::from_iter((0..count).map(|_| Vec::with_capacity(8)));
        let parents = (0..count as u32).collect();
        let mut graph = Self { areas: vec![Area::default(); count], edges, parents, saving };
        let pixels = image.as_raw()[3 * top * width..].chunks_exact(3);
        for (&cell, pixel) in cells.iter().zip(pixels) {
            let mean = [f32::from(pixel[0]), f32::from(pixel[1]), f32::from(pixel[2])];
            graph.areas[cell as usize].add(&Area { pixels: 1.0, mean });
        }
        for (at, &cell) in cells.iter().enumerate() {
            let right = if at % width + 1 < width { cells[at + 1] } else { cell };
            let below = cells.get(at + width).copied().unwrap_or(cell);
            for other in [right, below].into_iter().filter(|&other| other != cell) {
                graph.touch(cell, other, 1.0);
                graph.touch(other, cell, 1.0);
            }
        }
        graph
    }

    /// Error that merging two neighbours costs per byte that it saves.
    pub(crate) fn cost(&self, a: u32, b: u32, length: f32) -> f32 {
        let rise = self.areas[a as usize].rise(&self.areas[b as usize]);
        rise / (self.saving.shape + self.saving.boundary * length)
    }

    /// The length of the boundary of two areas that touch.
    pub(crate) fn shared(&self, a: u32, b: u32) -> Option<f32> {
        let edges = &self.edges[a as usize];
        edges.binary_search_by_key(&b, |edge| edge.0).ok().map(|at| edges[at].1)
    }

    /// Merges two neighbours under the number of the one with more neighbours, and returns it. Calls `grown` for every
    /// area that now shares more boundary with it than with either before.
    pub(crate) fn unite(&mut self, a: u32, b: u32, mut grown: impl FnMut(u32, u32, f32)) -> u32 {
        let (keep, gone) = if self.edges[a as usize].len() >= self.edges[b as usize].len() { (a, b) } else { (b, a) };
        let area = self.areas[gone as usize];
        self.areas[keep as usize].add(&area);
        self.parents[gone as usize] = keep;
        let moved = std::mem::take(&mut self.edges[gone as usize]);
        for &(other, length) in moved.iter().filter(|edge| edge.0 != keep) {
            let shared = self.touch(keep, other, length);
            self.part(other, gone);
            self.touch(other, keep, length);
            if shared > length {
                grown(keep, other, shared);
            }
        }
        self.part(keep, gone);
        keep
    }

    /// Whether an area has not been merged into another.
    pub(crate) fn is_root(&self, node: u32) -> bool {
        self.parents[node as usize] == node
    }

    /// The area into which this one has been merged.
    pub(crate) fn root(&mut self, mut node: u32) -> u32 {
        while self.parents[node as usize] != node {
            let above = self.parents[self.parents[node as usize] as usize];
            self.parents[node as usize] = above;
            node = above;
        }
        node
    }

    /// Numbers the remaining areas in order of appearance, and returns how many there are.
    pub(crate) fn relabel(&mut self, cells: &mut [u32]) -> usize {
        let mut numbers = vec![u32::MAX; self.areas.len()];
        let mut count = 0;
        for cell in cells {
            let root = self.root(*cell) as usize;
            if numbers[root] == u32::MAX {
                numbers[root] = count;
                count += 1;
            }
            *cell = numbers[root];
        }
        count as usize
    }

    /// Adds to the boundary of `a` with `b`, and returns its whole length.
    fn touch(&mut self, a: u32, b: u32, length: f32) -> f32 {
        let edges = &mut self.edges[a as usize];
        match edges.binary_search_by_key(&b, |edge| edge.0) {
            Ok(at) => {
                edges[at].1 += length;
                edges[at].1
            }
            Err(at) => {
                edges.insert(at, (b, length));
                length
            }
        }
    }

    fn part(&mut self, a: u32, b: u32) {
        let edges = &mut self.edges[a as usize];
        if let Ok(at) = edges.binary_search_by_key(&b, |edge| edge.0) {
            edges.remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAVING: Saving = Saving { shape: 28.0, boundary: 2.0 };

    /// Three columns of two pixels: black, grey, white.
    fn columns() -> (RgbImage, Graph) {
        let image = RgbImage::from_fn(3, 2, |x, _| image::Rgb([[0, 100, 255][x as usize]; 3]));
        let graph = Graph::new(&image, 0, &[0, 1, 2, 0, 1, 2], SAVING);
        (image, graph)
    }

    #[test]
    fn areas_that_touch_share_a_boundary() {
        let (_, graph) = columns();
        assert_eq!((graph.shared(0, 1), graph.shared(1, 2), graph.shared(0, 2)), (Some(2.0), Some(2.0), None));
        assert_eq!(graph.cost(0, 1, 2.0), 3.0 * 100.0 * 100.0 / 32.0);
    }

    #[test]
    fn united_areas_keep_pixels_colour_and_neighbours() {
        let (_, mut graph) = columns();
        let keep = graph.unite(0, 1, |_, _, _| panic!("nothing shares more than before"));
        let area = graph.areas[keep as usize];
        assert_eq!((area.pixels, area.mean), (4.0, [50.0; 3]));
        assert_eq!(graph.shared(keep, 2), Some(2.0));
        let mut cells = [0, 1, 2, 0, 1, 2];
        assert_eq!(graph.relabel(&mut cells), 2);
        assert_eq!(cells, [0, 0, 1, 0, 0, 1]);
    }

    #[test]
    fn a_neighbour_of_both_shares_what_it_shared_with_each() {
        let image = RgbImage::new(2, 2);
        let mut graph = Graph::new(&image, 0, &[0, 1, 2, 2], SAVING);
        let mut told = Vec::new();
        let keep = graph.unite(0, 1, |keep, other, length| told.push((keep, other, length)));
        assert_eq!(told, [(keep, 2, 2.0)]);
    }
}
