//! Moves of whole polygons: delete, give to another layer, add where the picture is far off.

use linocut_svg::Point;
use rand::{Rng, RngExt};

use super::chain::{Ring, Terms};
use super::cost::{ELEMENT_BYTES, OPACITY_BYTES, move_bytes, outline_bytes};
use super::moments::Moments;
use super::paint::{MAX_LAYERS, Paint};
use super::rectangles::{Candidate, Sums};
use super::start::rectangle;
use super::state::{Layer, State};

/// Layers nearest in colour that are tried for a polygon.
const NEAREST: usize = 6;

/// About what a move to a polygon and its place in the path cost.
fn ring_bytes(pen: Option<Point>, points: &[Point]) -> i32 {
    points.first().map_or(0, |&first| move_bytes(pen, first)) + outline_bytes(points)
}

impl State {
    fn pen(&self, layer: usize) -> Option<Point> {
        self.layers[layer].rings.last().and_then(|ring| ring.points.last().copied())
    }

    /// Deletes polygons that do not earn their bytes.
    pub(crate) fn delete_rings<R: Rng>(&mut self, terms: &mut Terms, rng: &mut R) {
        for layer in 1..self.layers.len() {
            let mut ring = 0;
            while ring < self.layers[layer].rings.len() {
                let points = self.layers[layer].rings[ring].points.clone();
                if !small(&points) && rng.random_range(0..8) > 0 {
                    ring += 1;
                    continue;
                }
                let before = ring.checked_sub(1).and_then(|r| self.layers[layer].rings[r].points.last().copied());
                let alone = self.layers[layer].rings.len() == 1;
                let bytes = ring_bytes(before, &points) + if alone { layer_bytes(self.layers[layer].paint) } else { 0 };
                let error = self.try_ring(layer, &points);
                if terms.pays(error, -bytes) {
                    self.toggle_ring(layer, ring);
                    self.layers[layer].rings.remove(ring);
                    terms.book(error, -bytes);
                } else {
                    ring += 1;
                }
            }
        }
    }

    /// Layers other than `except` by distance in colour.
    fn nearest(&self, color: [f32; 3], except: usize) -> Vec<usize> {
        let distance = |layer: usize| -> f32 {
            let c = self.layers[layer].paint.color;
            [c.r, c.g, c.b].iter().zip(color).map(|(a, b)| (f32::from(*a) - b).powi(2)).sum()
        };
        let mut all: Vec<usize> =
            (1..self.layers.len()).filter(|&l| l != except && self.layers[l].paint.is_opaque()).collect();
        all.sort_by(|&a, &b| distance(a).total_cmp(&distance(b)).then(a.cmp(&b)));
        all.truncate(NEAREST);
        all
    }

    /// Gives polygons to layers of similar colour where that pays.
    pub(crate) fn reassign_rings<R: Rng>(&mut self, terms: &mut Terms, rng: &mut R) {
        for layer in 1..self.layers.len() {
            let mut ring = 0;
            while ring < self.layers[layer].rings.len() {
                if rng.random_range(0..3) == 0 && self.reassign(layer, ring, terms) {
                    continue;
                }
                ring += 1;
            }
        }
    }

    fn reassign(&mut self, layer: usize, ring: usize, terms: &mut Terms) -> bool {
        let color = self.layers[layer].paint.color;
        let targets = self.nearest([color.r, color.g, color.b].map(f32::from), layer);
        let points = self.layers[layer].rings[ring].points.clone();
        let alone = self.layers[layer].rings.len() == 1;
        let saved = if alone { layer_bytes(self.layers[layer].paint) } else { 0 };
        let before = ring.checked_sub(1).and_then(|r| self.layers[layer].rings[r].points.last().copied());
        let old_bytes = move_bytes(before, points[0]) + saved;
        let without = self.try_ring(layer, &points);
        self.toggle_ring(layer, ring);
        for target in targets {
            let bytes = move_bytes(self.pen(target), points[0]) - old_bytes;
            let error = without + self.try_ring(target, &points);
            if terms.pays(error, bytes) {
                let ring = self.layers[layer].rings.remove(ring);
                self.layers[target].rings.push(ring);
                let last = self.layers[target].rings.len() - 1;
                self.toggle_ring(target, last);
                terms.book(error, bytes);
                return true;
            }
        }
        self.toggle_ring(layer, ring);
        false
    }

