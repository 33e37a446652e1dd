//! Objectives that a search follows in rounds: each looks at the drawing and aims the squared error anew.

use image::RgbImage;
use linocut_core::Stop;
use linocut_raster::{FixedDefences, Ssimulacra2};

use super::coverage::Coverage;
use super::paint::Rgb as Lanes;

/// What a round finds.
pub(crate) struct Round {
    /// The true error of the drawing as it is.
    pub(crate) error: f64,
    /// The next target picture.
    pub(crate) targets: Vec<Lanes>,
    /// The next weights, if they change.
    pub(crate) weights: Option<Vec<f32>>,
}

/// An objective that is more than a squared error.
#[derive(Debug)]
pub(crate) enum Aim {
    Defended(Defended),
    Perceptual(Perceptual),
}

impl Aim {
    /// The true error of the drawing, and what to search for next; `None` when asked to stop.
    pub(crate) fn round(&mut self, coverage: &Coverage, stop: &Stop) -> Option<Round> {
        match self {
            Self::Defended(defended) => defended.round(coverage, stop),
            Self::Perceptual(perceptual) => perceptual.round(coverage),
        }
    }

    /// Share of the work before the first round, and number of rounds.
    pub(crate) fn rounds(&self) -> (f64, f64) {
        match self {
            Self::Defended(_) => (0.4, 12.0),
            Self::Perceptual(_) => (knob("FIRST", 0.4), knob("ROUNDS", 6.0)),
        }
    }
}

pub(crate) fn knob(name: &str, or: f64) -> f64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(or)
}

/// SSIMULACRA2 against the picture.
#[derive(Debug)]
pub(crate) struct Perceptual {
    measure: Ssimulacra2,
    source: Vec<Lanes>,
    first: Vec<f32>,
}

impl Perceptual {
    pub(crate) fn new(image: &RgbImage, coverage: &Coverage) -> Option<Self> {
        let measure = Ssimulacra2::new(image).ok()?;
        Some(Self { measure, source: coverage.targets().to_vec(), first: coverage.weights().to_vec() })
    }

    fn round(&mut self, coverage: &Coverage) -> Option<Round> {
        let (score, gradient) = self.measure.gradient(&coverage.picture()).ok()?;
        let looks = coverage.looks();
        let (width, height) = coverage.size();
        let n = looks.len();
        let mut gain = vec![0.0_f32; n];
        let mut size = vec![0.0_f32; n];
        for p in 0..n {
            for i in 0..3 {
                let d = (f64::from(self.source[p][i]) - looks[p][i]) as f32;
                gain[p] += gradient[p][i] * d;
                size[p] += d * d;
            }
        }
        let reach = knob("REACH", 4.0) as usize;
        let floor = knob("FLOOR", 4.0) as f32;
        let gain = boxed(&gain, width, height, reach);
        let size = boxed(&size, width, height, reach);
        // Weights
        let power = knob("WPOW", 0.5) as f32;
        let mut mean = 0.0;
        let mut irls: Vec<f32> = gain.iter().zip(&size).map(|(g, s)| (g / (s + floor)).max(0.0)).collect();
        irls.iter().for_each(|w| mean += f64::from(*w));
        let mean = (mean / n as f64) as f32;
        irls.iter_mut().for_each(|w| *w = (*w / mean.max(1e-12)).clamp(0.02, 50.0).powf(power));
        let mut weights: Vec<f32> = irls.iter().zip(&self.first).map(|(w, f)| w * f.powf(knob("FPOW", 1.0) as f32)).collect();
        let mean = weights.iter().map(|w| f64::from(*w)).sum::<f64>() / n as f64;
        weights.iter_mut().for_each(|w| *w = (f64::from(*w) / mean) as f32);
        // Targets
        let (mut gg, mut ee) = (0.0, 0.0);
        for p in 0..n {
            for i in 0..3 {
                let e = f64::from(weights[p]) * (f64::from(self.source[p][i]) - looks[p][i]);
                ee += e * e;
                gg += f64::from(gradient[p][i]).powi(2);
            }
        }
        let scale = (ee / gg.max(1e-30)).sqrt();
        let beta = knob("BETA", 0.0);
        let targets = (0..n).map(|p| {
            let mut aim = [0; 4];
            for i in 0..3 {
                let look = looks[p][i];
                let plain = f64::from(self.source[p][i]) - look;
                let pull = scale * f64::from(gradient[p][i]) / f64::from(weights[p].max(0.05));
                let value = look + (1.0 - beta) * plain + beta * pull.clamp(-100.0, 100.0);
                aim[i] = value.round().clamp(-255.0, 510.0) as i16;
            }
            aim
        });
        if std::env::var("TELL").is_ok() { eprintln!("round S2 {score:.2}"); }
        Some(Round { error: 100.0 - score, targets: targets.collect(), weights: (power > 0.0).then_some(weights) })
    }
}

