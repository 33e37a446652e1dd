//! Moves whole polygons: deletes them or gives them to another layer.

use linocut_svg::Point;
use rand::{Rng, RngExt};

use super::chain::Terms;
use super::cost::{ELEMENT_BYTES, OPACITY_BYTES, move_bytes, outline_bytes};
use super::paint::Paint;
use super::state::State;

/// Number of layers nearest in colour that are tried for a polygon.
pub(crate) const NEAREST: usize = 6;

/// Approximate bytes of a polygon with the move to it.
pub(crate) fn ring_bytes(pen: Option<Point>, points: &[Point]) -> i32 {
    points.first().map_or(0, |&first| move_bytes(pen, first)) + outline_bytes(points)
}

impl State {
    /// Where the path of a layer ends; `None` for a layer that does not exist yet.
    pub(crate) fn pen(&self, layer: usize) -> Option<Point> {
        self.layers.get(layer)?.rings.last()?.points.last().copied()
    }

    /// Deletes polygons that are not worth their bytes.
    pub(crate) fn delete_rings<R: Rng>(&mut self, terms: &mut Terms, rng: &mut R) {
        for layer in 1..self.layers.len() {
            let mut ring = 0;
            while ring < self.layers[layer].rings.len() && !self.stop.requested() {
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
            while ring < self.layers[layer].rings.len() && !self.stop.requested() {
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
}

/// Bytes of a layer's element without its outlines.
pub(crate) fn layer_bytes(paint: Paint) -> i32 {
    ELEMENT_BYTES + 7 + if paint.is_opaque() { 0 } else { OPACITY_BYTES }
}

/// Whether a polygon is so small that it might not be worth its bytes.
fn small(points: &[Point]) -> bool {
    let bounds =
        points.iter().fold((i32::MAX, i32::MAX, 0, 0), |b, p| (b.0.min(p.x), b.1.min(p.y), b.2.max(p.x), b.3.max(p.y)));
    (bounds.2 - bounds.0) * (bounds.3 - bounds.1) < 1500
}
