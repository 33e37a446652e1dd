//! What people see, by SSIMULACRA2: rounds that weigh each part of the picture by how much the score would gain there.

use std::ops::Range;
use std::time::Duration;

use image::RgbImage;
use linocut_core::Stop;
use linocut_raster::Ssimulacra2;

use super::aim::Round;
use super::coverage::Coverage;
use super::space::Space;
use super::threads::in_strips;
use crate::picture::{CutOut, GROUND};

/// Exponent of 1 / (local variance + c) in the weights of the first search.
pub(crate) const PERCEPTION: f64 = 0.5;
/// Shortest side of a picture that can be measured, in px.
pub(crate) const MIN_SIDE: u32 = 8;
/// Most rounds, and the time of the search that is worth one.
const ROUNDS: u32 = 6;
const ROUND: Duration = Duration::from_millis(350);
/// Reach of the windows in which the gain of the score is measured, in pixels.
const REACH: usize = 4;
/// Added to the squared error per pixel, so that parts that are met already get no weight.
const FLOOR: f32 = 4.0;
/// Least and greatest gain per squared error, as multiples of the mean.
const RANGE: [f32; 2] = [0.02, 50.0];

/// The measure against the picture.
///
/// If the loss of score were a weighted squared error, its slope along the way from the drawing to the picture would be twice
/// the sum of weight times squared error. So the slope per squared error in a window says what errors weigh there: the
/// reweighting of iteratively reweighted least squares, from the true gradient.
#[derive(Debug)]
pub(crate) struct Perceptual {
    views: Vec<View>,
    /// Weights of the first search.
    first: Vec<f32>,
    /// Number of rounds before the last look.
    pub(crate) rounds: u32,
}

/// The picture over a background.
#[derive(Debug)]
struct View {
    measure: Ssimulacra2,
    source: RgbImage,
    grey: u8,
}

impl View {
    fn new(source: RgbImage, grey: u8, threads: usize) -> Option<Self> {
        let threads = if cfg!(feature = "threads") { threads } else { 1 };
        Some(Self { measure: Ssimulacra2::new(&source).ok()?.with_threads(threads), source, grey })
    }
}

impl Perceptual {
    /// With as many rounds as leave most of so much time to the search.
    pub(crate) fn within(mut self, time: Option<Duration>) -> Self {
        if let Some(time) = time {
            self.rounds = (libm::round(time.as_secs_f64() / ROUND.as_secs_f64()) as u32).clamp(1, ROUNDS);
        }
        self
    }

    /// `None` for a picture that cannot be measured.
    pub(crate) fn new(image: &RgbImage, first: &[f32], threads: usize) -> Option<Self> {
        let view = View::new(image.clone(), GROUND, threads)?;
        Some(Self { views: vec![view], first: first.to_vec(), rounds: ROUNDS })
    }

    /// A cut-out, which is looked at over black and over white.
    pub(crate) fn of_cut_out(cut_out: &CutOut, first: &[f32], threads: usize) -> Option<Self> {
        let view = |grey| View::new(cut_out.over(grey), grey, threads);
        Some(Self { views: vec![view(0)?, view(255)?], first: first.to_vec(), rounds: ROUNDS })
    }

    /// Points that are missing to a perfect score, and the next weights; `None` when asked to stop.
    pub(crate) fn round(&mut self, coverage: &Coverage, space: Space, stop: &Stop) -> Option<Round> {
        let mut parts = vec![[0.0_f32; 2]; self.first.len()];
        let mut missed = 0.0;
        for view in &mut self.views {
            let drawn = coverage.picture_over(space, view.grey);
            let (score, gradient) = view.measure.gradient_while(&drawn, || !stop.requested()).ok()??;
            missed += 100.0 - score;
            let pixels = view.source.pixels().zip(drawn.pixels()).zip(&gradient);
            for (part, ((wanted, drawn), slope)) in parts.iter_mut().zip(pixels) {
                for ((wanted, drawn), slope) in wanted.0.iter().zip(drawn.0).zip(slope) {
                    let missing = f32::from(*wanted) - f32::from(drawn);
                    part[0] += slope * missing;
                    part[1] += missing * missing;
                }
            }
        }
        let parts = window_means(&parts, coverage.size().0, coverage.threads);
        let gains: Vec<f32> = parts.iter().map(|[gain, size]| gain.max(0.0) / (size + FLOOR)).collect();
        let mean = (gains.iter().map(|gain| f64::from(*gain)).sum::<f64>() / gains.len() as f64).max(1e-12) as f32;
        // Its square root: all of it overshoots.
        let weigh = |(gain, first): (&f32, &f32)| first * (gain / mean).clamp(RANGE[0], RANGE[1]).sqrt();
        let mut weights: Vec<f32> = gains.iter().zip(&self.first).map(weigh).collect();
        let total = |weights: &[f32]| weights.iter().map(|w| f64::from(*w)).sum::<f64>();
        let factor = (total(&self.first) / total(&weights).max(1e-12)) as f32;
        weights.iter_mut().for_each(|w| *w *= factor);
        Some(Round { error: missed / self.views.len() as f64, targets: None, weights: Some(weights) })
    }
}

