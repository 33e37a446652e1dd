//! Pictures as the vision tower takes them.

use candle_core::{Device, Tensor};
use image::RgbImage;

use super::paligemma_error::PaliGemmaError;
use crate::pixel_values::PixelValues;

/// A picture at the tower's size, each channel from -1 to 1.
///
/// # Shapes
///
/// - `image`: any size, at least 1 x 1
/// - result: 1 x 3 x side x side, f32
pub(super) fn pixel_values(image: &RgbImage, side: usize, device: &Device) -> Result<Tensor, PaliGemmaError> {
    let (width, height) = image.dimensions();
    if width == 0 || height == 0 {
        return Err(PaliGemmaError::EmptyImage { width, height });
    }
    Ok(PixelValues::siglip(side as u32).tensor(&[image], device)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_reach_from_minus_one_to_one() {
        let image = RgbImage::from_pixel(5, 3, [0, 255, 51].into());
        let values = pixel_values(&image, 4, &Device::Cpu).unwrap();
        assert_eq!(values.dims(), [1, 3, 4, 4]);
        let values: Vec<f32> = values.flatten_all().unwrap().to_vec1().unwrap();
        assert_eq!((values[0], values[16]), (-1.0, 1.0));
        assert!((values[32] + 0.6).abs() < 1e-6);
    }

    #[test]
    fn a_picture_without_pixels_is_an_error() {
        for (width, height) in [(0, 0), (4, 0), (0, 4)] {
            let error = pixel_values(&RgbImage::new(width, height), 4, &Device::Cpu).unwrap_err();
            assert!(matches!(error, PaliGemmaError::EmptyImage { .. }));
        }
    }
}
