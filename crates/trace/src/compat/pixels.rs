//! Pixels as vtracer takes them.

use image::RgbaImage;
use linocut_raster::{DecodeLimits, decode};
use vtracer::ColorImage;

use super::error::CompatError;

/// RGBA bytes, row by row, as a picture.
pub(super) fn of_rgba(rgba: Vec<u8>, (width, height): (usize, usize)) -> Result<ColorImage, CompatError> {
    let limits = DecodeLimits::default();
    let is_large = |side: usize, most: u32| u32::try_from(side).map_or(true, |side| side > most);
    let area = (width as u64).saturating_mul(height as u64);
    if is_large(width, limits.max_width) || is_large(height, limits.max_height) || area > limits.max_pixels {
        return Err(CompatError::TooLarge { width, height });
    }
    let expected = width * height;
    if rgba.len() != 4 * expected {
        return Err(CompatError::PixelCount { actual: rgba.len() / 4, expected, width, height });
    }
    Ok(ColorImage { pixels: rgba, width, height })
}

/// The pixels of a PNG or JPEG file.
pub(super) fn of_file(bytes: &[u8]) -> Result<ColorImage, CompatError> {
    let image = decode(bytes, &DecodeLimits::default())?;
    let (width, height) = (image.width() as usize, image.height() as usize);
    Ok(ColorImage { pixels: image.into_raw(), width, height })
}

/// The same picture in the type of the tracers.
pub(super) fn rgba(image: &ColorImage) -> Option<RgbaImage> {
    RgbaImage::from_raw(image.width as u32, image.height as u32, image.pixels.clone())
}
