//! Fits fades anew, gives layers one or takes it away, where that pays.

use super::chain::Terms;
use super::cost::OPACITY_BYTES;
use super::fade::Fade;
use super::field::Field;
use super::paint::{OPAQUE, Paint, top};
use super::ramp::{Course, Way};
use super::shading::CLEAR;
use super::soft::fit_stops;
use super::state::{POLLED, State};
use super::threads::in_strips;
use linocut_svg::Point;

/// Bins of the way of a fade.
const BINS: usize = 64;
/// Maximum number of fades that are fitted, and of layers that get one, in one call.
const MOST_FITTED: usize = 12;
const MOST_NEW: usize = 4;
/// Steps by which a line or circle is moved, call by call, in pixels: first point, second point or radius.
const NUDGES: [[i32; 3]; 8] =
    [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, -1], [-1, 0, 0], [0, -1, 0], [0, 0, 4], [0, 0, -4]];
/// Level of full opacity in the lane that stands for it.
const FULL: f64 = 255.0;

/// Weighted sums over samples of what the paint changes, squared, and of its product with what is wanted.
type Sums = [[f64; 2]; BINS];

/// What the samples of a layer ask for.
#[derive(Clone, Debug)]
enum Asked {
    /// Of a fade, by share of the way.
    Fade(Course, Box<Sums>),
    /// Of one opacity, by place.
    Plain(Field),
}

impl State {
    /// Fits the stops of fades, moves their lines and circles, and tries a fade for layers of one opacity: for all in a cut-out, else
    /// for translucent ones. `turn` counts the calls.
    pub(crate) fn refit_fades(&mut self, terms: &mut Terms, turn: usize) {
        let unit = self.unit.per_pixel();
        let asked = |paint: &Paint| match paint.fade {
            Some(fade) => Some(Asked::Fade(Course::new(fade.way, unit), Box::new([[0.0; 2]; BINS]))),
            None => {
                let open = paint.is_plain() && (self.is_cut_out() || !paint.is_opaque());
                open.then(|| Asked::Plain(Field::default()))
            }
        };
        let mut asked: Vec<Option<Asked>> = self.layers.iter().map(|layer| asked(&layer.paint)).collect();
        asked[0] = None;
        if asked.iter().all(Option::is_none) {
            return;
        }
        let Some(asked) = self.ask(&asked) else { return };
        let fades = asked.iter().enumerate().filter_map(|(layer, asked)| match asked {
            Some(Asked::Fade(_, sums)) => Some((layer, sums)),
            _ => None,
        });
        for (layer, sums) in fades.take(MOST_FITTED) {
            if self.stop.requested() {
                return;
            }
            self.refit_fade(terms, layer, sums, turn);
        }
        let mut new: Vec<(f64, usize, Paint)> = Vec::new();
        for (layer, asked) in asked.iter().enumerate() {
            let Some(Asked::Plain(field)) = asked else { continue };
            let old = self.layers[layer].paint;
            for slant in field.ramps() {
                let Some(fade) = slant.fade(unit, FULL) else { continue };
                let saved = if old.alpha == OPAQUE { 0 } else { OPACITY_BYTES };
                // Four samples a pixel.
                let worth = 4.0 * slant.gain / (FULL * FULL) - terms.lambda * f64::from(fade.bytes() - saved);
                if worth > 0.0 && slant.gain >= CLEAR * field.spread() {
                    new.push((worth, layer, Paint::fading(old.color, fade)));
                }
            }
        }
        new.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, layer, paint) in new.into_iter().take(MOST_NEW) {
            if self.stop.requested() {
                return;
            }
            if self.layers[layer].paint.fade.is_none() {
                self.try_paint(terms, layer, paint);
            }
        }
    }

    fn refit_fade(&mut self, terms: &mut Terms, layer: usize, sums: &Sums, turn: usize) {
        let old = self.layers[layer].paint;
        let Some(fade) = old.fade else { return };
        let share = |bin: usize| (bin as f64 + 0.5) / BINS as f64;
        let known = sums.iter().enumerate().filter(|(_, [own, _])| *own > 0.0);
        let samples: Vec<(f64, f64, f64)> =
            known.map(|(bin, [own, wanted])| (share(bin), wanted / own, *own)).collect();
        // Four samples a pixel.
        let (stops, _) = fit_stops(&samples, terms.lambda / 4.0);
        if let Some(new) = Fade::new(fade.way, &stops).filter(|new| *new != fade) {
            self.try_paint(terms, layer, Paint::fading(old.color, new));
        }
        let (own, wanted) = sums.iter().fold((0.0, 0.0), |(own, wanted), bin| (own + bin[0], wanted + bin[1]));
        if own > 0.0 {
            let alpha = ((10.0 * wanted / own).round() as i32 * 100).clamp(100, OPAQUE);
            self.try_paint(terms, layer, Paint { alpha, ..Paint::opaque(old.color) });
        }
        let now = self.layers[layer].paint;
        if let Some(fade) = now.fade {
            let way = nudged(fade.way, NUDGES[turn % NUDGES.len()], self.unit.per_pixel());
            self.try_paint(terms, layer, Paint::fading(now.color, fade.along(way)));
        }
    }

    /// Gives a layer a paint if that saves more than its bytes are worth.
    fn try_paint(&mut self, terms: &mut Terms, layer: usize, paint: Paint) {
        let (old, before) = (self.layers[layer].paint, self.coverage.error());
        let bytes_of = |paint: &Paint| paint.ramp_bytes() + if paint.alpha == OPAQUE { 0 } else { OPACITY_BYTES };
        let bytes = bytes_of(&paint) - bytes_of(&old);
        self.set_paint(layer, paint);
        let error = self.coverage.error() - before;
        if error + terms.lambda * f64::from(bytes) < 0.0 && (bytes <= 0 || bytes <= terms.room) {
            terms.book(error, bytes);
        } else {
            self.set_paint(layer, old);
        }
    }

    /// Sums over the samples where each layer lies on top, against what lies below; `None` when asked to stop.
    fn ask(&self, empty: &[Option<Asked>]) -> Option<Vec<Option<Asked>>> {
        let (width, height) = self.coverage.size();
        let parts = in_strips(self.coverage.threads, height, 1, |rows| {
            let mut part = empty.to_vec();
            for pixel in rows.start * width..rows.end * width {
                if pixel % POLLED == 0 && self.stop.requested() {
                    return None;
                }
                let place = ((pixel % width) as i32, (pixel / width) as i32);
                let weight = f64::from(self.coverage.weights()[pixel]);
                let target = self.coverage.targets()[pixel];
                for mask in self.coverage.masks(pixel) {
                    let layer = usize::from(top(mask));
                    let Some(asked) = &mut part[layer] else { continue };
                    let below = self.paints.shade::<true>(mask & !(1 << layer), place);
                    let color = self.paints.color::<true>(layer, place);
                    let (mut own, mut wanted) = (0.0, 0.0);
                    for lane in 0..4 {
                        let change = f64::from(color[lane] - below[lane]);
                        own += weight * change * change;
                        wanted += weight * change * f64::from(target[lane] - below[lane]);
                    }
                    if own > 0.0 {
                        asked.add(place, own, wanted);
                    }
                }
            }
            Some(part)
        })?;
        let mut all = empty.to_vec();
        for part in parts {
            all.iter_mut().zip(&part).for_each(|(sum, part)| {
                if let (Some(sum), Some(part)) = (sum, part) {
                    sum.join(part);
                }
            });
        }
        Some(all)
    }
}

