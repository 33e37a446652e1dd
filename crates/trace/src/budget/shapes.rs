//! Moves whole polygons: deletes them or gives them to another layer.

use linocut_svg::Point;
use rand::RngExt;

use super::cost::{ELEMENT_BYTES, OPACITY_BYTES, move_bytes};
use super::curve::Unit;
use super::paint::{OPAQUE, Paint, Place};
use super::ring::{Change, Ring};
use super::state::State;
use super::sweep::{Crew, Task};

/// Number of layers nearest in colour that are tried for a polygon.
pub(crate) const NEAREST: usize = 6;

/// Approximate bytes of an outline with the move to it.
pub(crate) fn ring_bytes(pen: Option<Point>, ring: &Ring) -> i32 {
    ring.points.first().map_or(0, |&first| move_bytes(pen, first)) + ring.bytes()
}

impl State {
    /// Where the path of a layer ends; `None` for a layer that does not exist yet.
    pub(crate) fn pen(&self, layer: usize) -> Option<Point> {
        self.layers.get(layer)?.rings.last()?.points.last().copied()
    }
}

impl Crew<'_> {
    /// Deletes polygons that are not worth their bytes.
    pub(crate) fn delete_rings(&mut self) {
        for index in 0..self.tasks.len() {
            if self.stop.requested() {
                return;
            }
            if !self.tasks[index].is_whole() {
                continue;
            }
            let ring = std::mem::take(&mut self.tasks[index].chain.ring);
            let Task { layer, before, alone, .. } = self.tasks[index];
            if !small(&ring.points, self.unit) && self.rng.random_range(0..8) > 0 {
                self.tasks[index].chain.ring = ring;
                continue;
            }
            let bytes = ring_bytes(before, &ring) + if alone { self.element_bytes(layer) } else { 0 };
            let error = self.try_ring(layer, &ring, Change::Taken);
            if self.terms.pays(error, -bytes) {
                self.toggle_ring(layer, &ring, Change::Taken);
                self.terms.book(error, -bytes);
            } else {
                self.tasks[index].chain.ring = ring;
            }
        }
    }

    /// Bytes of a layer's element without its outlines.
    fn element_bytes(&self, layer: usize) -> i32 {
        self.layers.iter().find(|entry| entry.0 == layer).map_or(0, |entry| layer_bytes(entry.1))
    }

    /// Opaque layers other than `except` by distance in colour from it at a place.
    fn nearest(&self, place: Place, except: usize) -> Vec<usize> {
        let color = |layer: usize| self.paints.color::<true>(layer, place);
        let own = color(except);
        let distance = |layer: usize| -> i32 {
            color(layer).iter().zip(own).map(|(a, b)| (i32::from(*a) - i32::from(b)).pow(2)).sum()
        };
        let others = self.layers.iter().filter(|(layer, paint)| *layer != except && paint.is_opaque());
        let mut all: Vec<(i32, usize)> = others.map(|(layer, _)| (distance(*layer), *layer)).collect();
        all.sort_unstable();
        all.into_iter().take(NEAREST).map(|(_, layer)| layer).collect()
    }

    /// Gives polygons to layers of similar colour where that pays.
    pub(crate) fn reassign_rings(&mut self) {
        for index in 0..self.tasks.len() {
            if self.stop.requested() {
                return;
            }
            if self.tasks[index].is_whole() && self.rng.random_range(0..3) == 0 {
                self.reassign(index);
            }
        }
    }

    fn reassign(&mut self, index: usize) {
        let Task { layer, before, alone, .. } = self.tasks[index];
        let ring = self.tasks[index].chain.ring.clone();
        let unit = self.unit.per_pixel();
        let targets = self.nearest((ring.points[0].x / unit, ring.points[0].y / unit), layer);
        let (first, last) = (ring.points[0], ring.points.last().copied());
        let saved = if alone { self.element_bytes(layer) } else { 0 };
        let old_bytes = move_bytes(before, first) + saved;
        let without = self.try_ring(layer, &ring, Change::Taken);
        self.toggle_ring(layer, &ring, Change::Taken);
        for target in targets {
            let bytes = move_bytes(self.pens[target], first) - old_bytes;
            let error = without + self.try_ring(target, &ring, Change::Added);
            if self.terms.pays(error, bytes) {
                self.toggle_ring(target, &ring, Change::Added);
                self.tasks[index].layer = target;
                self.pens[target] = last;
                self.terms.book(error, bytes);
                return;
            }
        }
        self.toggle_ring(layer, &ring, Change::Added);
    }
}

/// Bytes of a layer's element without its outlines.
pub(crate) fn layer_bytes(paint: Paint) -> i32 {
    let ramp = paint.ramp_bytes();
    ELEMENT_BYTES + 7 + ramp + if paint.alpha == OPAQUE { 0 } else { OPACITY_BYTES }
}

/// Whether a polygon is so small that it might not be worth its bytes.
fn small(points: &[Point], unit: Unit) -> bool {
    let bounds =
        points.iter().fold((i32::MAX, i32::MAX, 0, 0), |b, p| (b.0.min(p.x), b.1.min(p.y), b.2.max(p.x), b.3.max(p.y)));
    (bounds.2 - bounds.0) * (bounds.3 - bounds.1) < 1500 * unit.per_pixel().pow(2)
}
