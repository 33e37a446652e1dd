//! Fits the colours of all layers together by least squares, in long or short spelling.

use std::ops::Range;

use super::band::CELL;
use super::coverage::Coverage;
use super::paint::{MAX_LAYERS, Mask, Paint, Paints, Place, Rgb};
use super::ramp::{Course, Ramp};
use super::space::Space;
use super::state::{POLLED, State};
use super::threads::in_strips;
use crate::picture::GROUND;

/// Rounds of the solver.
const ROUNDS: usize = 8;

/// Normal equations of the colours: how much each layer shows, alone and together with others. The first colour of each has
/// its number; the others of ramps follow.
struct Equations {
    /// Number of colours.
    count: usize,
    /// Sum over pixels of the products of the shares of two layers.
    products: Vec<f64>,
    /// Sum over pixels of share times picture.
    targets: Vec<[f64; 3]>,
}

impl Equations {
    /// `None` when asked to stop.
    fn of(state: &State, paints: &[Paint]) -> Option<Self> {
        let ramps = Ramps::of(paints, state.unit.per_pixel());
        let empty = || {
            let count = ramps.count;
            Self { count, products: vec![0.0; count * count], targets: vec![[0.0; 3]; count] }
        };
        let height = state.coverage.size().1;
        let parts = in_strips(state.coverage.threads, height, CELL, |rows| {
            let mut part = empty();
            part.add_rows(state, &ramps, rows).then_some(part)
        })?;
        let mut all = empty();
        for part in parts {
            all.products.iter_mut().zip(part.products).for_each(|(sum, v)| *sum += v);
            let lanes = all.targets.as_flattened_mut().iter_mut();
            lanes.zip(part.targets.as_flattened()).for_each(|(sum, v)| *sum += v);
        }
        Some(all)
    }

    /// Enters the pixels of rows from a multiple of [`CELL`] on, and their cells; false when asked to stop.
    fn add_rows(&mut self, state: &State, ramps: &Ramps, rows: Range<usize>) -> bool {
        let (coverage, space) = (&state.coverage, state.paints.space());
        let width = coverage.size().0;
        let mut shares: Vec<(usize, f64)> = Vec::with_capacity(8);
        for pixel in rows.start * width..rows.end * width {
            if pixel % POLLED == 0 && state.stop.requested() {
                return false;
            }
            shares.clear();
            Self::add_pixel(&mut shares, coverage, pixel, &state.paints, ramps);
            let (weight, target) = (f64::from(coverage.weights()[pixel]), coverage.targets()[pixel]);
            if space.clear() == 0 {
                self.book(&shares, weight, target.map(f64::from));
            } else {
                let (target, opacity) = wanted(space, &shares, target);
                self.book(&shares, weight * opacity * opacity, target);
            }
        }
        if space.clear() > 0 || coverage.cell_weights().is_empty() {
            return true;
        }
        let columns = width.div_ceil(CELL);
        for cell in rows.start / CELL * columns..rows.end.div_ceil(CELL) * columns {
            if cell % POLLED == 0 && state.stop.requested() {
                return false;
            }
            let (left, top) = (cell % columns * CELL, cell / columns * CELL);
            shares.clear();
            let mut target = [0.0; 4];
            for y in top..(top + CELL).min(rows.end) {
                for pixel in y * width + left..y * width + (left + CELL).min(width) {
                    target.iter_mut().zip(coverage.targets()[pixel]).for_each(|(sum, t)| *sum += f64::from(t));
                    Self::add_pixel(&mut shares, coverage, pixel, &state.paints, ramps);
                }
            }
            self.book(&shares, f64::from(coverage.cell_weights()[cell]), target);
        }
        true
    }

    /// Adds the shares of the layers in a pixel.
    fn add_pixel(shares: &mut Vec<(usize, f64)>, coverage: &Coverage, pixel: usize, paints: &Paints, ramps: &Ramps) {
        let width = coverage.size().0;
        let place = ((pixel % width) as i32, (pixel / width) as i32);
        let mut add = |layer: usize, share: f64| match &ramps.of[layer] {
            Some(Colors { second, count, course }) => {
                // Between two neighbours of its colours.
                let way = f64::from(course.at(place)) * *count as f64;
                let before = (way as usize).min(count - 1);
                let part = way - before as f64;
                let number = |i: usize| if i == 0 { layer } else { second + i - 1 };
                add_share(shares, number(before), share * (1.0 - part));
                add_share(shares, number(before + 1), share * part);
            }
            None => add_share(shares, layer, share),
        };
        if coverage.areas.is_some() {
            coverage.exact_shares(pixel, (paints, place), &mut add);
        } else if let Some(only) = coverage.only(pixel) {
            add(only, 1.0);
        } else {
            coverage.masks(pixel).into_iter().for_each(|mask| add_shares(&mut add, mask, paints, place));
        }
    }

    /// Enters that these shares together are to show a colour.
    fn book(&mut self, shares: &[(usize, f64)], weight: f64, target: [f64; 4]) {
        for &(a, share) in shares {
            self.targets[a].iter_mut().zip(target).for_each(|(sum, t)| *sum += weight * share * t);
            for &(b, other) in shares {
                self.products[a * self.count + b] += weight * share * other;
            }
        }
    }

