//! Brings a picture to the grid on which it is traced.

use std::borrow::Cow;

use image::RgbImage;
use linocut_raster::{Filter, resize};
use std::collections::HashSet;

use crate::error::TraceError;

/// Most colours of a picture whose pixels are cells to be seen, however they are spread. Photographs have more at any size.
const MOST_COLORS: usize = 256;

/// Least share of pixels that equal the next one in soft-edged icons. In photographs, one in fifty is usual.
const FLAT: f64 = 0.4;

/// Longest side of pixel art and icons. At 128 px, enlarging gains 2 dB at 1,500 bytes and 38 dB at 10,000.
const ICON: u32 = 128;

/// Longest side of a grid.
const MAX_SIDE: u32 = 1024;

/// Fewest pixels that the shorter side of a thin picture is reduced to, if it has as many.
const THIN: u32 = 16;

/// The picture with its longer side reduced to at most `longest` pixels, in its own proportions. Pixel art and icons of at most 128
/// pixels a side are enlarged to it by a whole factor, cell by cell; other small pictures, and thin ones that would lose their
/// proportions, are unchanged.
///
/// # Errors
///
/// [`TraceError::EmptyPicture`] for a picture without pixels, [`TraceError::Resize`] for one that is too large.
pub(crate) fn reduce(image: &RgbImage, longest: u32) -> Result<Cow<'_, RgbImage>, TraceError> {
    let (width, height) = image.dimensions();
    if width == 0 || height == 0 {
        return Err(TraceError::EmptyPicture { width, height });
    }
    let (w, h) = grid_size(width, height, longest);
    if (w, h) == (width, height) {
        let factor = longest / width.max(height);
        return Ok(if factor > 1 && has_cells(image) {
            Cow::Owned(enlarged(image, factor))
        } else {
            Cow::Borrowed(image)
        });
    }
    Ok(Cow::Owned(resize(image, w, h, Filter::Lanczos)?))
}

/// The picture on a grid of this size, as [`reduce`] brings it to one.
///
/// # Errors
///
/// [`TraceError::Resize`] for a picture that is too large.
pub(crate) fn on_grid(image: &RgbImage, (width, height): (u32, u32)) -> Result<RgbImage, TraceError> {
    let factor = width / image.width();
    let is_whole = (image.width() * factor, image.height() * factor) == (width, height);
    if factor > 1 && is_whole && has_cells(image) {
        return Ok(enlarged(image, factor));
    }
    Ok(resize(image, width, height, Filter::Lanczos)?)
}

/// Whether the pixels are cells to be seen: a small picture of few colours, or of large parts in one colour.
fn has_cells(image: &RgbImage) -> bool {
    if image.width().max(image.height()) > ICON {
        return false;
    }
    let colors: HashSet<[u8; 3]> = image.pixels().map(|pixel| pixel.0).collect();
    let pairs = image.as_raw().chunks_exact(3).zip(image.as_raw().chunks_exact(3).skip(1));
    let equal = pairs.filter(|(a, b)| a == b).count() as f64;
    colors.len() <= MOST_COLORS || equal >= FLAT * (f64::from(image.width()) * f64::from(image.height()))
}

/// Each pixel as a square of `factor` pixels a side.
fn enlarged(image: &RgbImage, factor: u32) -> RgbImage {
    RgbImage::from_fn(image.width() * factor, image.height() * factor, |x, y| *image.get_pixel(x / factor, y / factor))
}

/// Sides of the grid for a picture of this size: proportions kept, rounded to whole units, at least 1.
fn grid_size(width: u32, height: u32, longest: u32) -> (u32, u32) {
    let side = width.max(height);
    let longest = if width.min(height) < THIN { longest.max(MAX_SIDE) } else { longest };
    if side <= longest {
        return (width, height);
    }
    let scale = |x: u32| {
        let scaled = (u64::from(x) * u64::from(longest) + u64::from(side) / 2) / u64::from(side);
        u32::try_from(scaled).unwrap_or(longest).max(1)
    };
    (scale(width), scale(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_side_is_met_and_proportions_are_kept() {
        assert_eq!(grid_size(1000, 500, 384), (384, 192));
        assert_eq!(grid_size(20, 2000, 384), (4, 384));
        assert_eq!(grid_size(400, 1, 384), (400, 1));
        assert_eq!(grid_size(2, 2000, 384), (1, 1024));
    }

    #[test]
    fn small_pictures_of_many_colours_stay_as_they_are() {
        let gradient = RgbImage::from_fn(48, 40, |x, y| image::Rgb([x as u8 * 4, y as u8 * 5, 9]));
        assert!(matches!(reduce(&gradient, 384).unwrap(), Cow::Borrowed(_)));
        assert!(matches!(reduce(&RgbImage::new(7, 384), 384).unwrap(), Cow::Borrowed(_)));
        assert!(matches!(reduce(&RgbImage::new(193, 100), 384).unwrap(), Cow::Borrowed(_)));
    }

    #[test]
    fn cells_of_pixel_art_are_enlarged_without_blur() {
        let image = RgbImage::from_fn(3, 2, |x, y| image::Rgb([x as u8, y as u8, 0]));
        let large = reduce(&image, 384).unwrap();
        assert_eq!(large.dimensions(), (384, 256));
        assert!(large.enumerate_pixels().all(|(x, y, pixel)| pixel == image.get_pixel(x / 128, y / 128)));
    }

    #[test]
    fn a_picture_without_pixels_is_an_error() {
        let error = reduce(&RgbImage::new(0, 4), 384).unwrap_err();
        assert_eq!(error.to_string(), "picture of 0 x 4 px has no pixels");
    }
}
