//! Skeletons: the middle lines of an area as chains of pixels between ends and junctions.

use linocut_core::Stop;

use super::plane::{P, distance, extent, scale};

/// Largest depth of a line that is looked for, in pixels.
const DEEPEST: isize = 10;

/// A set of pixels with a frame of empty ones around them.
#[derive(Debug)]
struct Mask {
    left: usize,
    top: usize,
    width: usize,
    on: Vec<bool>,
}

/// A line of the skeleton. An end is at a node or free.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub(super) points: Vec<P>,
    pub(super) ends: [Option<usize>; 2],
    pub(super) closed: bool,
    /// Mean distance from the outside of the area, of the half before each end.
    depths: [f64; 2],
}

/// The skeleton of an area.
#[derive(Debug)]
pub(super) struct Skeleton {
    pub(super) chains: Vec<Chain>,
    /// Where chains meet.
    pub(super) nodes: Vec<P>,
}

impl Skeleton {
    /// The skeleton of pixels of a picture of this width; `None` when asked to stop.
    pub(super) fn new(pixels: &[usize], width: usize, stop: &Stop) -> Option<Self> {
        let whole = Mask::new(pixels, width);
        let mut mask = Mask { on: whole.on.clone(), ..whole };
        let left = mask.thin(stop)?;
        let mut skeleton = mask.chains(&left);
        skeleton.chains.iter_mut().for_each(|chain| chain.depths = whole.depths(&chain.points));
        Some(skeleton)
    }

    pub(super) fn length(&self) -> f64 {
        self.chains.iter().map(|chain| extent(&chain.points)).sum()
    }

    /// Removes what a line of this width leaves at its ends, corners and crossings: short spurs, those that run into the tip of a mitred
    /// corner, and short chains between junctions, which become one.
    pub(super) fn prune(&mut self, width: f64) {
        // Where nothing else is left to meet, a line ends.
        let mut tips = vec![0; self.nodes.len()];
        self.chains.iter().flat_map(|chain| chain.ends).flatten().for_each(|node| tips[node] += 1);
        let ends = self.chains.iter_mut().flat_map(|chain| &mut chain.ends);
        ends.filter(|end| end.is_some_and(|node| tips[node] == 1)).for_each(|end| *end = None);
        self.chains.retain(|chain| {
            let free = match chain.ends {
                [None, Some(_)] => 0,
                [Some(_), None] => 1,
                _ => return true,
            };
            let long = extent(&chain.points);
            let is_tip = long <= TIP * width && chain.depths[free] < TAPERED * width;
            long > SPUR * width && !is_tip
        });
        while let Some(at) = self.chains.iter().position(|chain| {
            matches!(chain.ends, [Some(a), Some(b)] if a != b) && extent(&chain.points) < MERGED * width
        }) {
            if let [Some(a), Some(b)] = self.chains.remove(at).ends {
                self.nodes[a] = scale([self.nodes[a][0] + self.nodes[b][0], self.nodes[a][1] + self.nodes[b][1]], 0.5);
                let ends = self.chains.iter_mut().flat_map(|chain| &mut chain.ends);
                ends.filter(|end| **end == Some(b)).for_each(|end| *end = Some(a));
            }
        }
        self.chains.retain(|chain| {
            let is_loop = chain.ends[0].is_some() && chain.ends[0] == chain.ends[1];
            !is_loop || extent(&chain.points) > LOOP * width
        });
        (0..self.nodes.len()).for_each(|node| self.unite_at(node));
    }