    /// Half the falling slope of the error in a layer's colour.
    fn pull(&self, colors: &[[f64; 3]], layer: usize) -> [f64; 3] {
        let row = &self.products[layer * self.count..(layer + 1) * self.count];
        let mut pull = self.targets[layer];
        for (product, color) in row.iter().zip(colors) {
            if *product != 0.0 {
                pull.iter_mut().zip(color).for_each(|(p, c)| *p -= product * c);
            }
        }
        pull
    }
}

/// The colours of layers with ramps.
struct Ramps {
    /// By layer.
    of: Vec<Option<Colors>>,
    /// Number of all colours.
    count: usize,
}

/// The colours of a ramp after the first, which has the number of its layer.
struct Colors {
    /// The number of the second colour, which the others follow.
    second: usize,
    count: usize,
    course: Course,
}

impl Ramps {
    fn of(paints: &[Paint], unit: i32) -> Self {
        let mut next = paints.len();
        let mut colors = |ramp: Ramp| {
            let (second, count) = (next, ramp.colors().count());
            next += count;
            Colors { second, count, course: Course::new(ramp.way, unit) }
        };
        let of = paints.iter().map(|paint| paint.ramp.map(&mut colors)).collect();
        Self { of, count: next }
    }
}

/// What a pixel of a cut-out looks like if the layers that it shows have the picture's colour, and the picture's opacity.
fn wanted(space: Space, shares: &[(usize, f64)], target: Rgb) -> ([f64; 4], f64) {
    let (color, opacity) = space.straight(target);
    let ground = space.whole([GROUND; 3]).map(f64::from);
    let bare: f64 = shares.iter().filter(|share| share.0 == 0).map(|share| share.1).sum();
    let lane = |i: usize| color.get(i).map_or(0.0, |color| (1.0 - bare) * color + bare * ground[i]);
    (std::array::from_fn(lane), opacity)
}

fn add_share(shares: &mut Vec<(usize, f64)>, layer: usize, share: f64) {
    match shares.iter_mut().find(|entry| entry.0 == layer) {
        Some(entry) => entry.1 += share,
        None => shares.push((layer, share)),
    }
}

fn add_shares(add: &mut impl FnMut(usize, f64), mask: Mask, paints: &Paints, place: Place) {
    let base = usize::from(paints.top_opaque(mask));
    let mut left = 0.25;
    let mut rest = mask >> base;
    while rest != 0 {
        let highest = 127 - rest.leading_zeros() as usize;
        let layer = base + highest;
        let alpha = if highest == 0 { 1.0 } else { f64::from(paints.alpha(layer, place)) };
        add(layer, left * alpha);
        left *= 1.0 - alpha;
        rest ^= 1 << highest;
    }
}

impl State {
    /// Gives every layer the colour that is best for the whole drawing; `lambda` is the error that a byte must save.
    pub(crate) fn refit_colors(&mut self, lambda: f64) {
        let paints: Vec<Paint> = self.layers.iter().map(|layer| layer.paint).collect();
        debug_assert!(paints.len() <= MAX_LAYERS);
        let space = self.paints.space();
        let Some(equations) = Equations::of(self, &paints) else { return };
        let further = paints.iter().filter_map(|paint| paint.ramp).flat_map(|ramp| ramp.colors());
        let mut colors: Vec<[f64; 3]> = paints.iter().map(|p| p.color).chain(further).map(|c| space.of(c)).collect();
        // The ground of a cut-out is not drawn.
        let first = usize::from(self.is_cut_out());
        for _ in 0..ROUNDS {
            for layer in first..colors.len() {
                colors[layer] = equations.best(space, &colors, layer).unwrap_or(colors[layer]);
            }
        }
        for _ in 0..2 {
            for layer in first..colors.len() {
                let Some(best) = equations.best(space, &colors, layer) else { continue };
                let own = 16.0 * equations.products[layer * equations.count + layer];
                colors[layer] = spelling(space, best, own, lambda);
            }
        }
        let mut further = colors[paints.len()..].iter().map(|lanes| space.color(*lanes));
        for (layer, color) in self.layers.iter_mut().zip(&colors).skip(first) {
            layer.paint.color = space.color(*color);
            if let Some(ramp) = &mut layer.paint.ramp {
                ramp.middle = ramp.middle.and_then(|_| further.next());
                ramp.last = further.next().unwrap_or(ramp.last);
            }
        }
        self.mix();
        self.coverage.repaint(&self.paints);
        self.error = self.coverage.error();
    }
}

impl Equations {
    fn best(&self, space: Space, colors: &[[f64; 3]], layer: usize) -> Option<[f64; 3]> {
        let own = self.products[layer * self.count + layer];
        if own < 1e-3 {
            return None;
        }
        let pull = self.pull(colors, layer);
        Some(space.shown(std::array::from_fn(|i| colors[layer][i] + pull[i] / own)))
    }
}

