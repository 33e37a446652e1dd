//! Thins outlines to a number of bytes: the least visible vertex goes first.
//!
//! # Source
//!
//! Visvalingam and Whyatt, "Line generalisation by repeated elimination of points" (1993), with the triangle's area
//! weighted by how much colour it changes.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use linocut_core::Stop;
use linocut_svg::Point;

use super::cost::{ELEMENT_BYTES, path_bytes};

/// The painted picture: the rank of each pixel, later ranks on top, and the colour of each rank.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) ranks: &'a [u16],
    pub(crate) colors: &'a [[f32; 3]],
    pub(crate) width: usize,
}

/// A vertex that may be removed.
struct Candidate {
    /// Error per byte.
    price: f32,
    ring: u32,
    vertex: u32,
    age: u32,
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Candidate {}
impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        other.price.total_cmp(&self.price).then((other.ring, other.vertex).cmp(&(self.ring, self.vertex)))
    }
}

/// A polygon that loses vertices.
struct Thread {
    rank: u16,
    points: Vec<Point>,
    next: Vec<u32>,
    before: Vec<u32>,
    ages: Vec<u32>,
    left: usize,
}

/// Bytes saved by removing a vertex, and a whole triangle.
const VERTEX_BYTES: f32 = 3.4;
const TRIANGLE_BYTES: f32 = 12.0;

/// Vertices that are priced or removed between two polls of the stop.
const POLLED: usize = 1024;

/// The outlines of each rank with so few vertices that all fit in `bytes` bytes; `None` when asked to stop.
pub(crate) fn thin(
    outlines: Vec<Vec<Vec<Point>>>,
    plan: Plan<'_>,
    bytes: i32,
    stop: &Stop,
) -> Option<Vec<Vec<Vec<Point>>>> {
    let count = outlines.len();
    let mut threads: Vec<Thread> = (0_u16..)
        .zip(outlines)
        .flat_map(|(rank, rings)| rings.into_iter().map(move |points| Thread::new(rank, points)))
        .collect();
    let mut candidates = Vec::with_capacity(threads.iter().map(|thread| thread.points.len()).sum());
    for (ring, thread) in (0..).zip(&threads) {
        for vertex in 0..thread.points.len() as u32 {
            if candidates.len() % POLLED == 0 && stop.requested() {
                return None;
            }
            candidates.push(thread.candidate(plan, ring, vertex, 0.0));
        }
    }
    let mut heap = BinaryHeap::from(candidates);
    let mut over = spelled(&threads, count) - bytes;
    while over > 0 && !heap.is_empty() {
        // Less than needed goes at a time: what a vertex costs as text is only known when all are written.
        let mut spare = (0.8 * over as f32 / VERTEX_BYTES).max(1.0) as i32;
        while spare > 0 {
            if heap.len() % POLLED == 0 && stop.requested() {
                return None;
            }
            let Some(candidate) = heap.pop() else { break };
            let thread = &mut threads[candidate.ring as usize];
            if thread.ages[candidate.vertex as usize] != candidate.age {
                continue;
            }
            spare -= if thread.left == 3 { 4 } else { 1 };
            for beside in thread.remove(candidate.vertex) {
                heap.push(thread.candidate(plan, candidate.ring, beside, candidate.price));
            }
        }
        over = spelled(&threads, count) - bytes;
    }
    let mut thinned = vec![Vec::new(); count];
    for thread in threads.iter().filter(|thread| thread.left >= 3) {
        thinned[usize::from(thread.rank)].push(thread.outline());
    }
    Some(thinned)
}

fn spelled(threads: &[Thread], count: usize) -> i32 {
    let mut by_rank = vec![Vec::new(); count];
    for thread in threads.iter().filter(|thread| thread.left >= 3) {
        by_rank[usize::from(thread.rank)].push(thread.outline());
    }
    let filled = by_rank.iter().filter(|rings| !rings.is_empty());
    filled.map(|rings| ELEMENT_BYTES + 7 + path_bytes(rings.iter().map(|ring| &ring[..]))).sum()
}

impl Thread {
    fn new(rank: u16, points: Vec<Point>) -> Self {
        let count = points.len() as u32;
        let next = (0..count).map(|i| (i + 1) % count).collect();
        let before = (0..count).map(|i| (i + count - 1) % count).collect();
        Self { rank, next, before, ages: vec![0; points.len()], left: points.len(), points }
    }

    /// Removes a vertex, or the whole ring if it is one of the last three, and returns the vertices that this affects.
    fn remove(&mut self, vertex: u32) -> Vec<u32> {
        if self.left <= 3 {
            self.left = 0;
            self.ages.fill(u32::MAX);
            return Vec::new();
        }
        let (before, next) = (self.before[vertex as usize], self.next[vertex as usize]);
        self.next[before as usize] = next;
        self.before[next as usize] = before;
        self.left -= 1;
        self.ages[vertex as usize] = u32::MAX;
        self.ages[before as usize] += 1;
        self.ages[next as usize] += 1;
        if self.left == 3 {
            let last = self.next[next as usize];
            self.ages[last as usize] += 1;
            return vec![before, next, last];
        }
        vec![before, next]
    }

    fn candidate(&self, plan: Plan<'_>, ring: u32, vertex: u32, least: f32) -> Candidate {
        let at = |i: u32| self.points[i as usize];
        let triangle = [at(self.before[vertex as usize]), at(vertex), at(self.next[vertex as usize])];
        let bytes = if self.left == 3 { TRIANGLE_BYTES } else { VERTEX_BYTES };
        let price = (plan.change(self.rank, triangle) / bytes).max(least);
        Candidate { price, ring, vertex, age: self.ages[vertex as usize] }
    }

