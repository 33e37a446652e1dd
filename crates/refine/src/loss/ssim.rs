//! Structural similarity (SSIM) against a target picture, as a loss with its gradient.

use linocut_raster::SSIM_WINDOW;

use crate::loss::gaussian::{means, spread};
use crate::loss::{Loss, LossError, check};
use crate::raster::picture::Picture;

/// Stabilisers, `0.01^2` and `0.03^2` (Wang et al. 2004) for values of 0 to 1.
const C1: f32 = 1e-4;
const C2: f32 = 9e-4;
/// Value taken off before squaring, so that 32-bit floats keep the small variances.
const MIDDLE: f32 = 0.5;

/// `1 - SSIM` against a target: 0 for equal pictures, at most 2.
///
/// SSIM is the mean of the three channels, each the mean over all windows inside the picture: Gaussian windows of 11 x 11 px
/// and sigma 1.5 px, population covariance.
///
/// # Source
///
/// Wang et al. 2004. Within 1e-5 of `1 - linocut_raster::ssim`, and so of scikit-image with `gaussian_weights`. The gradient
/// is exact: the adjoint of each convolution.
#[derive(Clone, Debug)]
pub struct Ssim {
    target: Picture,
    /// For each channel, means and squares of the target over all windows.
    known: Vec<[Vec<f32>; 2]>,
    room: Room,
}

/// Buffers, kept between calls.
#[derive(Clone, Debug, Default)]
struct Room {
    rows: Vec<f32>,
    product: Vec<f32>,
    mean: Vec<f32>,
    square: Vec<f32>,
    cross: Vec<f32>,
    spread: Vec<f32>,
}

impl Ssim {
    /// The loss against this picture.
    ///
    /// # Errors
    ///
    /// [`LossError::TooSmall`] if a side is under 11 px.
    pub fn new(target: Picture) -> Result<Self, LossError> {
        let size = target.size();
        if size.0.min(size.1) < SSIM_WINDOW as u32 {
            return Err(LossError::TooSmall { measure: "SSIM", min: SSIM_WINDOW as u32, size });
        }
        let (width, mut rows) = (size.0 as usize, Vec::new());
        let mut known = Vec::new();
        for channel in 0..3 {
            let plane: Vec<f32> = target.plane(channel).iter().map(|v| v - MIDDLE).collect();
            let squares: Vec<f32> = plane.iter().map(|v| v * v).collect();
            let mut pair = [Vec::new(), Vec::new()];
            means(&plane, width, &mut rows, &mut pair[0]);
            means(&squares, width, &mut rows, &mut pair[1]);
            known.push(pair);
        }
        Ok(Self { target, known, room: Room::default() })
    }
}

impl Loss for Ssim {
    fn evaluate(&mut self, picture: &Picture, gradient: &mut Picture) -> Result<f64, LossError> {
        check(&self.target, picture, gradient)?;
        let width = picture.width() as usize;
        let mut similarity = 0.0;
        for (channel, known) in self.known.iter().enumerate() {
            let (plane, target) = (picture.plane(channel), self.target.plane(channel));
            self.room.measure(plane, target, width);
            similarity += self.room.compare(known) / 3.0;
            self.room.pull(plane, target, width, gradient.plane_mut(channel));
        }
        Ok(1.0 - similarity)
    }
}

impl Room {
    /// Means, squares and products over all windows, of values less [`MIDDLE`].
    fn measure(&mut self, plane: &[f32], target: &[f32], width: usize) {
        self.fill(plane.iter().map(|a| a - MIDDLE));
        means(&self.product, width, &mut self.rows, &mut self.mean);
        self.fill(plane.iter().map(|a| (a - MIDDLE) * (a - MIDDLE)));
        means(&self.product, width, &mut self.rows, &mut self.square);
        self.fill(plane.iter().zip(target).map(|(a, b)| (a - MIDDLE) * (b - MIDDLE)));
        means(&self.product, width, &mut self.rows, &mut self.cross);
    }

    fn fill(&mut self, values: impl Iterator<Item = f32>) {
        self.product.clear();
        self.product.extend(values);
    }

