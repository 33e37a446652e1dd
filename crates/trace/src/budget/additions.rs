//! Adds polygons where the drawing is far from the picture: rectangles that take shape before they must pay for their
//! bytes.

use linocut_svg::Color;

use super::chain::{Bench, Chain, Terms};
use super::cost::OPACITY_BYTES;
use super::paint::Paint;
use super::rectangles::{Candidate, Sums};
use super::ring::{Change, Ring};
use super::shapes::{NEAREST, layer_bytes, ring_bytes};
use super::start::rectangle;
use super::sweep::{Crew, Task};

/// Number of rectangles searched for each that may be tried.
const LOOKS: usize = 48;
/// Error that a rectangle must save to be tried, in bytes' worth.
const LEAST_GAIN: f64 = 2.0;
/// Loss above which visiting the vertices of a rectangle is in vain, in bytes' worth.
const MOST_LOSS: f64 = 40.0;
/// Number of visits to the vertices before a polygon must pay for its bytes.
const VISITS: usize = 4;
/// Bytes by which a rectangle may grow in the meantime.
const GROWTH: i32 = 1000;

/// A rectangle in the layer where it saves most.
struct Trial {
    layer: usize,
    worth: f64,
    error: f64,
    bytes: i32,
}

impl Crew<'_> {
    /// Adds at most `most` polygons where the drawing is far from the picture.
    pub(crate) fn add_polygons(&mut self, most: usize, translucent: bool) {
        if self.terms.room <= 0 {
            return;
        }
        for mut candidate in self.candidates(most, translucent) {
            if self.stop.requested() {
                return;
            }
            candidate.paint.color = self.straight_color(candidate.bounds).unwrap_or(candidate.paint.color);
            self.add_polygon(&candidate);
        }
    }

    /// The rectangles that save most and do not overlap; none when asked to stop.
    fn candidates(&mut self, most: usize, translucent: bool) -> Vec<Candidate> {
        let lambda = self.terms.lambda;
        let least = translucent.then(|| lambda * f64::from(OPACITY_BYTES) / 16.0);
        let Some(sums) = Sums::of(&self.band, self.paints.space(), least, &self.stop) else { return Vec::new() };
        let mut all: Vec<Candidate> = Vec::new();
        for look in 0..most * LOOKS {
            if look % LOOKS == 0 && self.stop.requested() {
                return Vec::new();
            }
            all.extend(sums.climb(&mut self.rng));
        }
        all.sort_by(|a, b| b.gain.total_cmp(&a.gain));
        let mut taken: Vec<Candidate> = Vec::new();
        for candidate in all {
            if taken.len() >= most || candidate.gain < LEAST_GAIN * lambda {
                break;
            }
            if !taken.iter().any(|other| overlap(&other.bounds, &candidate.bounds)) {
                taken.push(candidate);
            }
        }
        taken
    }

    /// Of a cut-out, the mean colour without opacity inside a rectangle, if some of it is transparent.
    fn straight_color(&self, [left, top, right, bottom]: [i32; 4]) -> Option<Color> {
        let space = self.paints.space();
        if space.clear() == 0 {
            return None;
        }
        let (mut sums, mut weight, mut clear) = ([0.0; 3], 0.0, 0.0);
        for y in top - self.band.rows.start..bottom - self.band.rows.start {
            for x in left..right {
                let (color, opacity) = space.straight(self.band.targets[y as usize * self.band.width + x as usize]);
                sums.iter_mut().zip(color).for_each(|(sum, lane)| *sum += opacity * opacity * lane);
                weight += opacity * opacity;
                clear += 1.0 - opacity;
            }
        }
        (clear > 0.01 * weight && weight > 0.0).then(|| space.color(space.shown(sums.map(|sum| sum / weight))))
    }

    fn add_polygon(&mut self, candidate: &Candidate) {
        let [left, top, right, bottom] = candidate.bounds.map(|v| v * self.unit.per_pixel());
        let mut chain = Chain::whole(Ring::new(rectangle((left, top), (right, bottom))));
        let lambda = self.terms.lambda;
        let Some(trial) = self.best_layer(candidate, &chain.ring) else { return };
        if trial.worth > MOST_LOSS * lambda {
            return;
        }
        self.toggle_ring(trial.layer, &chain.ring, Change::Added);
        let mut account = Terms::new(lambda, GROWTH);
        account.book(trial.error, trial.bytes);
        self.shape(trial.layer, &mut chain, &mut account);
        if self.terms.pays(account.error, account.spent) {
            if trial.layer == self.fresh.0 {
                self.layers.push((trial.layer, candidate.paint));
                self.pens.resize(self.pens.len().max(trial.layer + 1), None);
                self.fresh.0 += self.fresh.1;
            }
            self.pens[trial.layer] = chain.ring.points.last().copied();
            self.tasks.push(Task::new(trial.layer, chain));
            self.terms.book(account.error, account.spent);
        } else {
            self.toggle_ring(trial.layer, &chain.ring, Change::Taken);
        }
    }

    /// The layer, new or existing, in which a polygon saves most.
    fn best_layer(&mut self, candidate: &Candidate, ring: &Ring) -> Option<Trial> {
        let own = self.own();
        let mut layers = self.likeliest(candidate);
        if let Some(own) = own {
            self.paints.set(own, candidate.paint);
            layers.push(own);
        }
        let lambda = self.terms.lambda;
        let mut trial = |layer: usize| {
            let element = if Some(layer) == own { layer_bytes(candidate.paint) } else { 0 };
            let bytes = ring_bytes(self.pens.get(layer).copied().flatten(), ring) + element;
            let error = self.try_ring(layer, ring, Change::Added);
            Trial { layer, worth: error + lambda * f64::from(bytes), error, bytes }
        };
        layers.into_iter().map(&mut trial).min_by(|a, b| a.worth.total_cmp(&b.worth))
    }

    /// Moves the vertices of a polygon that is not yet in its layer.
    fn shape(&mut self, layer: usize, chain: &mut Chain, account: &mut Terms) {
        let mut bench = Bench {
            band: &mut self.band,
            tools: &mut self.tools,
            paints: &self.paints,
            layer,
            winds: chain.ring.winds,
            size: self.size,
            unit: self.unit,
            curves: self.curves,
            rng: &mut self.rng,
            terms: account,
            stop: &self.stop,
        };
        for _ in 0..VISITS {
            bench.improve(chain);
        }
    }

    /// The layers whose paint would save most if they were on top.
    fn likeliest(&self, Candidate { bounds: [left, top, right, bottom], moments, .. }: &Candidate) -> Vec<usize> {
        let middle = ((left + right) / 2, (top + bottom) / 2);
        let error = |layer: usize, paint: &Paint| {
            let [a, b, c, _] = self.paints.color::<true>(layer, middle).map(f64::from);
            // A fade is as opaque as in the middle.
            let alpha = paint.fade.map_or(paint.alpha, |_| (1000.0 * self.paints.alpha(layer, middle)).round() as i32);
            moments.with([a, b, c], alpha)
        };
        let mut all: Vec<(f64, usize)> =
            self.layers.iter().map(|(layer, paint)| (error(*layer, paint), *layer)).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        all.into_iter().take(NEAREST).map(|(_, layer)| layer).collect()
    }
}

