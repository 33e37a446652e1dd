//! The fast first phase of region merging: in parallel strips of the picture, each round merges all pairs of areas that
//! are each other's cheapest neighbour.
//!
//! # Source
//!
//! Mutual nearest neighbours give the same hierarchy as greedy merging if a union never comes nearer to others than its
//! parts (Murtagh, "A survey of recent advances in hierarchical clustering algorithms", 1983); here this holds almost.

use std::ops::Range;
use std::sync::Mutex;

use image::RgbImage;
use linocut_core::Stop;

use super::cells::cells;
use super::graph::{Graph, Saving};
use super::threads::on_all;

/// Number of strips of a picture, whatever the number of threads.
const STRIPS: usize = 4;

/// Cuts a picture into areas, at most about `count` in each of four strips, and returns the number of the area of each
/// pixel; `None` when asked to stop.
pub(crate) fn pair_up(image: &RgbImage, count: usize, saving: Saving, threads: usize, stop: &Stop) -> Option<Vec<u32>> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let rows = height.div_ceil(STRIPS).next_multiple_of(4);
    let strips = (0..height).step_by(rows).map(|top| top..(top + rows).min(height));
    let waiting = Mutex::new(strips.rev().collect::<Vec<_>>());
    let done = Mutex::new(Vec::new());
    let run = || {
        while let Some(strip) = waiting.lock().ok().and_then(|mut waiting| waiting.pop()) {
            let top = strip.start;
            let merged = merge_strip(image, strip, count, saving, stop);
            if let Ok(mut done) = done.lock() {
                done.push((top, merged));
            }
        }
    };
    on_all(threads.min(STRIPS), run);
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(top, _)| *top);
    let mut labels = Vec::with_capacity(width * height);
    let mut first = 0;
    for (_, merged) in done {
        let (strip, count) = merged?;
        labels.extend(strip.into_iter().map(|label| label + first));
        first += count as u32;
    }
    Some(labels)
}

/// The areas of one strip and how many there are.
fn merge_strip(
    image: &RgbImage,
    rows: Range<usize>,
    count: usize,
    saving: Saving,
    stop: &Stop,
) -> Option<(Vec<u32>, usize)> {
    let mut labels = cells(image, rows.clone());
    let mut graph = Graph::new(image, rows.start, &labels, saving);
    let areas = graph.areas.len();
    let mut rounds = Rounds { alive: (0..areas as u32).collect(), nearest: vec![None; areas] };
    let mut left = usize::MAX;
    while rounds.alive.len() > count && rounds.alive.len() < left {
        if stop.requested() {
            return None;
        }
        left = rounds.alive.len();
        rounds.unite_pairs(&mut graph, count);
    }
    let count = graph.relabel(&mut labels);
    Some((labels, count))
}

/// A merge with its cost and its areas, the smaller number first.
type Pair = (f32, (u32, u32));

/// The state between the rounds.
struct Rounds {
    alive: Vec<u32>,
    /// The cheapest merge of each area, unless it has become outdated.
    nearest: Vec<Option<Pair>>,
}

impl Rounds {
    /// Merges the pairs that are each other's cheapest, up to the median cost.
    fn unite_pairs(&mut self, graph: &mut Graph, count: usize) {
        let mut costs = Vec::with_capacity(self.alive.len());
        for &area in &self.alive {
            let pair = self.nearest[area as usize].get_or_insert_with(|| cheapest(graph, area));
            costs.push(pair.0);
        }
        let middle = costs.len() / 2;
        let limit = *costs.select_nth_unstable_by(middle, f32::total_cmp).1;
        let mut spare = self.alive.len() - count;
        let mut united = Vec::new();
        for &area in &self.alive {
            let Some((cost, (a, b))) = self.nearest[area as usize] else { continue };
            let mutual = area == a && self.nearest[b as usize].is_some_and(|pair| pair.1 == (a, b));
            if mutual && cost <= limit && cost.is_finite() && spare > 0 {
                united.push(graph.unite(a, b, |_, _, _| {}));
                spare -= 1;
            }
        }
        for area in united {
            self.nearest[area as usize] = None;
            graph.edges[area as usize].iter().for_each(|edge| self.nearest[edge.0 as usize] = None);
        }
        self.alive.retain(|&area| graph.is_root(area));
    }
}

fn cheapest(graph: &Graph, area: u32) -> Pair {
    let mut best = (f32::INFINITY, (area, area));
    for &(other, length) in &graph.edges[area as usize] {
        let pair = (graph.cost(area, other, length), (area.min(other), area.max(other)));
        if pair < best {
            best = pair;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAVING: Saving = Saving { shape: 28.0, boundary: 2.0 };

    /// Two halves of noise of few levels around 60 and 200.
    fn halves() -> RgbImage {
        RgbImage::from_fn(60, 50, |x, y| {
            let noise = (x * 7919 + y * 104_729) % 17;
            image::Rgb([(if x < 30 { 60 } else { 200 } + noise) as u8; 3])
        })
    }

    #[test]
    fn unlike_areas_stay_apart_and_each_strip_keeps_so_many() {
        let labels = pair_up(&halves(), 5, SAVING, 1, &Stop::never()).unwrap();
        let left: Vec<u32> = labels.chunks(60).flat_map(|row| &row[..30]).copied().collect();
        assert!(labels.chunks(60).all(|row| row[30..].iter().all(|label| !left.contains(label))));
        let count = *labels.iter().max().unwrap() as usize + 1;
        assert!((8..=4 * 5).contains(&count), "{count}");
    }

    #[test]
    fn threads_do_not_change_the_areas() {
        let cut = |threads| pair_up(&halves(), 9, SAVING, threads, &Stop::never());
        assert_eq!(cut(1), cut(3));
    }

    #[test]
    fn one_pixel_and_one_colour_are_one_area_a_strip() {
        assert_eq!(pair_up(&RgbImage::new(1, 1), 4, SAVING, 2, &Stop::never()), Some(vec![0]));
        let labels = pair_up(&RgbImage::new(40, 40), 1, SAVING, 2, &Stop::never()).unwrap();
        assert_eq!(labels.iter().max(), Some(&3));
    }

    #[test]
    fn a_stopped_merge_yields_nothing() {
        assert!(pair_up(&halves(), 1, SAVING, 1, &Stop::after(std::time::Duration::ZERO)).is_none());
    }
}
