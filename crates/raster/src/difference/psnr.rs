//! Peak signal-to-noise ratio (PSNR) of two pictures.

use image::RgbImage;

use super::{DifferenceError, check};

/// `10 log10(255^2 / mean((a - b)^2))` over all samples of the three channels, in dB; infinite for equal pictures.
///
/// # Errors
///
/// [`DifferenceError`] if the sizes differ or there is no pixel.
///
/// # Source
///
/// scikit-image 0.26, `peak_signal_noise_ratio` with a data range of 255.
pub fn psnr(a: &RgbImage, b: &RgbImage) -> Result<f64, DifferenceError> {
    check(a, b, "PSNR", 1)?;
    let total: u64 = a.iter().zip(b.iter()).map(|(x, y)| u64::from(x.abs_diff(*y)).pow(2)).sum();
    let mean = total as f64 / (f64::from(a.width()) * f64::from(a.height()) * 3.0);
    Ok(10.0 * (255.0 * 255.0 / mean).log10())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;
    use proptest::prelude::*;

    fn filled(samples: Vec<u8>) -> RgbImage {
        RgbImage::from_raw(4, 3, samples).unwrap()
    }

    #[test]
    fn equal_pictures_are_infinitely_close() {
        let image = RgbImage::from_pixel(5, 5, Rgb([1, 2, 3]));
        assert_eq!(psnr(&image, &image), Ok(f64::INFINITY));
    }

    #[test]
    fn black_against_white_is_zero_decibel() {
        let white = RgbImage::from_pixel(5, 5, Rgb([255; 3]));
        assert_eq!(psnr(&RgbImage::new(5, 5), &white), Ok(0.0));
    }

    proptest! {
        #[test]
        fn the_order_of_the_pictures_does_not_matter(
            a in prop::collection::vec(any::<u8>(), 36),
            b in prop::collection::vec(any::<u8>(), 36),
        ) {
            let (a, b) = (filled(a), filled(b));
            prop_assert_eq!(psnr(&a, &b), psnr(&b, &a));
        }
    }
}
