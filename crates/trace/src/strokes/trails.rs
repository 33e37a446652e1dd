//! Trails: chains of skeletons joined into as few lines as possible, straight on at junctions and under what lies on top.

use super::labels::{Labels, NONE};
use super::plane::{P, along, direction, distance, dot, extent, scale, sub};
use super::skeleton::Skeleton;

/// How a trail ends.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum End {
    /// In the open.
    Free,
    /// At another line of its colour, here.
    Node(P),
}

/// A line of one colour.
#[derive(Clone, Debug)]
pub(super) struct Trail {
    pub(super) points: Vec<P>,
    pub(super) ends: [End; 2],
    pub(super) closed: bool,
    /// Classes of areas that the trail passes under.
    pub(super) under: Vec<usize>,
}

/// A chain whose ends are to be joined.
#[derive(Debug)]
struct Piece {
    points: Vec<P>,
    ends: [End; 2],
    node: [Option<usize>; 2],
    closed: bool,
    width: f64,
}

/// One end of a piece.
type Tip = (usize, usize);

/// Cosine of the angle up to which a line goes straight on at a junction, as if there were none, and of that up to which one comes out again where it went
/// under another.
const STRAIGHT: f64 = 0.77;
/// Cosine of the sharpest angle at which two lines that have no better one to go on in are one with a corner.
const BENT: f64 = -0.5;
const EMERGING: f64 = 0.7;
/// Longest way under others, in widths and in pixels.
const UNDER: f64 = 7.0;
const UNDER_MOST: f64 = 90.0;
/// How much of an end is cut off where it is joined to another, in widths.
const CUT: f64 = 0.8;

/// The lines of one class of areas; each skeleton with the width of its lines. `is_thin` says which areas may lie on top.
pub(super) fn trails(skeletons: Vec<(Skeleton, f64)>, labels: &Labels, class: usize, is_thin: &[bool]) -> Vec<Trail> {
    let mut pieces = Vec::new();
    let mut first = 0;
    for (skeleton, width) in skeletons {
        let nodes = &skeleton.nodes;
        let mut tips = vec![0; nodes.len()];
        skeleton.chains.iter().flat_map(|chain| chain.ends).flatten().for_each(|node| tips[node] += 1);
        for chain in skeleton.chains {
            // Where nothing else is left to meet, a line ends.
            let node = chain.ends.map(|end| end.filter(|node| tips[*node] > 1));
            let ends = node.map(|node| node.map_or(End::Free, |node| End::Node(nodes[node])));
            let node = node.map(|node| node.map(|node| node + first));
            pieces.push(Piece { points: chain.points, ends, node, closed: chain.closed, width });
        }
        first += nodes.len();
    }
    let count = pieces.len();
    let mut links = Links { at: vec![[None; 2]; count], bent: vec![[false; 2]; count], under: vec![Vec::new(); count] };
    links.join_at_nodes(&pieces, first);
    links.join_under(&pieces, &Around { labels, class, is_thin });
    links.follow(&pieces)
}

#[derive(Debug)]
struct Links {
    at: Vec<[Option<Tip>; 2]>,
    /// Whether a link is a corner at a node.
    bent: Vec<[bool; 2]>,
    under: Vec<Vec<usize>>,
}

struct Around<'a> {
    labels: &'a Labels,
    class: usize,
    is_thin: &'a [bool],
}

impl Piece {
    /// A point near an end and the direction in which the piece runs out there. The skeleton's last points turn aside.
    fn tip(&self, end: usize) -> (P, P) {
        let count = self.points.len();
        let at = |i: usize| self.points[if end == 0 { i.min(count - 1) } else { count - 1 - i.min(count - 1) }];
        let (near, far) = ((self.width).ceil() as usize, (2.5 * self.width).ceil() as usize);
        let near = near.min(count / 3);
        (at(near), direction(sub(at(near), at(far.max(near + 3)))))
    }
}

impl Links {
    fn link(&mut self, a: Tip, b: Tip) {
        self.at[a.0][a.1] = Some(b);
        self.at[b.0][b.1] = Some(a);
    }

    fn is_free(&self, tip: Tip) -> bool {
        self.at[tip.0][tip.1].is_none()
    }

    /// Links the best of these pairs, each tip once.
    fn take_best(&mut self, mut pairs: Vec<(f64, Tip, Tip)>) -> Vec<(Tip, Tip)> {
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut taken = Vec::new();
        for (_, a, b) in pairs {
            if self.is_free(a) && self.is_free(b) && a != b {
                self.link(a, b);
                taken.push((a, b));
            }
        }
        taken
    }

    fn join_at_nodes(&mut self, pieces: &[Piece], nodes: usize) {
        let mut tips: Vec<Vec<Tip>> = vec![Vec::new(); nodes];
        for (i, piece) in pieces.iter().enumerate() {
            for end in 0..2 {
                if let Some(node) = piece.node[end] {
                    tips[node].push((i, end));
                }
            }
        }
        for tips in tips {
            let mut pairs = Vec::new();
            for (i, &a) in tips.iter().enumerate() {
                for &b in &tips[i + 1..] {
                    let straight = -dot(pieces[a.0].tip(a.1).1, pieces[b.0].tip(b.1).1);
                    if straight > BENT {
                        pairs.push((-straight, a, b));
                    }
                }
            }
            let straight = |tip: Tip, other: Tip| -dot(pieces[tip.0].tip(tip.1).1, pieces[other.0].tip(other.1).1);
            for (a, b) in self.take_best(pairs) {
                let bent = straight(a, b) < STRAIGHT;
                (self.bent[a.0][a.1], self.bent[b.0][b.1]) = (bent, bent);
            }
        }
    }