/// Means over squares.
fn boxed(values: &[f32], width: usize, height: usize, reach: usize) -> Vec<f32> {
    let mut rows = vec![0.0; values.len()];
    for y in 0..height {
        for x in 0..width {
            let (a, b) = (x.saturating_sub(reach), (x + reach + 1).min(width));
            rows[y * width + x] = values[y * width + a..y * width + b].iter().sum::<f32>() / (b - a) as f32;
        }
    }
    let mut out = vec![0.0; values.len()];
    for y in 0..height {
        let (a, b) = (y.saturating_sub(reach), (y + reach + 1).min(height));
        for x in 0..width {
            out[y * width + x] = (a..b).map(|y| rows[y * width + x]).sum::<f32>() / (b - a) as f32;
        }
    }
    out
}

/// The filters, and the picture as they leave it.
///
/// A search aims at `R + mu (S - R) + k (D(S) - D(R))`, where `S` is the picture, `R` the drawing as it looks and `D`
/// the filters, recomputed in every round: a fixed-point iteration towards `D(R) = D(S)`, stable while `mu + k` is
/// below 2.
#[derive(Debug)]
pub(crate) struct Defended {
    filters: FixedDefences,
    source: Vec<Lanes>,
    filtered: RgbImage,
}

/// Weight of the plain difference in the target of a round.
const MU: f64 = 0.3;
/// Weight of the filtered difference in the target of a round.
const K: f64 = 1.2;

impl Defended {
    /// Filters the picture; `None` if the filters refuse it or when asked to stop.
    pub(crate) fn new(image: &RgbImage, source: &[Lanes], stop: &Stop) -> Option<Self> {
        let mut filters = FixedDefences::new(image.width(), image.height()).ok()?;
        let filtered = filters.apply_while(image, || !stop.requested()).ok()??;
        Some(Self { filters, source: source.to_vec(), filtered })
    }

    /// Weighted squared error after the filters, and the next target picture.
    fn round(&mut self, coverage: &Coverage, stop: &Stop) -> Option<Round> {
        let looks = coverage.looks();
        let drawn = self.filters.apply_while(&coverage.picture(), || !stop.requested()).ok()??;
        let mut error = 0.0;
        let mut aims = Vec::with_capacity(looks.len());
        for (pixel, (wanted, seen)) in self.filtered.pixels().zip(drawn.pixels()).enumerate() {
            let mut aim = [0; 4];
            for i in 0..3 {
                let difference = f64::from(wanted.0[i]) - f64::from(seen.0[i]);
                error += f64::from(coverage.weights()[pixel]) * difference * difference;
                let look = looks[pixel][i];
                let value = look + MU * (f64::from(self.source[pixel][i]) - look) + K * difference;
                aim[i] = value.round().clamp(-255.0, 510.0) as i16;
            }
            aims.push(aim);
        }
        Some(Round { error, targets: aims, weights: None })
    }
}

