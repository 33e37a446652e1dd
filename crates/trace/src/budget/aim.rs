//! Objectives that a search follows in rounds: each looks at the drawing and aims the squared error anew.

use image::RgbImage;
use linocut_core::Stop;
use linocut_raster::{FixedDefences, Ssimulacra2};

use super::coverage::Coverage;
use super::paint::Rgb as Lanes;
use super::space::Space;

/// What a round finds.
pub(crate) struct Round {
    /// The true error of the drawing as it is.
    pub(crate) error: f64,
    /// The next target picture.
    pub(crate) targets: Vec<Lanes>,
    /// The next weights, if they change.
    pub(crate) weights: Option<Vec<f32>>,
    pub(crate) cells: Option<Vec<f32>>,
}

/// An objective that is more than a squared error.
#[derive(Debug)]
pub(crate) enum Aim {
    Defended(Defended),
    Perceptual(Perceptual),
}

impl Aim {
    /// The true error of the drawing, and what to search for next; `None` when asked to stop.
    pub(crate) fn round(&mut self, coverage: &Coverage, space: Space, stop: &Stop) -> Option<Round> {
        match self {
            Self::Defended(defended) => defended.round(coverage, space, stop),
            Self::Perceptual(perceptual) => perceptual.round(coverage, space),
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

pub(crate) fn kappa_cells(weights: &[f32], first: &[f32], targets: &[Lanes], width: usize, height: usize) -> Option<Vec<f32>> {
    let kappa = knob("KAPPA", 0.0) as f32;
    if kappa == 0.0 {
        return None;
    }
    let columns = width.div_ceil(4);
    let mut cells = vec![0.0; columns * height.div_ceil(4)];
    if knob("MODEL", 0.0) > 0.0 {
        let model = model(targets, width, height);
        for (i, (w, f)) in weights.iter().zip(first).enumerate() {
            let c = i / width / 4 * columns + i % width / 4;
            cells[c] += kappa * (w / f).powf(knob("CPOW", 1.0) as f32) * model[c] / 256.0;
        }
        return Some(cells);
    }
    for (i, w) in weights.iter().enumerate() {
        cells[i / width / 4 * columns + i % width / 4] += kappa * w / 256.0;
    }
    Some(cells)
}

/// How much cells count by how little the luma around them varies.
pub(crate) fn model(targets: &[Lanes], width: usize, height: usize) -> Vec<f32> {
    let (columns, rows) = (width.div_ceil(4), height.div_ceil(4));
    let mut luma = vec![0.0_f32; columns * rows];
    let mut counts = vec![0.0_f32; columns * rows];
    for (i, t) in targets.iter().enumerate() {
        let c = i / width / 4 * columns + i % width / 4;
        luma[c] += 0.299 * f32::from(t[0]) + 0.587 * f32::from(t[1]) + 0.114 * f32::from(t[2]);
        counts[c] += 1.0;
    }
    luma.iter_mut().zip(&counts).for_each(|(l, c)| *l /= c);
    let squares: Vec<f32> = luma.iter().map(|l| l * l).collect();
    let reach = knob("MREACH", 2.0) as usize;
    let (mean, square) = (boxed(&luma, columns, rows, reach), boxed(&squares, columns, rows, reach));
    let (q, floor) = (knob("Q", 1.0) as f32, knob("C4", 41.0) as f32);
    let mut all: Vec<f32> = mean.iter().zip(&square).map(|(m, s)| (floor / ((s - m * m).max(0.0) + floor)).powf(q)).collect();
    if knob("NORM", 1.0) > 0.0 {
        let mean = all.iter().sum::<f32>() / all.len() as f32;
        all.iter_mut().for_each(|w| *w /= mean);
    }
    all
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

    fn round(&mut self, coverage: &Coverage, space: Space) -> Option<Round> {
        let (score, gradient) = self.measure.gradient(&coverage.picture(space)).ok()?;
        let looks: Vec<[f64; 3]> = coverage.looks().into_iter().map(|look| space.rgb(look)).collect();
        let rgb: Vec<[f64; 3]> = self.source.iter().map(|t| space.rgb([t[0], t[1], t[2]].map(f64::from))).collect();
        let (width, height) = coverage.size();
        let n = looks.len();
        let mut gain = vec![0.0_f32; n];
        let mut size = vec![0.0_f32; n];
        for p in 0..n {
            for i in 0..3 {
                let d = (rgb[p][i] - looks[p][i]) as f32;
                gain[p] += gradient[p][i] * d;
                size[p] += d * d;
            }
        }
        let reach = knob("REACH", 4.0) as usize;
        let floor = knob("FLOOR", 4.0) as f32;
        let power = knob("WPOW", 0.5) as f32;
        // Low parts: means over cells.
        let columns = width.div_ceil(4);
        let rows = height.div_ceil(4);
        let mut low = vec![[[0.0_f32; 2]; 3]; columns * rows];
        let mut counts = vec![0.0_f32; columns * rows];
        for p in 0..n {
            let c = p / width / 4 * columns + p % width / 4;
            counts[c] += 1.0;
            for i in 0..3 {
                low[c][i][0] += gradient[p][i];
                low[c][i][1] += (rgb[p][i] - looks[p][i]) as f32;
            }
        }
        let low_gain: Vec<f32> = low.iter().zip(&counts).map(|(l, c)| l.iter().map(|[g, d]| g * d).sum::<f32>() / c).collect();
        let low_size: Vec<f32> = low.iter().zip(&counts).map(|(l, c)| l.iter().map(|[_, d]| d * d).sum::<f32>() / c).collect();
        if knob("SPLIT", 0.0) > 0.0 {
            for p in 0..n {
                let c = p / width / 4 * columns + p % width / 4;
                gain[p] -= low_gain[c] / counts[c];
                size[p] -= low_size[c] / counts[c];
            }
        }
        let gain = boxed(&gain, width, height, reach);
        let size = boxed(&size, width, height, reach);
        let few = knob("CREACH", 1.0) as usize;
        let low_gain = boxed(&low_gain, columns, rows, few);
        let low_size = boxed(&low_size, columns, rows, few);
        let total: f32 = gain.iter().sum::<f32>() + if knob("SPLIT", 0.0) > 0.0 { low_gain.iter().sum::<f32>() } else { 0.0 };
        let sizes: f32 = size.iter().sum::<f32>() + if knob("SPLIT", 0.0) > 0.0 { low_size.iter().sum::<f32>() } else { 0.0 };
        let unit = total / sizes;
        let tame = |w: f32| (w / unit).clamp(0.0, 100.0).powf(power);
        let mut weights: Vec<f32> = gain.iter().zip(&size).zip(&self.first).map(|((g, s), f)| (tame(g.max(0.0) / (s + floor))).max(0.05) * f.powf(knob("FPOW", 1.0) as f32)).collect();
        let mean = weights.iter().map(|w| f64::from(*w)).sum::<f64>() / self.first.iter().map(|w| f64::from(*w)).sum::<f64>();
        weights.iter_mut().for_each(|w| *w = (f64::from(*w) / mean) as f32);
        let cells = if knob("SPLIT", 0.0) > 0.0 {
            let mut own = vec![0.0_f32; columns * rows];
            let mut first = vec![0.0_f32; columns * rows];
            for p in 0..n {
                let c = p / width / 4 * columns + p % width / 4;
                own[c] += weights[p] / counts[c];
                first[c] += self.first[p] / counts[c];
            }
            Some((0..columns * rows).map(|c| {
                let wanted = knob("CGAIN", 1.0) as f32 * tame(low_gain[c].max(0.0) / (low_size[c] + 16.0 * floor)) * first[c].powf(knob("FPOW", 1.0) as f32) / mean as f32;
                (wanted - own[c]).max(0.0) / 16.0 / 16.0
            }).collect::<Vec<f32>>())
        } else { kappa_cells(&weights, &self.first, &self.source, width, height) };
        if std::env::var("TELL").is_ok() {
            let cm = cells.as_ref().map_or(0.0, |c| c.iter().sum::<f32>() / c.len() as f32 * 16.0 * 16.0);
            eprintln!("mean cell weight {cm:.3}, fine gain/size {:.4} low {:.4}", gain.iter().sum::<f32>() / size.iter().sum::<f32>() / unit, low_gain.iter().sum::<f32>() / low_size.iter().sum::<f32>() / unit);
        }
        if std::env::var("TELL").is_ok() { eprintln!("round S2 {score:.2}"); }
        Some(Round { error: 100.0 - score, targets: self.source.clone(), cells, weights: (power > 0.0).then_some(weights) })
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
    fn round(&mut self, coverage: &Coverage, space: Space, stop: &Stop) -> Option<Round> {
        let looks = coverage.looks();
        let drawn = self.filters.apply_while(&coverage.picture(space), || !stop.requested()).ok()??;
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
        Some(Round { error, targets: aims, weights: None, cells: None })
    }
}

