//! The error that a search minimises, and its weights by pixel.

use image::imageops::{FilterType, resize};
use image::{GrayImage, RgbImage};

use super::perceptual::{MIN_SIDE, PERCEPTION};
use super::space::Space;

/// How the error between drawing and picture is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Objective {
    /// Squared error of the pictures as they are, as a person sees them.
    #[default]
    Raw,
    /// Squared error after the median, low-pass and bilateral filters of the contest's metric, as its models see them.
    /// Pictures with a side below 4 px, which those filters refuse, are traced as [`Raw`](Self::Raw).
    Defended,
    /// What people see: squared error in luma and colour, of pixels and of cells of 4 x 4 px, weighted anew in rounds by the
    /// gradient of SSIMULACRA2 ([`linocut_raster::Ssimulacra2`]); the drawing that scores best is kept. Pictures with a side
    /// below 8 px, which it refuses, are traced as [`Raw`](Self::Raw). In less than 0.75 s of [`Work::Time`](super::Work::Time) only
    /// the first weights count: errors in busy parts less.
    Perceptual,
}

/// How a search measures the error of a drawing.
#[derive(Clone, Debug)]
pub(crate) struct Measure {
    /// Weights by pixel.
    pub(crate) weights: Vec<f32>,
    /// How much more the mean error of a cell counts than its share of that of the pixels.
    pub(crate) cells: f32,
    pub(crate) space: Space,
}

impl Measure {
    /// Squared error in red, green and blue with these weights.
    pub(crate) fn plain(weights: Vec<f32>) -> Self {
        Self { weights, cells: 0.0, space: Space::default() }
    }

    /// What an objective has its search minimise.
    ///
    /// Eyes, and SSIMULACRA2, see luma better than colour, and details of a few pixels best: so in the perceptual objective
    /// errors that neighbours share count more than those that cancel out.
    pub(crate) fn of(objective: Objective, image: &RgbImage, map: Option<&GrayImage>, perception: f64) -> Self {
        if objective != Objective::Perceptual || image.width().min(image.height()) < MIN_SIDE {
            return Self::plain(weights(image, map, perception));
        }
        let mut weights = weights(image, map, perception.max(PERCEPTION));
        weights.iter_mut().for_each(|weight| *weight /= (FINENESS * FINENESS) as f32);
        let luma = libm::sqrt(3.0);
        Self { weights, cells: CELLS, space: Space::opponent(FINENESS * luma, FINENESS * CHROMA) }
    }
}

/// Steps to a level in the lanes of luma and colour.
const FINENESS: f64 = 2.0;
/// Weight of the differences of colour beside that of luma, which has that of red, green and blue together.
const CHROMA: f64 = 0.5;
/// Weight of the mean errors of cells beside that of the errors of their pixels.
const CELLS: f32 = 2.0;

/// Weights with mean 1 for a picture's pixels.
///
/// `map` is scaled to the picture's size and is linear in its levels. `perception` is the exponent, 0 to 1, of 1 /
/// (local variance + c): errors are less visible where a picture is busy.
pub(crate) fn weights(image: &RgbImage, map: Option<&GrayImage>, perception: f64) -> Vec<f32> {
    let (width, height) = image.dimensions();
    let mut weights = vec![1.0_f32; (width * height) as usize];
    if let Some(map) = map.filter(|map| map.width() > 0 && map.height() > 0) {
        let map = resize(map, width, height, FilterType::Triangle);
        weights.iter_mut().zip(map.pixels()).for_each(|(weight, level)| *weight = f32::from(level.0[0]) / 255.0);
    }
    if perception > 0.0 {
        let variances = variances(image);
        for (weight, variance) in weights.iter_mut().zip(variances) {
            *weight *= libm::pow(1.0 / (variance + FLOOR), perception) as f32;
        }
    }
    let mean = weights.iter().map(|w| f64::from(*w)).sum::<f64>() / weights.len().max(1) as f64;
    if mean > 0.0 {
        weights.iter_mut().for_each(|w| *w = (f64::from(*w) / mean) as f32);
    } else {
        weights.fill(1.0);
    }
    weights
}

/// Added to the local variance: the second constant of SSIM, (0.03 * 255)^2.
const FLOOR: f64 = 58.5;
/// Reach of the window of the local variance, in pixels.
const REACH: usize = 5;

/// Variance of the luma in a window around each pixel.
fn variances(image: &RgbImage) -> Vec<f64> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let stride = width + 1;
    let mut sums = vec![[0.0_f64; 2]; stride * (height + 1)];
    for y in 0..height {
        let mut row = [0.0; 2];
        for x in 0..width {
            let [r, g, b] = image.get_pixel(x as u32, y as u32).0.map(f64::from);
            let luma = 0.299 * r + 0.587 * g + 0.114 * b;
            row = [row[0] + luma, row[1] + luma * luma];
            let above = sums[y * stride + x + 1];
            sums[(y + 1) * stride + x + 1] = [above[0] + row[0], above[1] + row[1]];
        }
    }
    let mut all = Vec::with_capacity(width * height);
    for y in 0..height {
        let (top, bottom) = (y.saturating_sub(REACH), (y + REACH + 1).min(height));
        for x in 0..width {
            let (left, right) = (x.saturating_sub(REACH), (x + REACH + 1).min(width));
            let at = |x: usize, y: usize, i: usize| sums[y * stride + x][i];
            let sum = |i| at(right, bottom, i) - at(left, bottom, i) - at(right, top, i) + at(left, top, i);
            let count = ((right - left) * (bottom - top)) as f64;
            all.push((sum(1) / count - (sum(0) / count).powi(2)).max(0.0));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use image::{Luma, Rgb};

    use super::*;

    #[test]
    fn weights_have_mean_one_and_follow_the_map() {
        let image = RgbImage::from_fn(40, 20, |x, _| Rgb([(x * 6) as u8; 3]));
        let map = GrayImage::from_fn(4, 2, |x, _| Luma([if x < 2 { 0 } else { 200 }]));
        let weights = weights(&image, Some(&map), 0.0);
        assert!((weights.iter().sum::<f32>() / 800.0 - 1.0).abs() < 1e-3);
        assert!(weights[2] < 0.01 && weights[37] > 1.5);
    }

    #[test]
    fn busy_parts_weigh_less_where_perception_is_asked_for() {
        let image = RgbImage::from_fn(40, 20, |x, y| Rgb([if x >= 20 && (x + y) % 2 == 0 { 255 } else { 100 }; 3]));
        let plain = weights(&image, None, 0.0);
        assert!(plain.iter().all(|w| *w == 1.0));
        let seen = weights(&image, None, 0.5);
        assert!(seen[5 * 40 + 5] > 3.0 * seen[5 * 40 + 35]);
    }

    #[test]
    fn the_perceptual_objective_needs_a_picture_that_can_be_measured() {
        let measure = |side| Measure::of(Objective::Perceptual, &RgbImage::new(side, 40), None, 0.0);
        assert!(measure(7).cells == 0.0 && measure(7).space == Space::default());
        assert!(measure(8).cells > 0.0 && measure(8).space != Space::default());
    }

    #[test]
    fn a_black_map_weighs_all_pixels_alike() {
        let weights = weights(&RgbImage::new(5, 5), Some(&GrayImage::new(5, 5)), 0.0);
        assert_eq!(weights, [1.0; 25]);
    }
}