    /// The mean similarity; `mean`, `square` and `cross` become the gradients of the loss with respect to themselves.
    fn compare(&mut self, [target_mean, target_square]: &[Vec<f32>; 2]) -> f64 {
        let windows = self.mean.len() as f64;
        let scale = (-1.0 / (3.0 * windows)) as f32;
        let mut total = 0.0;
        let known = target_mean.iter().zip(target_square);
        let own = self.mean.iter_mut().zip(&mut self.square).zip(&mut self.cross);
        for (((mean, square), cross), (&b, &target_square)) in own.zip(known) {
            let a = *mean;
            let (full_a, full_b) = (a + MIDDLE, b + MIDDLE);
            let (l1, l2) = (2.0 * full_a * full_b + C1, full_a * full_a + full_b * full_b + C1);
            let (s1, s2) = (2.0 * (*cross - a * b) + C2, *square - a * a + target_square - b * b + C2);
            let (luminance, structure) = (l1 / l2, s1 / s2);
            total += f64::from(luminance * structure);
            let by_luminance = 2.0 * (full_b - full_a * luminance) / l2 * structure;
            let by_structure = 2.0 * (a * structure - b) / s2 * luminance;
            *mean = scale * (by_luminance + by_structure);
            *square = -scale * luminance * structure / s2;
            *cross = scale * 2.0 * luminance / s2;
        }
        total / windows
    }

    /// The gradient of the plane from those of its windows.
    fn pull(&mut self, plane: &[f32], target: &[f32], width: usize, gradient: &mut [f32]) {
        spread(&self.mean, width, &mut self.rows, &mut self.spread);
        gradient.copy_from_slice(&self.spread);
        spread(&self.square, width, &mut self.rows, &mut self.spread);
        for ((by, spread), a) in gradient.iter_mut().zip(&self.spread).zip(plane) {
            *by += 2.0 * (a - MIDDLE) * spread;
        }
        spread(&self.cross, width, &mut self.rows, &mut self.spread);
        for ((by, spread), b) in gradient.iter_mut().zip(&self.spread).zip(target) {
            *by += (b - MIDDLE) * spread;
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    fn image(seed: u32, noise: u32) -> RgbImage {
        RgbImage::from_fn(31, 23, |x, y| {
            let hash = (x * 31 + y * 17 + seed).wrapping_mul(2_654_435_761) >> 8;
            let level = |shift: u32| ((x * 5 + y * 3) + (hash >> shift) % noise).min(255) as u8;
            Rgb([level(0), level(7), 255 - level(13)])
        })
    }

    fn dissimilarity(a: &RgbImage, b: &RgbImage) -> (f64, Picture) {
        let mut gradient = Picture::new(31, 23).unwrap();
        let mut loss = Ssim::new(Picture::from_image(b).unwrap()).unwrap();
        (loss.evaluate(&Picture::from_image(a).unwrap(), &mut gradient).unwrap(), gradient)
    }

    #[test]
    fn the_value_is_one_less_that_of_the_measure() {
        for (a, b) in [(image(1, 20), image(2, 40)), (image(3, 250), image(4, 2)), (image(5, 1), image(5, 1))] {
            let expected = 1.0 - linocut_raster::ssim(&a, &b).unwrap();
            assert!((dissimilarity(&a, &b).0 - expected).abs() < 1e-5);
        }
    }

    #[test]
    fn the_gradient_matches_differences() {
        let (a, b) = (image(1, 60), image(2, 90));
        let (_, gradient) = dissimilarity(&a, &b);
        let mut loss = Ssim::new(Picture::from_image(&b).unwrap()).unwrap();
        let at = Picture::from_image(&a).unwrap();
        // Along a smooth direction, so that 32-bit values suffice for the differences.
        let direction: Vec<f32> = (0..at.samples().len()).map(|i| (i as f32 * 0.31).sin()).collect();
        let mut moved = |h: f32| {
            let mut at = at.clone();
            at.samples_mut().iter_mut().zip(&direction).for_each(|(v, d)| *v += h * d);
            loss.evaluate(&at, &mut gradient.clone()).unwrap()
        };
        let differences = (moved(1e-3) - moved(-1e-3)) / 2e-3;
        let exact: f64 = gradient.samples().iter().zip(&direction).map(|(g, d)| f64::from(g * d)).sum();
        assert!((differences - exact).abs() < 1e-3 * exact.abs(), "{differences} {exact}");
    }

    #[test]
    fn equal_pictures_are_at_the_bottom() {
        let (value, gradient) = dissimilarity(&image(9, 50), &image(9, 50));
        assert!(value.abs() < 1e-5 && gradient.samples().iter().all(|by| by.abs() < 1e-5));
    }

    #[test]
    fn short_sides_are_refused() {
        let error = Ssim::new(Picture::new(40, 10).unwrap()).unwrap_err();
        assert!(matches!(error, LossError::TooSmall { min: 11, size: (40, 10), .. }));
    }
}
