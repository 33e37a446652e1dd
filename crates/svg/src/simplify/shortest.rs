//! Chooses the cuts and segments that take the fewest bytes, as a shortest path from knot to knot.
//!
//! What a segment costs depends on the letter before it and on the control point that it can mirror, so a node is a knot
//! with the last segment.

use super::Simplify;
use super::candidates::{Candidate, Stretch};
use super::outline::{Knot, Outline};
use crate::path::Segment;
use crate::write::segment_prices;

/// Most ways to a knot that are kept.
const MAX_WAYS: usize = 8;
/// What a way may cost above the best to the same knot, in bytes: as much as a letter and a mirrored point can win back.
const SLACK: f64 = 14.0;
/// Most ways whose curves are continued smoothly.
const MAX_SMOOTH: usize = 8;
/// How many stretches in a row that no curve is near end the search from a knot.
const PATIENCE: usize = 2;

/// A way to a knot.
#[derive(Clone, Copy)]
struct Way {
    cost: f64,
    /// The part of the cost that is not bytes.
    penalty: f64,
    letter: Option<u8>,
    last: Option<Segment>,
    /// Knot and index of the way that it continues.
    from: (usize, usize),
}

/// The cheapest segments along an outline, and the penalty for their deviation. A line at the end of a `ring` costs nothing.
pub(super) fn segments(outline: &Outline, options: &Simplify, ring: bool) -> Option<(Vec<Segment>, f64)> {
    let count = outline.knots.len();
    let mut search = Search { outline, ring, ways: vec![Vec::new(); count], most: most(outline) };
    search.ways[0].push(Way { cost: 0.0, penalty: 0.0, letter: Some(b'l'), last: None, from: (0, 0) });
    for from in 0..count - 1 {
        search.go_on(from, options);
        prune(&mut search.ways[from + 1]);
    }
    traced(&search.ways)
}

struct Search<'a> {
    outline: &'a Outline,
    ring: bool,
    /// The ways to each knot.
    ways: Vec<Vec<Way>>,
    /// What the best way to each knot costs at most.
    most: Vec<f64>,
}

/// What the segments of the source cost up to each knot, or to the next place where they meet.
fn most(outline: &Outline) -> Vec<f64> {
    let mut sum = 0.0;
    let cost = |knot: &Knot| {
        if let Some((segment, _)) = knot.source {
            let prices = segment_prices(knot.point, None, &segment, None);
            sum += prices.into_iter().map(|(bytes, _)| bytes).min().unwrap_or_default() as f64;
        }
        sum
    };
    let after = outline.knots.iter().map(cost).collect::<Vec<f64>>();
    let at = |(i, knot): (usize, &Knot)| match (i, knot.source) {
        (0, _) => 0.0,
        (_, Some(_)) => after[i - 1],
        (_, None) => after[i],
    };
    outline.knots.iter().enumerate().map(at).collect()
}

impl Search<'_> {
    /// Continues all ways to a knot.
    fn go_on(&mut self, from: usize, options: &Simplify) {
        let Some(least) = self.ways[from].first().map(|way| way.cost) else { return };
        let knots = &self.outline.knots;
        let mut failed = 0;
        for to in from + 1..knots.len().min(from + 1 + self.outline.reach()) {
            let stretch = Stretch::new(self.outline, from, to, options, self.most[to] + SLACK - least);
            let (candidates, near) = stretch.candidates();
            failed = if near { 0 } else { failed + 1 };
            let free = self.ring && to == knots.len() - 1;
            for index in 0..self.ways[from].len() {
                let way = self.ways[from][index];
                let may_smooth = failed == 0 && index < MAX_SMOOTH;
                let smooth = way.last.filter(|_| may_smooth).and_then(|last| stretch.smooth(&last));
                for candidate in candidates.iter().chain(&smooth) {
                    let free = free && matches!(candidate.segment, Segment::Line(_));
                    self.relax((from, index), to, candidate, free);
                }
            }
            if failed >= PATIENCE || knots[to].firm {
                break;
            }
        }
    }

    /// Adds the ways to a knot that a segment makes, in both spellings.
    fn relax(&mut self, from: (usize, usize), to: usize, candidate: &Candidate, free: bool) {
        let (segment, at) = (candidate.segment, self.outline.knots[from.0].point);
        let way = self.ways[from.0][from.1];
        let (cost, penalty) = (way.cost + candidate.penalty, way.penalty + candidate.penalty);
        if cost > self.most[to] + SLACK {
            return;
        }
        for (bytes, letter) in segment_prices(at, way.last.as_ref(), &segment, way.letter) {
            let cost = if free { cost } else { cost + bytes as f64 };
            if cost > self.most[to] + SLACK {
                continue;
            }
            self.most[to] = self.most[to].min(cost);
            let next = Way { cost, penalty, letter, last: Some(segment), from };
            match self.ways[to].iter_mut().find(|known| known.letter == letter && same_mirror(known.last, segment)) {
                Some(known) if known.cost <= next.cost => {}
                Some(known) => *known = next,
                None => self.ways[to].push(next),
            }
        }
    }
}

/// Whether what follows can mirror the same point.
fn same_mirror(known: Option<Segment>, segment: Segment) -> bool {
    match (known, segment) {
        (Some(Segment::Quadratic(a, _)), Segment::Quadratic(b, _)) => a == b,
        (Some(Segment::Cubic(_, a, _)), Segment::Cubic(_, b, _)) => a == b,
        (Some(known), segment) => std::mem::discriminant(&known) == std::mem::discriminant(&segment),
        (None, _) => false,
    }
}

fn prune(ways: &mut Vec<Way>) {
    ways.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let most = ways.first().map_or(0.0, |best| best.cost + SLACK);
    ways.retain(|way| way.cost <= most);
    ways.truncate(MAX_WAYS);
}

fn traced(ways: &[Vec<Way>]) -> Option<(Vec<Segment>, f64)> {
    let mut way = ways.last()?.first()?;
    let penalty = way.penalty;
    let mut segments = Vec::new();
    while let Some(last) = way.last {
        segments.push(last);
        way = &ways[way.from.0][way.from.1];
    }
    segments.reverse();
    Some((segments, penalty))
}