/// Means over squares around each pixel, as far as they lie in the picture.
fn window_means(values: &[[f32; 2]], width: usize, threads: usize) -> Vec<[f32; 2]> {
    let height = values.len() / width;
    let rows = in_rows(threads, height, |y| {
        let row = &values[y * width..(y + 1) * width];
        (0..width).map(|x| mean(&row[around(x, width)], 1)).collect()
    });
    in_rows(threads, height, |y| {
        let near = around(y, height);
        (0..width).map(|x| mean(&rows[near.start * width + x..(near.end - 1) * width + x + 1], width)).collect()
    })
}

/// The numbers in reach of one, of so many.
fn around(i: usize, size: usize) -> Range<usize> {
    i.saturating_sub(REACH)..(i + REACH + 1).min(size)
}

/// The mean of every `step`th value, the first among them.
fn mean(values: &[[f32; 2]], step: usize) -> [f32; 2] {
    let mut sum = [0.0; 2];
    values.iter().step_by(step).for_each(|value| sum.iter_mut().zip(value).for_each(|(sum, v)| *sum += v));
    sum.map(|sum| sum / values.len().div_ceil(step) as f32)
}

/// What `row` makes of each row, one after the other.
fn in_rows(threads: usize, height: usize, row: impl Fn(usize) -> Vec<[f32; 2]> + Sync) -> Vec<[f32; 2]> {
    let strips = in_strips(threads, height, 1, |rows| Some(rows.flat_map(&row).collect::<Vec<_>>()));
    strips.unwrap_or_default().concat()
}

#[cfg(test)]
mod tests {
    use linocut_svg::Color;

    use super::super::objective::Measure;
    use super::super::state::State;
    use super::*;

    #[test]
    fn what_is_met_already_weighs_little() {
        // The drawing is grey: it shows the left half as it is and misses the blocks of the right half.
        let level = |x: u32, y: u32| if x < 64 || (x / 6 + y / 6).is_multiple_of(2) { 110 } else { 150 };
        let image = RgbImage::from_fn(128, 64, |x, y| image::Rgb([level(x, y); 3]));
        let first = vec![0.25; 128 * 64];
        let state = State::new(&image, Measure::plain(first.clone()), Color::new(110, 110, 110), Vec::new());
        let mut perceptual = Perceptual::new(&image, &first, 2).unwrap();
        let round = perceptual.round(&state.coverage, Space::default(), &Stop::never()).unwrap();
        let weights = round.weights.unwrap();
        assert!(round.error > 20.0, "{}", round.error);
        assert!((weights.iter().sum::<f32>() / 8192.0 - 0.25).abs() < 1e-3);
        let (met, missed) = (weights[32 * 128 + 20], weights[32 * 128 + 100]);
        assert!(missed > 3.0 * met, "{met} {missed}");
    }

    #[test]
    fn means_are_those_of_the_pixels_in_reach() {
        let values: Vec<[f32; 2]> = (0..12 * 11).map(|i| [(i % 12) as f32, (i / 12) as f32]).collect();
        let means = window_means(&values, 12, 2);
        assert_eq!((means[0], means[5 * 12 + 6], means[131]), ([2.0, 2.0], [6.0, 5.0], [9.0, 8.0]));
    }
}