    /// Adds rectangles where the picture is far off, at most `most`.
    pub(crate) fn add_rectangles<R: Rng>(&mut self, terms: &mut Terms, rng: &mut R, most: usize, translucent: bool) {
        let sums = Sums::of(self, translucent.then(|| terms.lambda * f64::from(OPACITY_BYTES) / 16.0));
        let mut candidates: Vec<Candidate> = (0..most * 6).filter_map(|_| sums.climb(rng)).collect();
        candidates.sort_by(|a, b| b.gain.total_cmp(&a.gain));
        let mut taken: Vec<[i32; 4]> = Vec::new();
        for candidate in candidates {
            if taken.len() >= most || candidate.gain < 12.0 * terms.lambda {
                break;
            }
            if taken.iter().any(|other| overlap(other, &candidate.bounds)) {
                continue;
            }
            taken.push(candidate.bounds);
            self.add_rectangle(&candidate, terms);
        }
    }

    fn add_rectangle(&mut self, candidate: &Candidate, terms: &mut Terms) {
        let [left, top, right, bottom] = candidate.bounds;
        let points = rectangle((left, top), (right, bottom));
        let mut best: Option<(f64, f64, i32, usize)> = None;
        for target in self.likeliest(&candidate.moments) {
            let bytes = ring_bytes(self.pen(target), &points);
            let error = self.try_ring(target, &points);
            let worth = error + terms.lambda * f64::from(bytes);
            if best.is_none_or(|b| worth < b.0) {
                best = Some((worth, error, bytes, target));
            }
        }
        let own = self.layers.len();
        if own < MAX_LAYERS {
            self.paints.set(own, candidate.paint);
            let bytes = ring_bytes(None, &points) + layer_bytes(candidate.paint);
            let error = self.try_ring(own, &points);
            let worth = error + terms.lambda * f64::from(bytes);
            if best.is_none_or(|b| worth < b.0) {
                best = Some((worth, error, bytes, own));
            }
        }
        if let Some((_, error, bytes, target)) = best
            && terms.pays(error, bytes)
        {
            if target == own {
                self.layers.push(Layer { paint: candidate.paint, rings: Vec::new() });
            }
            self.layers[target].rings.push(Ring::new(points));
            let last = self.layers[target].rings.len() - 1;
            self.toggle_ring(target, last);
            terms.book(error, bytes);
        }
    }

    /// The layers that would serve best, were they on top.
    fn likeliest(&self, moments: &Moments) -> Vec<usize> {
        let error = |layer: usize| {
            let Paint { color, alpha } = self.layers[layer].paint;
            moments.with([color.r, color.g, color.b].map(f64::from), alpha)
        };
        let mut all: Vec<(f64, usize)> = (1..self.layers.len()).map(|layer| (error(layer), layer)).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        all.into_iter().take(NEAREST).map(|(_, layer)| layer).collect()
    }
}

/// Bytes of a layer's element without its outlines.
fn layer_bytes(paint: Paint) -> i32 {
    ELEMENT_BYTES + 7 + if paint.is_opaque() { 0 } else { OPACITY_BYTES }
}

/// Whether a polygon is so small that it might not earn its bytes.
fn small(points: &[Point]) -> bool {
    let bounds =
        points.iter().fold((i32::MAX, i32::MAX, 0, 0), |b, p| (b.0.min(p.x), b.1.min(p.y), b.2.max(p.x), b.3.max(p.y)));
    (bounds.2 - bounds.0) * (bounds.3 - bounds.1) < 1500
}

fn overlap(a: &[i32; 4], b: &[i32; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}
