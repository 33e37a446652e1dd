//! Crops a picture to a rectangle.

use image::{ImageBuffer, Pixel};
use thiserror::Error;

/// Copies the pixels of columns `left..right` and rows `top..bottom`.
///
/// The box is Pillow's: (left, top, right, bottom) in px from the upper left corner, right and bottom exclusive.
/// Unlike Pillow, which fills what lies outside with black, the box must lie inside.
///
/// # Errors
///
/// [`CropError::Empty`] if the box has no pixel, [`CropError::Outside`] if it leaves the picture.
pub fn crop<P: Pixel<Subpixel = u8> + 'static>(
    image: &ImageBuffer<P, Vec<u8>>,
    left: u32,
    top: u32,
    right: u32,
    bottom: u32,
) -> Result<ImageBuffer<P, Vec<u8>>, CropError> {
    let area = (left, top, right, bottom);
    if left >= right || top >= bottom {
        return Err(CropError::Empty { area });
    }
    if right > image.width() || bottom > image.height() {
        let size = image.dimensions();
        return Err(CropError::Outside { area, size });
    }
    let view = image::imageops::crop_imm(image, left, top, right - left, bottom - top);
    Ok(view.to_image())
}

/// Why a rectangle cannot be cut out. Boxes are (left, top, right, bottom), sizes (width, height), in px.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CropError {
    /// The box has no width or no height.
    #[error("the box {area:?} (left, top, right, bottom, px) holds no pixel")]
    Empty {
        /// The box that was asked for.
        area: (u32, u32, u32, u32),
    },
    /// The box reaches over the right or the lower edge.
    #[error("the box {area:?} (left, top, right, bottom, px) leaves the picture of {} x {} px", size.0, size.1)]
    Outside {
        /// The box that was asked for.
        area: (u32, u32, u32, u32),
        /// The size of the picture.
        size: (u32, u32),
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};

    fn coordinates() -> RgbImage {
        RgbImage::from_fn(7, 5, |x, y| Rgb([x as u8, y as u8, 0]))
    }

    #[test]
    fn keeps_the_pixels_inside_the_box() {
        let cut = crop(&coordinates(), 2, 1, 6, 4).unwrap();
        assert_eq!(cut.dimensions(), (4, 3));
        assert_eq!(cut.get_pixel(0, 0).0, [2, 1, 0]);
        assert_eq!(cut.get_pixel(3, 2).0, [5, 3, 0]);
    }

    #[test]
    fn the_whole_box_is_the_picture() {
        let image = coordinates();
        assert_eq!(crop(&image, 0, 0, 7, 5).unwrap(), image);
    }

    #[test]
    fn refuses_a_box_that_leaves_the_picture() {
        let error = crop(&coordinates(), 0, 0, 8, 5).unwrap_err();
        let size = (7, 5);
        let area = (0, 0, 8, 5);
        assert_eq!(error, CropError::Outside { area, size });
    }

    #[test]
    fn refuses_a_box_without_pixels() {
        for area in [(3, 0, 3, 5), (4, 0, 3, 5), (0, 2, 7, 2)] {
            let (left, top, right, bottom) = area;
            let error = crop(&coordinates(), left, top, right, bottom).unwrap_err();
            assert_eq!(error, CropError::Empty { area });
        }
    }
}