/// The exact colour, or the nearest with three digits if its error costs less than the bytes.
fn spelling(space: Space, best: [f64; 3], own: f64, lambda: f64) -> [f64; 3] {
    let rgb = space.rgb(best);
    let long = space.lanes(rgb.map(f64::round));
    let short = space.lanes(rgb.map(|v| (v / 17.0).round() * 17.0));
    let error = |color: [f64; 3]| own * color.iter().zip(best).map(|(c, b)| (c - b) * (c - b)).sum::<f64>();
    if error(short) <= error(long) + 3.0 * lambda { short } else { long }
}

#[cfg(test)]
mod tests {
    use linocut_svg::Color;

    use super::super::objective::Measure;
    use super::super::ring::{Change, Ring};
    use super::super::start::rectangle;
    use super::super::state::Layer;
    use super::*;

    const WEIGHTS: [f32; 32 * 32] = [1.0; 32 * 32];

    /// Two overlapping rectangles, the upper one translucent, over a picture that they could show exactly.
    fn state(measure: Measure) -> State {
        let look = |x: u32, y: u32| match ((4..20).contains(&x), (8..30).contains(&y)) {
            (true, true) => [120, 80, 100],
            (true, false) => [200, 40, 60],
            (false, true) => [40, 110, 130],
            (false, false) => [10, 100, 120],
        };
        let image = image::RgbImage::from_fn(32, 32, |x, y| image::Rgb(look(x, y)));
        let layer = |corners: ((i32, i32), (i32, i32)), alpha| Layer {
            paint: Paint { alpha, ..Paint::opaque(Color::new(90, 90, 90)) },
            rings: vec![Ring::new(rectangle(corners.0, corners.1))],
        };
        let layers = vec![layer(((4, 0), (20, 32)), 1000), layer(((0, 8), (32, 30)), 500)];
        State::new(&image, measure, Color::new(0, 0, 0), layers)
    }

    #[test]
    fn colours_beneath_a_translucent_layer_are_found_together() {
        let lumas = Measure { weights: WEIGHTS.to_vec(), cells: 2.0, space: Space::opponent(4.0, 1.0) };
        for measure in [Measure::plain(WEIGHTS.to_vec()), lumas] {
            let mut state = state(measure);
            let before = state.error;
            state.refit_colors(0.0);
            assert!(state.error < 0.01 * before, "{} of {before}", state.error);
        }
    }

    #[test]
    fn the_colours_of_ramps_are_found_with_the_others() {
        use linocut_svg::Point;

        use super::super::ramp::Way;

        let level = |share: f64, from: f64, to: f64| (from + share * (to - from)).round() as u8;
        let image = image::RgbImage::from_fn(32, 32, |x, y| {
            let share = (f64::from(x) + 0.5) / 32.0;
            let far = ((f64::from(x) + 0.5 - 16.0).hypot(f64::from(y) + 0.5 - 16.0) / 12.0).min(1.0);
            let (near, beyond) = ((2.0 * far).min(1.0), (2.0 * far - 1.0).max(0.0));
            image::Rgb(if x.abs_diff(16) < 9 && y.abs_diff(16) < 9 {
                [level(near, 200.0, 90.0), level(beyond, 60.0, 220.0), 50]
            } else {
                [level(share, 20.0, 240.0), 90, level(share, 200.0, 100.0)]
            })
        });
        let ramp = |way, middle| Ramp { way, middle, last: Color::BLACK };
        let mut state = State::new(&image, Measure::plain(WEIGHTS.to_vec()), Color::new(0, 0, 0), Vec::new());
        let upper = Layer {
            paint: Paint {
                ramp: Some(ramp(Way::Radial(Point::new(16, 16), 12), Some(Color::BLACK))),
                ..Paint::opaque(Color::WHITE)
            },
            rings: vec![Ring::new(rectangle((8, 8), (25, 25)))],
        };
        state.layers[0].paint.ramp = Some(ramp(Way::Linear([Point::new(0, 0), Point::new(32, 0)]), None));
        state.layers.push(upper);
        state.mix();
        state.toggle_ring(1, 0, Change::Added);
        state.coverage.repaint(&state.paints);
        state.refit_colors(0.0);
        assert!(state.error / 16.0 < 3.0 * 32.0 * 32.0, "{}", state.error / 16.0);
        let [below, above] = [&state.layers[0].paint, &state.layers[1].paint];
        let ends = (below.color, below.ramp.unwrap().last);
        assert!(ends.0.r.abs_diff(20) < 3 && ends.1.r.abs_diff(240) < 3, "{ends:?}");
        let colors: Vec<Color> = [above.color].into_iter().chain(above.ramp.unwrap().colors()).collect();
        assert!(colors[1].r.abs_diff(90) < 3 && colors[1].g.abs_diff(60) < 3 && colors[2].g > 180, "{colors:?}");
    }

    #[test]
    fn short_spellings_are_taken_where_bytes_are_dear() {
        let mut state = state(Measure::plain(WEIGHTS.to_vec()));
        state.refit_colors(1e12);
        assert!(state.layers.iter().all(|layer| layer.paint.color.has_short_hex()));
    }
}
