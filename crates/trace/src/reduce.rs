//! Reduces a picture to the grid on which it is traced.

use std::borrow::Cow;

use image::RgbImage;
use linocut_raster::{Filter, resize};

use crate::error::TraceError;

/// The picture with its longer side reduced to at most `longest` pixels, in its own proportions; smaller pictures are
/// unchanged.
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
        return Ok(Cow::Borrowed(image));
    }
    Ok(Cow::Owned(resize(image, w, h, Filter::Lanczos)?))
}

/// Sides of the grid for a picture of this size: proportions kept, rounded to whole units, at least 1.
fn grid_size(width: u32, height: u32, longest: u32) -> (u32, u32) {
    let side = width.max(height);
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
        assert_eq!(grid_size(2, 2000, 384), (1, 384));
    }

    #[test]
    fn small_pictures_stay_as_they_are() {
        let image = RgbImage::new(7, 384);
        assert!(matches!(reduce(&image, 384).unwrap(), Cow::Borrowed(_)));
    }

    #[test]
    fn a_picture_without_pixels_is_an_error() {
        let error = reduce(&RgbImage::new(0, 4), 384).unwrap_err();
        assert_eq!(error.to_string(), "picture of 0 x 4 px has no pixels");
    }
}
