//! Finds rectangles that would save most error, by integral images.

use linocut_core::Stop;
use rand::{Rng, RngExt};

use super::band::Band;
use super::moments::Moments;
use super::paint::{OPAQUE, Paint};
use super::space::Space;

/// A rectangle (left, top, right, bottom) with the error that its best paint saves, times 16.
pub(crate) struct Candidate {
    pub(crate) bounds: [i32; 4],
    pub(crate) gain: f64,
    pub(crate) paint: Paint,
    pub(crate) moments: Moments,
}

/// Rows of the integral images between two polls of the stop.
const ROWS: usize = 16;

/// Integral images of the moments against the current drawing.
pub(crate) struct Sums {
    width: i32,
    height: i32,
    /// The first row.
    top: i32,
    table: Vec<Moments>,
    /// Whether translucent paint is allowed, and the squared error that it must save in addition.
    translucent: Option<f64>,
    space: Space,
}

impl Sums {
    /// `None` when asked to stop.
    pub(crate) fn of(band: &Band<'_>, space: Space, translucent: Option<f64>, stop: &Stop) -> Option<Self> {
        let (width, height) = (band.width, band.rows.len());
        let stride = width + 1;
        let mut table = vec![Moments::default(); stride * (height + 1)];
        for y in 0..height {
            if y % ROWS == 0 && stop.requested() {
                return None;
            }
            let mut row = Moments::default();
            for x in 0..width {
                let pixel = y * width + x;
                let (target, residual) = (band.targets[pixel], band.residuals[pixel]);
                let t = target.map(f64::from);
                let b = std::array::from_fn(|i| t[i] - f64::from(residual[i]) / 4.0);
                row.add(f64::from(band.weights[pixel]), t, b);
                table[(y + 1) * stride + x + 1] = table[y * stride + x + 1].combine(&row, 1.0);
            }
        }
        Some(Self { width: width as i32, height: height as i32, top: band.rows.start, table, translucent, space })
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

    /// Climbs from a random rectangle to one that saves more than its neighbours.
    pub(crate) fn climb<R: Rng>(&self, rng: &mut R) -> Option<Candidate> {
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
                    let (alpha, color, _) = moments.best(self.space, least);
                    (alpha, color)
                }
                None => (OPAQUE, moments.color(self.space, OPAQUE)),
            };
            bounds[1] += self.top;
            bounds[3] += self.top;
            Candidate { bounds, gain, paint: Paint { alpha, ..Paint::opaque(self.space.color(color)) }, moments }
        })
    }
}
