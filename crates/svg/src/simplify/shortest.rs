//! The cuts and the segments that take the fewest bytes: a shortest path from knot to knot.
//!
//! What a segment costs depends on the letter before it and on the control point that it can mirror, so a node is a knot
//! with the last segment.

use super::Simplify;
use super::candidates::{Candidate, Stretch};
use super::outline::Outline;
use crate::path::Segment;
use crate::write::segment_prices;

/// Most ways to a knot that are kept.
const MAX_WAYS: usize = 8;
/// What a way may cost above the best to the same knot, in bytes: more than any letter and mirrored point can win back.
const SLACK: f64 = 9.0;
/// Most knots that one segment passes.
const MAX_REACH: usize = 24;
/// How many stretches in a row without a candidate end the search from a knot.
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

/// The cheapest segments along an outline. A line at the end of a `ring` costs nothing.
pub(super) fn segments(outline: &Outline, options: &Simplify, ring: bool) -> Option<(Vec<Segment>, f64)> {
    let count = outline.knots.len();
    let mut ways: Vec<Vec<Way>> = vec![Vec::new(); count];
    ways[0].push(Way { cost: 0.0, penalty: 0.0, letter: Some(b'l'), last: None, from: (0, 0) });
    for from in 0..count - 1 {
        let mut failed = 0;
        for to in from + 1..count.min(from + 1 + MAX_REACH) {
            let stretch = Stretch::new(outline, from, to, options);
            let candidates = stretch.candidates();
            failed = if candidates.is_empty() { failed + 1 } else { 0 };
            let (before, after) = ways.split_at_mut(to);
            for (index, way) in before[from].iter().enumerate() {
                let smooth = way.last.filter(|_| failed == 0).and_then(|last| stretch.smooth(&last));
                for candidate in candidates.iter().copied().chain(smooth) {
                    let free = ring && to == count - 1 && matches!(candidate.segment, Segment::Line(_));
                    relax(&mut after[0], way, &candidate, stretch.from, (from, index), free);
                }
            }
            if failed >= PATIENCE || outline.knots[to].firm {
                break;
            }
        }
        prune(&mut ways[from + 1]);
    }
    traced(&ways)
}

fn relax(ways: &mut Vec<Way>, way: &Way, candidate: &Candidate, at: crate::Point, from: (usize, usize), free: bool) {
    let segment = candidate.segment;
    for (bytes, letter) in segment_prices(at, way.last.as_ref(), &segment, way.letter) {
        let bytes = if free { 0.0 } else { bytes as f64 };
        let penalty = way.penalty + candidate.penalty;
        let next = Way { cost: way.cost + bytes + candidate.penalty, penalty, letter, last: Some(segment), from };
        match ways.iter_mut().find(|known| known.letter == letter && same_mirror(known.last, segment)) {
            Some(known) if known.cost <= next.cost => {}
            Some(known) => *known = next,
            None => ways.push(next),
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