    /// Makes one chain of the two that meet at a node without a third, and a closed one of a chain that meets itself there.
    fn unite_at(&mut self, node: usize) {
        let tips: Vec<(usize, usize)> = (0..self.chains.len())
            .flat_map(|chain| [(chain, 0), (chain, 1)])
            .filter(|&(chain, end)| self.chains[chain].ends[end] == Some(node))
            .collect();
        let &[(first, end), (second, other)] = &tips[..] else { return };
        if first == second {
            self.chains[first] = Chain { ends: [None; 2], closed: true, ..self.chains[first].clone() };
            return;
        }
        let mut next = self.chains.remove(second);
        let chain = &mut self.chains[first];
        if end == 0 {
            chain.points.reverse();
            chain.ends.reverse();
            chain.depths.reverse();
        }
        if other == 1 {
            next.points.reverse();
            next.ends.reverse();
            next.depths.reverse();
        }
        chain.points.extend(next.points);
        chain.ends[1] = next.ends[1];
        chain.depths[1] = next.depths[1];
    }
}

/// Length in widths up to which a line from a junction to a free end is none, up to which it is none if it comes to a point, with the
/// depth in widths that says so, up to which two junctions are one, and up to which a line from a junction to itself is none.
const SPUR: f64 = 0.8;
const TIP: f64 = 3.0;
const TAPERED: f64 = 0.38;
const MERGED: f64 = 1.1;
const LOOP: f64 = 2.0;

impl Mask {
    fn new(pixels: &[usize], width: usize) -> Self {
        let columns = || pixels.iter().map(|at| at % width);
        let rows = || pixels.iter().map(|at| at / width);
        let (left, right) = (columns().min().unwrap_or(0), columns().max().unwrap_or(0));
        let (top, bottom) = (rows().min().unwrap_or(0), rows().max().unwrap_or(0));
        let own = right - left + 3;
        let mut on = vec![false; own * (bottom - top + 3)];
        pixels.iter().for_each(|at| on[(at / width - top + 1) * own + at % width - left + 1] = true);
        Self { left, top, width: own, on }
    }

    /// The depths of both halves of a line.
    fn depths(&self, points: &[P]) -> [f64; 2] {
        let half = points.len().div_ceil(2);
        [&points[..half], &points[points.len() - half..]]
            .map(|points| points.iter().map(|&p| self.depth(p)).sum::<f64>() / half.max(1) as f64)
    }

    /// Distance of a pixel's centre from the nearest outside, up to a few pixels.
    fn depth(&self, p: P) -> f64 {
        let (x, y) = ((p[0] + 0.5) as isize - self.left as isize, (p[1] + 0.5) as isize - self.top as isize);
        let (width, height) = (self.width as isize, (self.on.len() / self.width) as isize);
        let is_on =
            |x: isize, y: isize| x >= 0 && y >= 0 && x < width && y < height && self.on[(y * width + x) as usize];
        let off = (-DEEPEST..=DEEPEST).flat_map(|v| (-DEEPEST..=DEEPEST).map(move |u| (u, v)));
        let far = off.filter(|&(u, v)| !is_on(x + u, y + v)).map(|(u, v)| u * u + v * v).min();
        (far.unwrap_or(DEEPEST * DEEPEST) as f64).sqrt() - 0.5
    }

    /// The eight neighbours of a pixel, clockwise from the one above.
    fn ring(&self, at: usize) -> [usize; 8] {
        let w = self.width;
        [at - w, at - w + 1, at + 1, at + w + 1, at + w, at + w - 1, at - 1, at - w - 1]
    }

    /// Removes pixels from the outside until lines of single pixels are left, as Zhang and Suen (Communications of the ACM 27, 1984)
    /// do; returns these.
    fn thin(&mut self, stop: &Stop) -> Option<Vec<usize>> {
        let mut left: Vec<usize> = (0..self.on.len()).filter(|&at| self.on[at]).collect();
        loop {
            let before = left.len();
            for second in [false, true] {
                if stop.requested() {
                    return None;
                }
                let taken: Vec<usize> = left.iter().copied().filter(|&at| self.is_loose(at, second)).collect();
                taken.iter().for_each(|&at| self.on[at] = false);
                left.retain(|&at| self.on[at]);
            }
            if left.len() == before {
                return Some(left);
            }
        }
    }

