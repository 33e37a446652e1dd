//! Structural similarity (SSIM) of two pictures.

use image::RgbImage;

use super::gaussian::{SSIM_WINDOW, window_means};
use super::plane::Plane;
use super::{DifferenceError, check};

/// Stabiliser of the luminance term, `(0.01 * 255)^2` (Wang et al. 2004).
const C1: f32 = 6.5025;
/// Stabiliser of the contrast and structure term, `(0.03 * 255)^2` (Wang et al. 2004).
const C2: f32 = 58.5225;
/// Level taken off before squaring, so that 32-bit floats keep the small variances.
const MIDDLE: f32 = 128.0;

/// Mean structural similarity of two pictures, -1 to 1; 1 for equal ones. Mean over the three channels.
///
/// Gaussian windows of 11 x 11 px and sigma 1.5 px, population covariance, mean over all windows inside the picture.
///
/// # Errors
///
/// [`DifferenceError`] if the sizes differ or a side is under 11 px.
///
/// # Source
///
/// Wang et al. 2004; scikit-image 0.26 `structural_similarity(gaussian_weights=True, sigma=1.5,
/// use_sample_covariance=False, data_range=255, channel_axis=2)`, equal within 1e-5 on the goldens. Its reflected
/// borders need no counterpart: it crops every value that they touch.
pub fn ssim(a: &RgbImage, b: &RgbImage) -> Result<f64, DifferenceError> {
    check(a, b, "SSIM", SSIM_WINDOW as u32)?;
    let channels = (0..3).map(|channel| {
        let (a, b) = (Plane::channel(a, channel), Plane::channel(b, channel));
        similarity(&a, &b).whole
    });
    Ok(channels.sum::<f64>() / 3.0)
}

/// Means over all windows of one channel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Similarity {
    /// Luminance times contrast and structure: SSIM.
    pub(super) whole: f64,
    /// Contrast and structure alone.
    pub(super) contrast: f64,
}

/// Compares two planes of one size, at least [`SSIM_WINDOW`] a side, in levels 0 to 255.
pub(super) fn similarity(a: &Plane, b: &Plane) -> Similarity {
    let means_a = window_means(a);
    let means_b = window_means(b);
    let squares = window_means(&Plane::zip(a, b, |a, b| centred(a).powi(2) + centred(b).powi(2)));
    let products = window_means(&Plane::zip(a, b, |a, b| centred(a) * centred(b)));
    let (mut whole, mut contrast) = (0.0, 0.0);
    for index in 0..means_a.samples.len() {
        let (a, b) = (means_a.samples[index], means_b.samples[index]);
        let (luminance, structure) = terms(a, b, squares.samples[index], products.samples[index]);
        whole += f64::from(luminance * structure);
        contrast += f64::from(structure);
    }
    let windows = means_a.samples.len() as f64;
    Similarity { whole: whole / windows, contrast: contrast / windows }
}

/// The luminance term and the contrast and structure term of one window.
fn terms(a: f32, b: f32, squares: f32, products: f32) -> (f32, f32) {
    let luminance = (2.0 * a * b + C1) / (a * a + b * b + C1);
    let (a, b) = (centred(a), centred(b));
    let covariance = products - a * b;
    let variances = squares - a * a - b * b;
    (luminance, (2.0 * covariance + C2) / (variances + C2))
}

fn centred(level: f32) -> f32 {
    level - MIDDLE
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;
    use proptest::prelude::*;

    fn noise(width: u32, height: u32, seed: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| {
            let hash = (x * 31 + y * 17 + seed).wrapping_mul(2_654_435_761) >> 8;
            Rgb([hash as u8, (hash >> 8) as u8, (hash >> 16) as u8])
        })
    }

    #[test]
    fn a_negative_is_dissimilar() {
        let image = noise(40, 30, 1);
        let negative = RgbImage::from_fn(40, 30, |x, y| Rgb(image.get_pixel(x, y).0.map(|v| 255 - v)));
        assert!(ssim(&image, &negative).unwrap() < 0.0);
    }

    #[test]
    fn black_and_white_leave_only_the_stabiliser() {
        let white = RgbImage::from_pixel(12, 12, Rgb([255; 3]));
        let expected = f64::from(C1) / (255.0 * 255.0 + f64::from(C1));
        let actual = ssim(&RgbImage::new(12, 12), &white).unwrap();
        assert!((actual - expected).abs() < 1e-7);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_picture_is_wholly_similar_to_itself(size in (11..40u32, 11..40u32), seed: u16) {
            let image = noise(size.0, size.1, u32::from(seed));
            prop_assert!((ssim(&image, &image).unwrap() - 1.0).abs() < 1e-6);
        }

        #[test]
        fn the_order_of_the_pictures_does_not_matter(seeds: (u16, u16)) {
            let (a, b) = (noise(20, 15, u32::from(seeds.0)), noise(20, 15, u32::from(seeds.1)));
            prop_assert!((ssim(&a, &b).unwrap() - ssim(&b, &a).unwrap()).abs() < 1e-6);
        }
    }
}
