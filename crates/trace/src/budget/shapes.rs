//! Moves of whole polygons: delete, give to another layer, add where the picture is far off.

use linocut_svg::{Color, Point};
use rand::{Rng, RngExt};

use super::chain::{Ring, Terms};
use super::cost::{ELEMENT_BYTES, OPACITY_BYTES, move_bytes, outline_bytes};
use super::moments::Moments;
use super::paint::{MAX_LAYERS, OPAQUE, Paint};
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

struct Candidate {
    bounds: [i32; 4],
    gain: f64,
    paint: Paint,
    moments: Moments,
}

/// Integral images of the moments against the drawing as it is.
struct Sums {
    width: i32,
    height: i32,
    table: Vec<Moments>,
    /// Whether translucent paint is offered, and what it must save more, as squared error.
    translucent: Option<f64>,
}

impl Sums {
    fn of(state: &State, translucent: Option<f64>) -> Self {
        let (width, height) = state.coverage.size();
        let stride = width + 1;
        let mut table = vec![Moments::default(); stride * (height + 1)];
        for y in 0..height {
            let mut row = Moments::default();
            for x in 0..width {
                let pixel = y * width + x;
                let (target, residual) = (state.coverage.targets()[pixel], state.coverage.residuals()[pixel]);
                let t: [f64; 3] = std::array::from_fn(|i| f64::from(target[i]));
                let b = std::array::from_fn(|i| t[i] - f64::from(residual[i]) / 4.0);
                row.add(f64::from(state.coverage.weights()[pixel]), t, b);
                table[(y + 1) * stride + x + 1] = table[y * stride + x + 1].combine(&row, 1.0);
            }
        }
        Self { width: width as i32, height: height as i32, table, translucent }
    }

    fn moments(&self, [left, top, right, bottom]: [i32; 4]) -> Moments {
        let stride = self.width + 1;
        let at = |x: i32, y: i32| &self.table[(y * stride + x) as usize];
        let above = at(right, top).combine(at(left, top), -1.0);
        at(right, bottom).combine(at(left, bottom), -1.0).combine(&above, -1.0)
    }

    /// Error saved by the best paint over a rectangle, times 16.
    fn gain(&self, bounds: [i32; 4]) -> f64 {
        let m = self.moments(bounds);
        let weight = m.weight.max(1e-9);
        let products = |a: &[f64; 3], b: &[f64; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / weight;
        let variance = m.tt - products(&m.t, &m.t);
        let mut saved = m.before() - variance;
        if let Some(least) = self.translucent {
            let below = m.bb - products(&m.b, &m.b);
            let shared = m.tb - products(&m.t, &m.b);
            let rest = (shared / below.max(1e-9)).clamp(0.0, 0.9);
            let other = m.before() - (variance - 2.0 * rest * shared + rest * rest * below) - least;
            saved = saved.max(other);
        }
        16.0 * saved
    }

    /// A rectangle that saves more than its neighbours.
    fn climb<R: Rng>(&self, rng: &mut R) -> Option<Candidate> {
        let mut bounds = [0; 4];
        let mut gain = f64::NEG_INFINITY;
        for _ in 0..8 {
            let span = |rng: &mut R, side: i32| {
                let length = rng.random_range(1..=(side / 6).max(1));
                let from = rng.random_range(0..=(side - length).max(0));
                (from, (from + length).min(side))
            };
            let ((left, right), (top, bottom)) = (span(rng, self.width), span(rng, self.height));
            let fresh = self.gain([left, top, right, bottom]);
            if fresh > gain {
                (bounds, gain) = ([left, top, right, bottom], fresh);
            }
        }
        let mut step = 8;
        while step > 0 {
            let mut better = false;
            for side in 0..4 {
                for sign in [-step, step] {
                    let mut moved = bounds;
                    moved[side] += sign;
                    let fits = moved[0] >= 0 && moved[1] >= 0 && moved[2] <= self.width && moved[3] <= self.height;
                    if fits && moved[0] < moved[2] && moved[1] < moved[3] {
                        let fresh = self.gain(moved);
                        if fresh > gain {
                            (bounds, gain, better) = (moved, fresh, true);
                        }
                    }
                }
            }
            if !better {
                step /= 2;
            }
        }
        (gain > 0.0).then(|| {
            let moments = self.moments(bounds);
            let (alpha, color) = match self.translucent {
                Some(least) => {
                    let (alpha, color, _) = moments.best(least);
                    (alpha, color)
                }
                None => (OPAQUE, moments.color(OPAQUE)),
            };
            let [r, g, b] = color.map(|v| v.round() as u8);
            Candidate { bounds, gain, paint: Paint { color: Color::new(r, g, b), alpha }, moments }
        })
    }
}