fn overlap(a: &[i32; 4], b: &[i32; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

#[cfg(test)]
mod tests {
    use image::RgbImage;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use super::super::objective::Measure;
    use super::super::state::State;
    use super::super::sweep::{Moves, Shares};
    use super::*;

    /// A diamond on a ground of one colour, of which only the ground is drawn.
    fn state() -> State {
        let inside = |x: u32, y: u32| x.abs_diff(32) + y.abs_diff(30) < 20;
        let image =
            RgbImage::from_fn(64, 64, |x, y| image::Rgb(if inside(x, y) { [220, 60, 20] } else { [20, 60, 90] }));
        State::new(&image, Measure::plain(vec![1.0; 64 * 64]), Color::new(20, 60, 90), Vec::new())
    }

    fn add(state: &mut State, terms: &mut Terms) {
        state.sweep(terms, Moves { additions: 4, ..Moves::default() }, Shares { bands: 1, threads: 1 }, 1);
    }

    #[test]
    fn a_polygon_comes_closer_than_the_best_rectangle() {
        let mut state = state();
        let (before, lambda) = (state.error, 0.002 * state.error);
        let band = state.coverage.band();
        let sums = Sums::of(&band, state.paints.space(), None, &state.stop).unwrap();
        let mut rng = Pcg64Mcg::seed_from_u64(2);
        let best = (0..LOOKS).filter_map(|_| sums.climb(&mut rng)).map(|rectangle| rectangle.gain).fold(0.0, f64::max);
        add(&mut state, &mut Terms::new(lambda, 500));
        let left = state.coverage.error();
        assert!(best > 0.0 && left < 0.7 * (before - best), "{left} of {before}, rectangle {best}");
    }

    #[test]
    fn the_account_holds_what_has_changed() {
        let mut state = state();
        let (error, bytes) = (state.error, state.bytes);
        let mut terms = Terms::new(0.002 * error, 500);
        add(&mut state, &mut terms);
        state.recount();
        assert!(terms.spent > 0 && terms.room == 500 - terms.spent);
        assert!((state.error - error - terms.error).abs() < 1e-5 * error);
        assert!((state.bytes - bytes - terms.spent).abs() < 30, "{} told {}", state.bytes - bytes, terms.spent);
    }

    #[test]
    fn what_does_not_pay_leaves_no_trace() {
        let mut state = state();
        let before = state.clone();
        add(&mut state, &mut Terms::new(0.03 * before.error, 500));
        add(&mut state, &mut Terms::new(0.002 * before.error, 0));
        assert_eq!(state.layers, before.layers);
        assert_eq!(state.coverage.residuals(), before.coverage.residuals());
        assert_eq!(state.coverage.masks(64 * 30 + 32), before.coverage.masks(64 * 30 + 32));
    }
}