    fn outline(&self) -> Vec<Point> {
        let Some(first) = self.ages.iter().position(|age| *age != u32::MAX) else { return Vec::new() };
        let mut points = Vec::with_capacity(self.left);
        let mut at = first as u32;
        for _ in 0..self.left {
            points.push(self.points[at as usize]);
            at = self.next[at as usize];
        }
        points
    }
}

impl Plan<'_> {
    /// Approximate squared error of taking a triangle from a rank or giving it to the rank.
    fn change(&self, rank: u16, [a, b, c]: [Point; 3]) -> f32 {
        let double = ((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)).abs() as f32;
        let within = |i: f32, j: f32, k: f32| {
            let x = i * a.x as f32 + j * b.x as f32 + k * c.x as f32;
            let y = i * a.y as f32 + j * b.y as f32 + k * c.y as f32;
            self.contrast(rank, x, y)
        };
        let samples = [(0.34, 0.33, 0.33), (0.2, 0.6, 0.2), (0.45, 0.1, 0.45), (0.1, 0.8, 0.1)];
        double / 2.0 * samples.iter().map(|&(i, j, k)| within(i, j, k)).sum::<f32>() / samples.len() as f32
    }

    /// Squared difference between a rank's colour and what else could be seen at a point; 0 below later ranks.
    fn contrast(&self, rank: u16, x: f32, y: f32) -> f32 {
        let (x, y) = ((x as usize).min(self.width - 1), (y as usize).min(self.ranks.len() / self.width - 1));
        let here = self.ranks[y * self.width + x];
        match here.cmp(&rank) {
            Ordering::Greater => 0.0,
            Ordering::Less => self.distance(rank, here),
            Ordering::Equal => self.beneath(rank, x, y),
        }
    }

    /// The difference to the most similar other rank around a pixel, at least a little.
    fn beneath(&self, rank: u16, x: usize, y: usize) -> f32 {
        let height = self.ranks.len() / self.width;
        for reach in [1, 2, 4] {
            let (left, top) = (x.saturating_sub(reach), y.saturating_sub(reach));
            let (right, bottom) = ((x + reach).min(self.width - 1), (y + reach).min(height - 1));
            let around = [(left, y), (right, y), (x, top), (x, bottom)];
            let others = around.map(|(x, y)| self.ranks[y * self.width + x]);
            let (mut sum, mut count) = (0.0, 0.0);
            for other in others.into_iter().filter(|other| *other != rank) {
                sum += self.distance(rank, other);
                count += 1.0;
            }
            if count > 0.0 {
                return sum / count;
            }
        }
        UNKNOWN
    }

    fn distance(&self, a: u16, b: u16) -> f32 {
        let (a, b) = (self.colors[usize::from(a)], self.colors[usize::from(b)]);
        a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
    }
}

/// Squared difference assumed where nothing is known.
const UNKNOWN: f32 = 3000.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::start::rectangle;

    /// A picture of 40 x 40 px: black, a column of rank 1 in the colour given, the last rows of rank 2 on top.
    fn ranks() -> Vec<u16> {
        (0..1600).map(|at| if at / 40 >= 30 { 2 } else { u16::from((10..20).contains(&(at % 40))) }).collect()
    }

    /// A column whose left edge has a notch that shows, and whose lower end has one that does not.
    fn notched() -> Vec<Point> {
        let points = [(10, 0), (20, 0), (20, 34), (15, 32), (10, 34), (10, 12), (13, 10), (10, 8)];
        points.map(|(x, y)| Point::new(x, y)).to_vec()
    }

    fn bytes(rings: &[Vec<Point>]) -> i32 {
        ELEMENT_BYTES + 7 + path_bytes(rings.iter().map(|ring| &ring[..]))
    }

    #[test]
    fn what_later_layers_hide_goes_first() {
        let (ranks, colors) = (ranks(), [[0.0; 3], [200.0; 3], [90.0; 3]]);
        let plan = Plan { ranks: &ranks, colors: &colors, width: 40 };
        let ring = notched();
        let most = bytes(std::slice::from_ref(&ring)) - 1;
        let thinned = thin(vec![Vec::new(), vec![ring], Vec::new()], plan, most, &Stop::never()).unwrap();
        assert!(thinned[1][0].contains(&Point::new(13, 10)) && !thinned[1][0].contains(&Point::new(15, 32)));
    }

    #[test]
    fn fainter_shapes_go_before_stronger_ones() {
        let ranks: Vec<u16> = (0..1600).map(|at| if at % 40 < 20 { 0 } else { u16::from(at % 40 > 30) * 2 }).collect();
        let colors = [[0.0; 3], [9.0; 3], [200.0; 3]];
        let plan = Plan { ranks: &ranks, colors: &colors, width: 40 };
        let (faint, strong) = (vec![rectangle((2, 2), (9, 9))], vec![rectangle((31, 2), (38, 9))]);
        let most = bytes(&strong) + ELEMENT_BYTES;
        let thinned = thin(vec![Vec::new(), faint, strong.clone()], plan, most, &Stop::never()).unwrap();
        assert_eq!((thinned[1].len(), &thinned[2]), (0, &strong));
    }

    #[test]
    fn what_fits_stays_and_nothing_is_left_without_bytes() {
        let (ranks, colors) = (ranks(), [[0.0; 3], [200.0; 3], [90.0; 3]]);
        let plan = Plan { ranks: &ranks, colors: &colors, width: 40 };
        let outlines = vec![Vec::new(), vec![notched()], Vec::new()];
        assert_eq!(thin(outlines.clone(), plan, 1000, &Stop::never()).unwrap(), outlines);
        assert!(thin(outlines, plan, 0, &Stop::never()).unwrap().iter().all(Vec::is_empty));
    }
}
