//! One channel at one scale: norms of structural difference, artefacts and lost detail, and their derivatives.

use super::blur::Blur;
use super::weights::Weights;

/// Stabiliser of the structure term.
const C2: f32 = 0.0009;

/// A channel of the reference with what every comparison needs of it.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    samples: Vec<f32>,
    means: Vec<f32>,
    squares: Vec<f32>,
}

/// The mean and the 4-norm of values as they come.
#[derive(Clone, Copy, Default)]
struct Norms {
    sum: f64,
    fourths: f64,
}

impl Norms {
    #[inline]
    fn add(&mut self, value: f32) {
        let value = f64::from(value);
        self.sum += value;
        self.fourths += (value * value) * (value * value);
    }

    fn weighted(self, weights: [f64; 2], count: f64) -> f64 {
        weights[0] * self.sum / count + weights[1] * (self.fourths / count).sqrt().sqrt()
    }

    /// Factors `a`, `b` such that the slope of the weighted norms in a value `v` is `a + b v^3`.
    fn slope(self, weights: [f64; 2], count: f64) -> [f32; 2] {
        let fourth = (self.fourths / count).max(1e-30);
        [weights[0] / count, weights[1] / count * libm::pow(fourth, -0.75)].map(|factor| factor as f32)
    }
}

/// How a channel of a picture differs from the reference, sample by sample.
pub(super) struct Difference<'a> {
    reference: &'a Channel,
    samples: &'a [f32],
    means: Vec<f32>,
    squares: Vec<f32>,
    products: Vec<f32>,
    norms: [Norms; 3],
    weights: Weights,
}

impl Channel {
    pub(super) fn new(samples: Vec<f32>, blur: &mut Blur) -> Self {
        let means = blur.of(|i| samples[i]);
        let squares = blur.of(|i| samples[i] * samples[i]);
        Self { samples, means, squares }
    }

    /// Compares a picture's channel with this.
    pub(super) fn differ<'a>(&'a self, samples: &'a [f32], weights: Weights, blur: &mut Blur) -> Difference<'a> {
        let means = blur.of(|i| samples[i]);
        let squares = blur.of(|i| samples[i] * samples[i]);
        let products = blur.of(|i| self.samples[i] * samples[i]);
        let mut difference =
            Difference { reference: self, samples, means, squares, products, norms: [Norms::default(); 3], weights };
        for i in 0..samples.len() {
            let contrast = difference.contrast(i);
            let parts = [difference.structure(i).whole, contrast.max(0.0), (-contrast).max(0.0)];
            difference.norms.iter_mut().zip(parts).for_each(|(norms, part)| norms.add(part));
        }
        difference
    }
}

/// The structural difference around a sample and what it is made of.
struct Structure {
    whole: f32,
    /// Likeness of the means, of the variations, and what the second is divided by.
    means: f32,
    variations: f32,
    divisor: f32,
}

impl Difference<'_> {
    #[inline]
    fn structure(&self, i: usize) -> Structure {
        let (a, b) = (self.reference.means[i], self.means[i]);
        let means = 1.0 - (a - b) * (a - b);
        let variations = 2.0 * (self.products[i] - a * b) + C2;
        let divisor = (self.reference.squares[i] - a * a) + (self.squares[i] - b * b) + C2;
        Structure { whole: (1.0 - means * variations / divisor).max(0.0), means, variations, divisor }
    }

    /// How much more (artefact) or less (lost detail) a sample stands out than in the reference.
    #[inline]
    fn contrast(&self, i: usize) -> f32 {
        (1.0 + (self.samples[i] - self.means[i]).abs()) / self.outstanding(i) - 1.0
    }

    #[inline]
    fn outstanding(&self, i: usize) -> f32 {
        1.0 + (self.reference.samples[i] - self.reference.means[i]).abs()
    }

    /// The weighted sum of the norms.
    pub(super) fn total(&self) -> f64 {
        let count = self.samples.len() as f64;
        let weights = [self.weights.structure, self.weights.artefacts, self.weights.lost];
        self.norms.iter().zip(weights).map(|(norms, weights)| norms.weighted(weights, count)).sum()
    }

    /// Slope of [`total`](Self::total) in every sample of the picture.
    pub(super) fn slope(&self, blur: &mut Blur) -> Vec<f32> {
        let count = self.samples.len();
        let slope = |part: usize, weights| self.norms[part].slope(weights, count as f64);
        let structure = slope(0, self.weights.structure);
        let contrasts = [slope(1, self.weights.artefacts), slope(2, self.weights.lost)];
        let mut direct = Vec::with_capacity(count);
        let (mut in_means, mut in_squares, mut in_products) = (Vec::new(), Vec::new(), Vec::new());
        for i in 0..count {
            let Structure { whole, means, variations, divisor } = self.structure(i);
            let pull = if whole > 0.0 { -(structure[0] + structure[1] * whole.powi(3)) } else { 0.0 };
            let (a, b) = (self.reference.means[i], self.means[i]);
            let ratio = means * variations / divisor;
            let mut in_mean = pull * (2.0 * (a - b) * variations - 2.0 * a * means + 2.0 * b * ratio) / divisor;
            in_squares.push(-pull * ratio / divisor);
            in_products.push(2.0 * pull * means / divisor);
            let contrast = self.contrast(i);
            let [first, third] = contrasts[usize::from(contrast < 0.0)];
            let size = contrast.signum() * (first + third * contrast.abs().powi(3));
            let edge = if contrast == 0.0 { 0.0 } else { size / self.outstanding(i) };
            let edge = edge * (self.samples[i] - self.means[i]).signum();
            in_mean -= edge;
            direct.push(edge);
            in_means.push(in_mean);
        }
        let in_means = blur.of(|i| in_means[i]);
        let in_squares = blur.of(|i| in_squares[i]);
        let in_products = blur.of(|i| in_products[i]);
        for (i, slope) in direct.iter_mut().enumerate() {
            *slope += in_means[i] + 2.0 * self.samples[i] * in_squares[i];
            *slope += self.reference.samples[i] * in_products[i];
        }
        direct
    }
}