    fn is_loose(&self, at: usize, second: bool) -> bool {
        let p = self.ring(at).map(|at| self.on[at]);
        let count = p.iter().filter(|on| **on).count();
        let rises = (0..8).filter(|&i| !p[i] && p[(i + 1) % 8]).count();
        let (a, b) = if second { ([0, 2, 6], [0, 4, 6]) } else { ([0, 2, 4], [2, 4, 6]) };
        let open = |of: [usize; 3]| of.iter().any(|&i| !p[i]);
        (2..=6).contains(&count) && rises == 1 && open(a) && open(b)
    }

    /// The neighbours along the line: a diagonal one only where no straight one leads there.
    fn next(&self, at: usize) -> Vec<usize> {
        let ring = self.ring(at);
        let on = |i: usize| self.on[ring[i % 8]];
        (0..8).filter(|&i| on(i) && (i % 2 == 0 || !(on(i + 7) || on(i + 1)))).map(|i| ring[i]).collect()
    }

    fn point(&self, at: usize) -> P {
        [(at % self.width + self.left) as f64 - 0.5, (at / self.width + self.top) as f64 - 0.5]
    }

    fn chains(&self, left: &[usize]) -> Skeleton {
        let mut node: Vec<Option<usize>> = vec![None; self.on.len()];
        let mut nodes = Vec::new();
        let is_junction = |at: usize| self.on[at] && self.next(at).len() > 2;
        for &start in left {
            if node[start].is_some() || !is_junction(start) {
                continue;
            }
            let mut cluster = vec![start];
            node[start] = Some(nodes.len());
            let mut done = 0;
            while done < cluster.len() {
                for at in self.ring(cluster[done]) {
                    if node[at].is_none() && is_junction(at) {
                        node[at] = Some(nodes.len());
                        cluster.push(at);
                    }
                }
                done += 1;
            }
            let sum = cluster.iter().map(|&at| self.point(at)).fold([0.0; 2], |a, b| [a[0] + b[0], a[1] + b[1]]);
            nodes.push(scale(sum, 1.0 / cluster.len() as f64));
        }
        let mut walk = Walk { mask: self, node: &node, seen: vec![false; self.on.len()] };
        let mut chains = Vec::new();
        for &start in left {
            if self.next(start).len() != 2 {
                for first in self.next(start) {
                    chains.extend(walk.from(start, first));
                }
            }
        }
        for &start in left {
            if let [first, _] = self.next(start)[..]
                && !walk.seen[start]
            {
                chains.extend(walk.around(start, first));
            }
        }
        Skeleton { chains, nodes }
    }
}

struct Walk<'a> {
    mask: &'a Mask,
    node: &'a [Option<usize>],
    seen: Vec<bool>,
}

impl Walk<'_> {
    /// The chain that leaves an end or a junction in this direction, unless it is known.
    fn from(&mut self, start: usize, first: usize) -> Option<Chain> {
        let mut points = vec![self.mask.point(start)];
        let (mut before, mut at) = (start, first);
        loop {
            let next = self.mask.next(at);
            if next.len() != 2 {
                points.push(self.mask.point(at));
                let ends = [self.node[start], self.node[at]];
                return (points.len() > 2).then_some(Chain { points, ends, closed: false, depths: [f64::INFINITY; 2] });
            }
            if self.seen[at] {
                return None;
            }
            self.seen[at] = true;
            points.push(self.mask.point(at));
            let on = if next[0] == before { next[1] } else { next[0] };
            (before, at) = (at, on);
        }
    }

    /// A chain without ends.
    fn around(&mut self, start: usize, first: usize) -> Option<Chain> {
        let mut points = vec![self.mask.point(start)];
        self.seen[start] = true;
        let (mut before, mut at) = (start, first);
        while !self.seen[at] {
            let [a, b] = self.mask.next(at)[..] else { return None };
            self.seen[at] = true;
            points.push(self.mask.point(at));
            (before, at) = (at, if a == before { b } else { a });
        }
        let closed = points.len() > 5 && distance(points[0], points[points.len() - 1]) < 2.0;
        closed.then_some(Chain { points, ends: [None; 2], closed, depths: [f64::INFINITY; 2] })
    }
}
