//! Gives layers a ramp of colour, aims ramps anew, or takes them away, where that pays.

use super::chain::Terms;
use super::field::{Field, Slant};
use super::paint::{Paint, top};
use super::shading::CLEAR;
use super::state::{POLLED, State};
use super::threads::in_strips;

/// Maximum number of layers that change in one call.
const MOST: usize = 24;

impl State {
    /// Tries the best ramp of every opaque layer, or one colour where a layer has a ramp that is no longer worth its bytes.
    pub(crate) fn refit_ramps(&mut self, terms: &mut Terms) {
        let Some(fields) = self.fields() else { return };
        let (space, unit) = (self.paints.space(), self.unit.per_pixel());
        let mut changes: Vec<(f64, usize, Paint)> = Vec::new();
        for (layer, field) in fields.iter().enumerate() {
            let old = self.layers[layer].paint;
            let worth = |slant: &Slant| 4.0 * slant.gain - terms.lambda * f64::from(slant.bytes);
            let best = field.ramps().map(|slant| (worth(&slant), slant)).max_by(|a, b| a.0.total_cmp(&b.0));
            let Some((worth, slant)) = best.filter(|_| old.is_opaque()) else { continue };
            if old.ramp.is_some() && worth < 0.0 {
                changes.push((-worth, layer, Paint { ramp: None, color: field.color(space), ..old }));
            } else if worth > 0.0 && slant.gain >= CLEAR * field.spread() {
                changes.push((worth, layer, slant.paint(space, unit)));
            }
        }
        changes.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (_, layer, paint) in changes.into_iter().take(MOST) {
            if self.stop.requested() {
                return;
            }
            let (old, before) = (self.layers[layer].paint, self.coverage.error());
            self.set_paint(layer, paint);
            let error = self.coverage.error() - before;
            let bytes = paint.ramp_bytes() - old.ramp_bytes();
            if error + terms.lambda * f64::from(bytes) < 0.0 && (bytes <= 0 || bytes <= terms.room) {
                terms.book(error, bytes);
            } else {
                self.set_paint(layer, old);
            }
        }
    }

    /// Sums over the samples where each layer lies on top; `None` when asked to stop.
    fn fields(&self) -> Option<Vec<Field>> {
        let (width, height) = self.coverage.size();
        let parts = in_strips(self.coverage.threads, height, 1, |rows| {
            let mut part = vec![Field::default(); self.layers.len()];
            for pixel in rows.start * width..rows.end * width {
                if pixel % POLLED == 0 && self.stop.requested() {
                    return None;
                }
                let [a, b, c, _] = self.coverage.targets()[pixel].map(f64::from);
                let weight = f64::from(self.coverage.weights()[pixel]);
                let middle = ((pixel % width) as f64 + 0.5, (pixel / width) as f64 + 0.5);
                if let Some(only) = self.coverage.only(pixel) {
                    part[only].add(4.0 * weight, middle, [a, b, c]);
                    continue;
                }
                for mask in self.coverage.masks(pixel) {
                    part[usize::from(top(mask))].add(weight, middle, [a, b, c]);
                }
            }
            Some(part)
        })?;
        let mut all = vec![Field::default(); self.layers.len()];
        for part in parts {
            all.iter_mut().zip(&part).for_each(|(sum, field)| *sum = sum.joined(field));
        }
        Some(all)
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};
    use linocut_svg::Color;

    use super::super::objective::Measure;
    use super::*;

    /// A state of a background alone.
    fn state(image: &RgbImage) -> State {
        let weights = vec![1.0; image.as_raw().len() / 3];
        State::new(image, Measure::plain(weights), Color::new(100, 100, 100), Vec::new())
    }

    fn sky() -> RgbImage {
        RgbImage::from_fn(80, 60, |x, y| Rgb([(40 + 2 * y) as u8, (60 + y + x / 2) as u8, 200]))
    }

    #[test]
    fn a_layer_over_a_slope_gets_a_ramp_if_that_is_worth_its_bytes() {
        let mut state = state(&sky());
        let before = state.error;
        state.refit_ramps(&mut Terms::new(before, 1000));
        assert_eq!(state.layers[0].paint.ramp, None);
        let mut terms = Terms::new(before / 1e5, 1000);
        state.refit_ramps(&mut terms);
        let (error, bytes) = (state.error, state.bytes);
        state.recount();
        assert!(state.layers[0].paint.ramp.is_some() && state.error < 0.1 * before, "{} of {before}", state.error);
        assert!((terms.error - (state.error - error)).abs() < 1e-6 * before);
        assert!((terms.spent - (state.bytes - bytes)).abs() < 40, "{} told {}", state.bytes - bytes, terms.spent);
    }

    #[test]
    fn a_ramp_that_shows_little_goes_back_to_one_colour() {
        let mut state = state(&sky());
        state.refit_ramps(&mut Terms::new(state.error / 1e5, 1000));
        assert!(state.layers[0].paint.ramp.is_some());
        state.refit_ramps(&mut Terms::new(1e9, 1000));
        assert_eq!(state.layers[0].paint.ramp, None);
    }

    #[test]
    fn texture_gets_no_ramp() {
        let noise = |x: u32, y: u32| ((x * 7919 + y * 104_729) % 97) as u8 + y as u8 / 4;
        let mut state = state(&RgbImage::from_fn(80, 60, |x, y| Rgb([noise(x, y); 3])));
        state.refit_ramps(&mut Terms::new(state.error / 1e6, 1000));
        assert_eq!(state.layers[0].paint.ramp, None);
    }

    #[test]
    fn what_is_searched_is_what_a_renderer_shows() {
        let far = |x: u32, y: u32| ((f64::from(x) - 30.0).hypot(f64::from(y) - 20.0) * 1.5) as u8;
        for image in [sky(), RgbImage::from_fn(80, 60, |x, y| Rgb([200 - far(x, y), 90 + far(x, y), 140]))] {
            let mut state = state(&image);
            state.refit_ramps(&mut Terms::new(state.error / 1e6, 1000));
            state.refit_colors(0.0);
            let shown = linocut_svg::rasterize(&state.drawing().write(), 80, 60).unwrap();
            let space = state.paints.space();
            for (searched, shown) in state.coverage.picture(space).pixels().zip(shown.pixels()) {
                assert!(searched.0.iter().zip(shown.0).all(|(a, b)| a.abs_diff(b) <= 1), "{searched:?} {shown:?}");
            }
        }
    }
}
