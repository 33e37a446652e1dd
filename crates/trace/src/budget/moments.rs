//! Sums over samples or pixels that give the error of any paint over what lies below.

use super::paint::OPAQUE;
use super::space::Space;

/// Weight, and weighted sums of the picture `t`, of what lies below `b`, and of their products over all channels.
///
/// The fourth lane, transparency, is only in the products: a paint has none, so its own sums would be multiplied by 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Moments {
    pub(crate) weight: f64,
    pub(crate) t: [f64; 3],
    pub(crate) b: [f64; 3],
    pub(crate) tt: f64,
    pub(crate) tb: f64,
    pub(crate) bb: f64,
}

impl Moments {
    #[inline]
    pub(crate) fn add(&mut self, weight: f64, t: [f64; 4], b: [f64; 4]) {
        self.weight += weight;
        for i in 0..3 {
            self.t[i] += weight * t[i];
            self.b[i] += weight * b[i];
        }
        for i in 0..4 {
            self.tt += weight * t[i] * t[i];
            self.tb += weight * t[i] * b[i];
            self.bb += weight * b[i] * b[i];
        }
    }

    pub(crate) fn combine(&self, other: &Self, sign: f64) -> Self {
        Self {
            weight: self.weight + sign * other.weight,
            t: std::array::from_fn(|i| self.t[i] + sign * other.t[i]),
            b: std::array::from_fn(|i| self.b[i] + sign * other.b[i]),
            tt: self.tt + sign * other.tt,
            tb: self.tb + sign * other.tb,
            bb: self.bb + sign * other.bb,
        }
    }

    /// Squared error without a new paint.
    pub(crate) fn before(&self) -> f64 {
        self.tt - 2.0 * self.tb + self.bb
    }

    /// Squared error under a colour with this opacity in thousandths.
    pub(crate) fn with(&self, color: [f64; 3], alpha: i32) -> f64 {
        let a = f64::from(alpha) / f64::from(OPAQUE);
        let rest = 1.0 - a;
        let mut error = self.tt - 2.0 * rest * self.tb + rest * rest * self.bb;
        for ((color, t), b) in color.iter().zip(self.t).zip(self.b) {
            error += a * color * (a * color * self.weight - 2.0 * (t - rest * b));
        }
        error
    }

    /// The best colour at this opacity.
    pub(crate) fn color(&self, space: Space, alpha: i32) -> [f64; 3] {
        let a = f64::from(alpha) / f64::from(OPAQUE);
        let weight = (a * self.weight).max(1e-9);
        space.shown(std::array::from_fn(|i| (self.t[i] - (1.0 - a) * self.b[i]) / weight))
    }

    /// The best opacity (in tenths) of this colour, and its error; less than full opacity must save `least` more.
    pub(crate) fn best_opacity(&self, color: [f64; 3], least: f64) -> (i32, f64) {
        let full = self.with(color, OPAQUE);
        let translucent = (100..OPAQUE).step_by(100).map(|alpha| (alpha, self.with(color, alpha)));
        translucent.min_by(|a, b| a.1.total_cmp(&b.1)).filter(|best| best.1 + least < full).unwrap_or((OPAQUE, full))
    }

    /// The best opacity (in tenths) and colour; less than full opacity must save `least` more.
    pub(crate) fn best(&self, space: Space, least: f64) -> (i32, [f64; 3], f64) {
        let solid = self.color(space, OPAQUE);
        let mut best = (OPAQUE, solid, self.with(solid, OPAQUE) - least);
        for alpha in (100..OPAQUE).step_by(100) {
            let color = self.color(space, alpha);
            let error = self.with(color, alpha);
            if error < best.2 {
                best = (alpha, color, error);
            }
        }
        if best.0 == OPAQUE {
            best.2 += least;
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLES: [([f64; 4], [f64; 4]); 4] = [
        ([10.0, 20.0, 30.0, 0.0], [40.0, 0.0, 9.0, 50.0]),
        ([90.0, 60.0, 70.0, 0.0], [200.0, 80.0, 89.0, 0.0]),
        ([15.0, 24.0, 33.0, 40.0], [50.0, 8.0, 15.0, 50.0]),
        ([60.0, 44.0, 50.0, 5.0], [140.0, 48.0, 49.0, 20.0]),
    ];

    fn moments() -> Moments {
        let mut moments = Moments::default();
        SAMPLES.iter().for_each(|(t, b)| moments.add(2.0, *t, *b));
        moments
    }

    #[test]
    fn the_error_is_that_of_the_samples() {
        let (color, alpha) = ([30.0, 80.0, 20.0], 300);
        let lanes = [30.0, 80.0, 20.0, 0.0];
        let direct: f64 = SAMPLES
            .iter()
            .map(|(t, b)| (0..4).map(|i| (t[i] - 0.7 * b[i] - 0.3 * lanes[i]).powi(2)).sum::<f64>())
            .sum();
        assert!((moments().with(color, alpha) - 2.0 * direct).abs() < 1e-6);
        assert!((moments().before() - moments().with(color, 0)).abs() < 1e-6);
    }

    #[test]
    fn the_opacity_of_what_is_half_transparent_is_a_half() {
        // Half of (200, 40, 60) over the ground of a cut-out.
        let mut moments = Moments::default();
        moments.add(3.0, [164.0, 84.0, 94.0, 110.0], [128.0, 128.0, 128.0, 220.0]);
        let (alpha, error) = moments.best_opacity([200.0, 40.0, 60.0], 10.0);
        assert!(alpha == 500 && error.abs() < 1e-6, "{alpha} {error}");
        assert_eq!(moments.best_opacity([200.0, 40.0, 60.0], 1e6).0, OPAQUE);
    }

    #[test]
    fn translucency_must_earn_its_price() {
        let moments = moments();
        let (alpha, _, error) = moments.best(Space::default(), 0.0);
        let opaque = moments.with(moments.color(Space::default(), OPAQUE), OPAQUE);
        assert!(alpha < OPAQUE && error < opaque);
        assert_eq!(moments.best(Space::default(), opaque).0, OPAQUE);
    }
}
