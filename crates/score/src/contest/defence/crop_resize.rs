//! Random crop, resized back to the original size.

use image::RgbImage;
use linocut_raster::{Filter, crop, resize};

use super::DefenceError;
use super::random_state::RandomState;

/// Cuts up to `share` of the width or height off each side and resizes back with Pillow's bilinear filter.
///
/// The most that is cut off a side is `share` of the width (left and right) or of the height (top and bottom), rounded
/// down to whole px. Four draws, each `randint(0, most + 1)`: left, top, right, bottom.
///
/// # Shapes
///
/// - `image`: W x H, 8-bit sRGB
/// - returns W x H
///
/// # Errors
///
/// [`DefenceError::Share`] unless `share` is at least 0 and less than 0.5, so that at least 1 px is left;
/// [`DefenceError::Resize`] for a picture without pixels or with a side over 65,535 px. No random number is drawn for a
/// share out of range.
///
/// # Source
///
/// Steps 3.1 and 6 of the contest's metric, with shares of 0.03 and 0.05. Bit-identical on the goldens.
pub fn crop_resize(image: &RgbImage, share: f64, random: &mut RandomState) -> Result<RgbImage, DefenceError> {
    if !(0.0..0.5).contains(&share) {
        return Err(DefenceError::Share { share });
    }
    let (width, height) = image.dimensions();
    let most = |side: u32| (f64::from(side) * share) as u32;
    let left = random.up_to(most(width));
    let top = random.up_to(most(height));
    let right = width - random.up_to(most(width));
    let bottom = height - random.up_to(most(height));
    if (right - left, bottom - top) == (width, height) {
        return Ok(image.clone());
    }
    Ok(resize(&crop(image, left, top, right, bottom)?, width, height, Filter::Bilinear)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;
    use proptest::prelude::*;

    fn coordinates(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, 9]))
    }

    #[test]
    fn draws_left_top_right_bottom() {
        let mut random = RandomState::new(123_456_789);
        let cut = crop_resize(&coordinates(100, 100), 0.1, &mut random).unwrap();
        // The first draws below 11 of this seed are 8, 2, 9, 10.
        let expected = crop(&coordinates(100, 100), 8, 2, 91, 90).unwrap();
        assert_eq!(cut, resize(&expected, 100, 100, Filter::Bilinear).unwrap());
        assert_eq!(random.randint(0, 11), Ok(7));
    }

    #[test]
    fn small_pictures_lose_nothing() {
        let mut random = RandomState::new(1);
        for (width, height) in [(1, 1), (33, 2)] {
            let image = coordinates(width, height);
            assert_eq!(crop_resize(&image, 0.03, &mut random).unwrap(), image);
        }
    }

    #[test]
    fn refuses_shares_that_might_leave_nothing() {
        for share in [0.5, 1.0, -0.01, f64::NAN, f64::INFINITY] {
            let error = crop_resize(&coordinates(4, 4), share, &mut RandomState::new(1)).unwrap_err();
            assert!(matches!(error, DefenceError::Share { .. }), "{error}");
        }
    }

    proptest! {
        #[test]
        fn the_size_stays(size in (1..60_u32, 1..60_u32), share in 0.0..0.5, seed: u32) {
            let image = coordinates(size.0, size.1);
            let cut = crop_resize(&image, share, &mut RandomState::new(seed)).unwrap();
            prop_assert_eq!(cut.dimensions(), size);
        }
    }
}
