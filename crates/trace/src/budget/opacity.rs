//! Fits the opacities of layers: makes them translucent, or opaque again, where that pays.

use super::chain::Terms;
use super::cost::OPACITY_BYTES;
use super::moments::Moments;
use super::paint::{Paint, top};
use super::state::{POLLED, State};
use super::threads::in_strips;

/// Maximum number of layers whose opacity changes in one call.
const MOST: usize = 4;

impl State {
    /// Tries every opacity in tenths for every third layer, beginning with layer `1 + turn % 3`.
    pub(crate) fn refit_opacities(&mut self, terms: &mut Terms, turn: usize) {
        let is_even = |layer: usize| self.layers[layer].paint.is_plain();
        let chosen: Vec<usize> =
            (1..self.layers.len()).filter(|layer| layer % 3 == turn % 3 && is_even(*layer)).collect();
        let Some(moments) = self.moments(&chosen) else { return };
        let mut changes: Vec<(f64, usize, Paint, i32)> = Vec::new();
        for (&layer, moments) in chosen.iter().zip(&moments) {
            if moments.weight < 4.0 {
                continue;
            }
            let old = self.layers[layer].paint;
            let price = terms.lambda * f64::from(OPACITY_BYTES);
            let channels = self.paints.space().of(old.color);
            let (alpha, color, error) = if self.is_cut_out() {
                // Its colour is the picture's without its opacity.
                let (alpha, error) = moments.best_opacity(channels, price / 4.0);
                (alpha, channels, error)
            } else {
                moments.best(self.paints.space(), price / 4.0)
            };
            let new = Paint { color: self.paints.space().color(color), alpha, ..old };
            let bytes = OPACITY_BYTES * (i32::from(old.is_opaque()) - i32::from(new.is_opaque()));
            let gain = 4.0 * (moments.with(channels, old.alpha) - error) - terms.lambda * f64::from(bytes);
            if alpha != old.alpha && gain > terms.lambda {
                changes.push((gain, layer, new, bytes));
            }
        }
        changes.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (_, layer, paint, bytes) in changes.into_iter().take(MOST) {
            if self.stop.requested() {
                return;
            }
            let (old, before) = (self.layers[layer].paint, self.coverage.error());
            self.set_paint(layer, paint);
            let error = self.coverage.error() - before;
            if error + terms.lambda * f64::from(bytes) < 0.0 {
                terms.book(error, bytes);
            } else {
                self.set_paint(layer, old);
            }
        }
    }

    pub(crate) fn set_paint(&mut self, layer: usize, paint: Paint) {
        self.layers[layer].paint = paint;
        self.mix();
        self.coverage.repaint_layer(&self.paints, layer);
    }

    /// Moments of the samples where these layers lie on top, against what lies below them; `None` when asked to stop.
    fn moments(&self, chosen: &[usize]) -> Option<Vec<Moments>> {
        let mut places = vec![None; self.layers.len()];
        chosen.iter().enumerate().for_each(|(place, &layer)| places[layer] = Some(place));
        let (width, height) = self.coverage.size();
        let parts = in_strips(self.coverage.threads, height, 1, |rows| {
            let mut part = vec![Moments::default(); chosen.len()];
            for pixel in rows.start * width..rows.end * width {
                if pixel % POLLED == 0 && self.stop.requested() {
                    return None;
                }
                let target = self.coverage.targets()[pixel].map(f64::from);
                let weight = f64::from(self.coverage.weights()[pixel]);
                let place = ((pixel % width) as i32, (pixel / width) as i32);
                for mask in self.coverage.masks(pixel) {
                    let layer = usize::from(top(mask));
                    if let Some(at) = places[layer] {
                        let below = self.paints.shade::<true>(mask & !(1 << layer), place);
                        part[at].add(weight, target, below.map(f64::from));
                    }
                }
            }
            Some(part)
        })?;
        let mut all = vec![Moments::default(); chosen.len()];
        for part in parts {
            all.iter_mut().zip(&part).for_each(|(sum, moments)| *sum = sum.combine(moments, 1.0));
        }
        Some(all)
    }
}
