//! Multi-scale structural similarity (MS-SSIM) of two pictures.

use image::RgbImage;

use super::plane::Plane;
use super::ssim::similarity;
use super::{DifferenceError, check};

/// Exponent of each scale, finest first (Wang, Simoncelli and Bovik 2003).
const WEIGHTS: [f64; 5] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
/// Shortest side in px whose fifth scale still holds a window: `(11 - 1) * 2^4 + 1`.
const MIN_SIDE: u32 = 161;

/// Multi-scale structural similarity, 0 to 1; 1 for equal pictures. Mean over the three channels.
///
/// For each channel, the product of the contrast terms of the four finer scales and of the SSIM of the coarsest, each raised
/// to the weight of its scale; negative terms count as 0. Window and stabilisers are those of [`ssim`](crate::ssim()). Each
/// scale is the 2 x 2 mean of the one before, where an odd side is first padded with one zero at each end.
///
/// # Errors
///
/// [`DifferenceError`] if the sizes differ or a side is under 161 px.
///
/// # Source
///
/// Wang, Simoncelli and Bovik 2003, in the conventions of pytorch-msssim's `ms_ssim`; equal within 1e-5 to the numpy
/// reference in `fixtures/raster/difference/make.py`.
pub fn ms_ssim(a: &RgbImage, b: &RgbImage) -> Result<f64, DifferenceError> {
    check(a, b, "MS-SSIM", MIN_SIDE)?;
    let channels = (0..3).map(|channel| over_scales(Plane::channel(a, channel), Plane::channel(b, channel)));
    Ok(channels.sum::<f64>() / 3.0)
}

fn over_scales(mut a: Plane, mut b: Plane) -> f64 {
    let [finer @ .., coarsest] = WEIGHTS;
    let mut product = 1.0;
    for weight in finer {
        product *= similarity(&a, &b).contrast.max(0.0).powf(weight);
        (a, b) = (a.halved(), b.halved());
    }
    product * similarity(&a, &b).whole.max(0.0).powf(coarsest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    fn rings(scale: u32) -> RgbImage {
        RgbImage::from_fn(170, 163, |x, y| Rgb([((x * x + y * y) / scale) as u8, (x + y) as u8, (x * y / scale) as u8]))
    }

    #[test]
    fn a_picture_is_wholly_similar_to_itself() {
        let image = rings(40);
        assert!((ms_ssim(&image, &image).unwrap() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_negative_scores_nothing() {
        let image = rings(40);
        let negative = RgbImage::from_fn(170, 163, |x, y| Rgb(image.get_pixel(x, y).0.map(|v| 255 - v)));
        assert_eq!(ms_ssim(&image, &negative), Ok(0.0));
    }

    #[test]
    fn the_order_of_the_pictures_does_not_matter() {
        let (a, b) = (rings(40), rings(43));
        let (forth, back) = (ms_ssim(&a, &b).unwrap(), ms_ssim(&b, &a).unwrap());
        assert!((forth - back).abs() < 1e-6);
        assert!(forth < 0.99);
    }
}