    fn join_under(&mut self, pieces: &[Piece], around: &Around<'_>) {
        let free = |&(i, end): &Tip| !pieces[i].closed && pieces[i].node[end].is_none();
        let tips: Vec<Tip> = (0..pieces.len()).flat_map(|i| [(i, 0), (i, 1)]).filter(free).collect();
        let mut pairs = Vec::new();
        for (i, &a) in tips.iter().enumerate() {
            let (from, out) = pieces[a.0].tip(a.1);
            for &b in &tips[i + 1..] {
                let (to, back) = pieces[b.0].tip(b.1);
                let (way, far) = (direction(sub(to, from)), distance(from, to));
                let width = pieces[a.0].width.max(pieces[b.0].width);
                let is_near = far < (UNDER * width).min(UNDER_MOST);
                let bends = [dot(out, way), -dot(back, way), -dot(out, back)];
                let straight = bends.iter().copied().fold(1.0, f64::min);
                if is_near && straight > EMERGING && around.covers(from, to).is_some() {
                    pairs.push((far * (2.0 - straight), a, b));
                }
            }
        }
        for (a, b) in self.take_best(pairs) {
            let covers = around.covers(pieces[a.0].tip(a.1).0, pieces[b.0].tip(b.1).0).unwrap_or_default();
            self.under[a.0].extend(covers);
        }
    }

    /// Walks along links.
    fn follow(&self, pieces: &[Piece]) -> Vec<Trail> {
        let mut seen = vec![false; pieces.len()];
        let mut trails = Vec::new();
        let begins = (0..pieces.len()).flat_map(|i| [(i, 0), (i, 1)]).filter(|&tip| self.is_free(tip));
        // Lines with ends first; then what is left goes around.
        for (i, end) in begins.chain((0..pieces.len()).map(|i| (i, 0))) {
            if !seen[i] {
                trails.push(self.walk(pieces, (i, end), &mut seen));
            }
        }
        trails
    }

    fn walk(&self, pieces: &[Piece], start: Tip, seen: &mut [bool]) -> Trail {
        let closed = pieces[start.0].closed;
        let mut trail =
            Trail { points: Vec::new(), ends: [pieces[start.0].ends[start.1]; 2], closed, under: Vec::new() };
        let (mut piece, mut end) = start;
        loop {
            seen[piece] = true;
            let mut points = pieces[piece].points.clone();
            if end == 1 {
                points.reverse();
            }
            // Where it is joined, its last points turn aside.
            let cut = (CUT * pieces[piece].width) as usize;
            let cut = if points.len() > 4 * cut + 4 { cut } else { 0 };
            let joined = [end, 1 - end].map(|end| self.at[piece][end].is_some() && !self.bent[piece][end]);
            points.truncate(points.len() - if joined[1] { cut } else { 0 });
            points.drain(..if joined[0] { cut } else { 0 });
            trail.points.extend(points);
            if let (true, End::Node(node)) = (self.bent[piece][1 - end], pieces[piece].ends[1 - end]) {
                trail.points.push(node);
            }
            trail.under.extend(&self.under[piece]);
            trail.ends[1] = pieces[piece].ends[1 - end];
            match self.at[piece][1 - end] {
                Some((next, _)) if seen[next] => {
                    trail.closed = true;
                    break;
                }
                Some(next) => (piece, end) = next,
                None => break,
            }
        }
        trail.under.sort_unstable();
        trail.under.dedup();
        trail
    }
}

impl Around<'_> {
    /// Classes of the thin areas that hide the way between two tips, if they hide all of it that is not the line's own.
    fn covers(&self, from: P, to: P) -> Option<Vec<usize>> {
        let steps = distance(from, to).ceil() as usize;
        let (mut classes, mut hidden) = (Vec::new(), 0);
        for step in 0..=steps {
            let p = along(from, sub(to, from), step as f64 / steps.max(1) as f64);
            let (x, y) = (p[0].max(0.0) as usize, p[1].max(0.0) as usize);
            let label =
                self.labels.label(y.min(self.labels.height - 1) * self.labels.width + x.min(self.labels.width - 1));
            let area = self.labels.areas.get(label as usize).filter(|_| label != NONE)?;
            if area.class == self.class {
                continue;
            }
            if !self.is_thin[label as usize] {
                return None;
            }
            hidden += 1;
            if !classes.contains(&area.class) {
                classes.push(area.class);
            }
        }
        (hidden > 0).then_some(classes)
    }
}

impl Trail {
    /// Points one pixel from each other along the trail.
    pub(super) fn resampled(&self) -> Vec<P> {
        let mut points = self.points.clone();
        points.dedup_by(|a, b| distance(*a, *b) < 1e-6);
        if self.closed {
            points.extend(points.first().copied());
        }
        let count = extent(&points).round().max(1.0);
        let step = extent(&points) / count;
        let (mut out, mut left) = (Vec::new(), 0.0);
        for pair in points.windows(2) {
            let size = distance(pair[0], pair[1]);
            while left < size {
                out.push(along(pair[0], scale(sub(pair[1], pair[0]), 1.0 / size), left));
                left += step;
            }
            left -= size;
        }
        if !self.closed {
            out.extend(points.last().filter(|_| left < 0.5 * step));
        } else if out.len() > 1 && distance(out[0], out[out.len() - 1]) < 0.5 * step {
            out.pop();
        }
        out
    }
}
