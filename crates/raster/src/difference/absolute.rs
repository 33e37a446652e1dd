//! Mean absolute difference of two pictures.

use image::RgbImage;

use super::{DifferenceError, check};

/// Mean of `|a - b|` over all samples of the three channels, in levels: 0 (equal) to 255.
///
/// # Errors
///
/// [`DifferenceError`] if the sizes differ or there is no pixel.
pub fn mean_abs_difference(a: &RgbImage, b: &RgbImage) -> Result<f64, DifferenceError> {
    check(a, b, "mean absolute difference", 1)?;
    let total: u64 = a.iter().zip(b.iter()).map(|(x, y)| u64::from(x.abs_diff(*y))).sum();
    Ok(total as f64 / (f64::from(a.width()) * f64::from(a.height()) * 3.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn black_and_white_are_255_apart() {
        let white = RgbImage::from_pixel(3, 2, Rgb([255; 3]));
        assert_eq!(mean_abs_difference(&RgbImage::new(3, 2), &white), Ok(255.0));
    }

    #[test]
    fn one_channel_counts_a_third() {
        let red = RgbImage::from_pixel(3, 2, Rgb([30, 0, 0]));
        assert_eq!(mean_abs_difference(&red, &RgbImage::new(3, 2)), Ok(10.0));
    }
}