impl Asked {
    fn add(&mut self, place: (i32, i32), own: f64, wanted: f64) {
        match self {
            Self::Fade(course, sums) => {
                let bin = ((course.at(place) * BINS as f32) as usize).min(BINS - 1);
                sums[bin][0] += own;
                sums[bin][1] += wanted;
            }
            Self::Plain(field) => {
                let middle = (f64::from(place.0) + 0.5, f64::from(place.1) + 0.5);
                field.add(own, middle, [(FULL * wanted / own).clamp(0.0, FULL), 0.0, 0.0]);
            }
        }
    }

    fn join(&mut self, other: &Self) {
        match (self, other) {
            (Self::Fade(_, sums), Self::Fade(_, other)) => {
                sums.as_flattened_mut().iter_mut().zip(other.as_flattened()).for_each(|(sum, v)| *sum += v);
            }
            (Self::Plain(field), Self::Plain(other)) => *field = field.joined(other),
            _ => {}
        }
    }
}

/// A line or circle moved by so many pixels.
fn nudged(way: Way, [x, y, far]: [i32; 3], unit: i32) -> Way {
    let by = |p: Point, x: i32, y: i32| Point::new(p.x + unit * x, p.y + unit * y);
    match way {
        Way::Radial(center, radius) => Way::Radial(by(center, x, y), (radius + unit * far).max(1)),
        Way::Linear([from, to]) => {
            // The far end moves along the line.
            let (dx, dy) = (f64::from(to.x - from.x), f64::from(to.y - from.y));
            let size = (dx * dx + dy * dy).sqrt().max(1.0);
            let along = |v: f64| (f64::from(unit * far) * v / size).round() as i32;
            let end = Point::new(to.x + along(dx), to.y + along(dy));
            let line = [by(from, x, y), by(end, x, y)];
            if line[0] == line[1] { way } else { Way::Linear(line) }
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};
    use linocut_svg::Color;

    use super::super::objective::Measure;
    use super::super::ring::Ring;
    use super::super::start::rectangle;
    use super::super::state::Layer;
    use super::*;

    const GROUND: [u8; 3] = [30, 60, 200];

    /// A colour over stripes, as opaque as a function says.
    fn picture(level: impl Fn(f64, f64) -> f64) -> RgbImage {
        RgbImage::from_fn(90, 70, |x, y| {
            let below = if y / 10 % 2 == 0 { GROUND } else { [200, 200, 90] };
            let share = level(f64::from(x) + 0.5, f64::from(y) + 0.5).clamp(0.0, 1.0);
            Rgb(std::array::from_fn(|i| {
                (share * [10.0, 10.0, 20.0][i] + (1.0 - share) * f64::from(below[i])).round() as u8
            }))
        })
    }

    /// Stripes with a layer of this paint over all.
    fn state(image: &RgbImage, paint: Paint) -> State {
        let stripe = |i: i32| Ring::new(rectangle((0, 20 * i + 10), (90, (20 * i + 20).min(70))));
        let stripes = Layer { paint: Paint::opaque(Color::new(200, 200, 90)), rings: (0..3).map(stripe).collect() };
        let over = Layer { paint, rings: vec![Ring::new(rectangle((0, 0), (90, 70)))] };
        let [r, g, b] = GROUND;
        State::new(image, Measure::plain(vec![1.0; 90 * 70]), Color::new(r, g, b), vec![stripes, over])
    }

    fn shadow(x: f64, _: f64) -> f64 {
        (x - 20.0) / 50.0
    }

    #[test]
    fn a_translucent_layer_gets_a_fade_if_that_is_worth_its_bytes() {
        let even = Paint { alpha: 500, ..Paint::opaque(Color::new(10, 10, 20)) };
        let mut state = state(&picture(shadow), even);
        let before = state.error;
        state.refit_fades(&mut Terms::new(before, 1000), 0);
        assert_eq!(state.layers[2].paint, even);
        let mut terms = Terms::new(before / 1e5, 1000);
        for turn in 0..4 {
            state.refit_fades(&mut terms, turn);
        }
        let bytes = state.bytes;
        state.recount();
        assert!(state.layers[2].paint.fade.is_some() && state.error < 0.02 * before, "{} of {before}", state.error);
        assert!((terms.error - (state.error - before)).abs() < 1e-6 * before);
        assert!((terms.spent - (state.bytes - bytes)).abs() < 60, "{} told {}", state.bytes - bytes, terms.spent);
    }

    #[test]
    fn a_fade_that_shows_little_becomes_one_opacity() {
        let fade = Fade::new(Way::Linear([Point::new(0, 0), Point::new(90, 0)]), &[(0, 420), (1000, 380)]).unwrap();
        let mut state = state(&picture(|_, _| 0.4), Paint::fading(Color::new(10, 10, 20), fade));
        state.refit_fades(&mut Terms::new(1e5, 1000), 0);
        assert_eq!(state.layers[2].paint, Paint { alpha: 400, ..Paint::opaque(Color::new(10, 10, 20)) });
    }

    #[test]
    fn what_is_searched_is_what_a_renderer_shows() {
        let radial = |x: f64, y: f64| 1.0 - (x - 40.0).hypot(y - 30.0) / 30.0;
        let ways = [Way::Radial(Point::new(40, 30), 30), Way::Linear([Point::new(10, 5), Point::new(80, 60)])];
        for (way, areas) in ways.into_iter().flat_map(|way| [(way, false), (way, true)]) {
            let fade = Fade::new(way, &[(100, 1000), (400, 620), (1000, 0)]).unwrap();
            let mut state = state(&picture(radial), Paint::fading(Color::new(10, 10, 20), fade));
            if areas {
                state.count_areas();
            }
            state.refit_colors(0.0);
            let svg = state.drawing().write();
            assert!(svg.as_str().contains("stop-opacity"));
            let shown = linocut_svg::rasterize(&svg, 90, 70).unwrap();
            let seen = state.coverage.picture(state.paints.space());
            for (searched, shown) in seen.pixels().zip(shown.pixels()) {
                assert!(searched.0.iter().zip(shown.0).all(|(a, b)| a.abs_diff(b) <= 2), "{searched:?} {shown:?}");
            }
        }
    }
}
