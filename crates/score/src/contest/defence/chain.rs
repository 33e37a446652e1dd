//! Chains the defences: crop, JPEG, filters and JPEG for the judged picture; crop and JPEG for OCR.

use image::RgbImage;
use linocut_raster::fixed_defences;

use super::crop_resize::crop_resize;
use super::jpeg::jpeg_round_trip;
use super::{DefenceError, RandomState};

/// The strength of the two chains. The default is the deployed metric's.
///
/// The median, the low pass and the bilateral filter between the two JPEG round trips are the metric's and cannot be
/// changed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Defences {
    /// The largest share of the width or height that is cut off a side, 0 to less than 0.5. Default: 0.03.
    pub crop_share: f64,
    /// JPEG quality before the filters, 1 to 100. Default: 95.
    pub first_quality: u8,
    /// JPEG quality after the filters, 1 to 100. Default: 92.
    pub last_quality: u8,
    /// As [`Self::crop_share`], for the OCR picture. Default: 0.05.
    pub ocr_crop_share: f64,
    /// JPEG quality of the OCR picture, 1 to 100. Default: 90.
    pub ocr_quality: u8,
}

impl Default for Defences {
    fn default() -> Self {
        Self { crop_share: 0.03, first_quality: 95, last_quality: 92, ocr_crop_share: 0.05, ocr_quality: 90 }
    }
}

impl Defences {
    /// [`defend`] at this strength.
    ///
    /// # Errors
    ///
    /// As for [`defend`]; and [`DefenceError::Share`] or [`DefenceError::Quality`] for an option out of its range.
    pub fn defend(&self, image: &RgbImage, random: &mut RandomState) -> Result<RgbImage, DefenceError> {
        let cropped = crop_resize(image, self.crop_share, random)?;
        let packed = jpeg_round_trip(&cropped, self.first_quality)?;
        jpeg_round_trip(&fixed_defences(&packed)?, self.last_quality)
    }

    /// [`ocr_branch`] at this strength.
    ///
    /// # Errors
    ///
    /// As for [`ocr_branch`]; and [`DefenceError::Share`] or [`DefenceError::Quality`] for an option out of its range.
    pub fn ocr_branch(&self, image: &RgbImage, random: &mut RandomState) -> Result<RgbImage, DefenceError> {
        jpeg_round_trip(&crop_resize(image, self.ocr_crop_share, random)?, self.ocr_quality)
    }

    /// [`defended`] at this strength.
    ///
    /// # Errors
    ///
    /// As for [`defended`]; and [`DefenceError::Share`] or [`DefenceError::Quality`] for an option out of its range.
    pub fn defended(&self, image: &RgbImage, seed: u32) -> Result<Defended, DefenceError> {
        let mut random = RandomState::new(seed);
        let defended = self.defend(image, &mut random)?;
        let ocr = self.ocr_branch(image, &mut random)?;
        Ok(Defended { defended, ocr })
    }
}

/// The two pictures that the metric's models see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Defended {
    /// The picture that is rated and asked about.
    pub defended: RgbImage,
    /// The picture for OCR.
    pub ocr: RgbImage,
}

/// The picture that the metric rates and asks about.
///
/// Crop of 3 %, JPEG of quality 95, median, low pass, bilateral filter, JPEG of quality 92. Takes four draws of `random`.
///
/// # Shapes
///
/// - `image`: W x H, 8-bit sRGB, as rendered
/// - returns W x H
///
/// # Errors
///
/// [`DefenceError::Resize`] for a picture without pixels or a side over 65,535 px; [`DefenceError::Size`] for one over
/// 65,500 px; [`DefenceError::Filter`] for one under 4 px, or a picture of over 2^24 px.
///
/// # Source
///
/// Step 3 of the contest's metric.
pub fn defend(image: &RgbImage, random: &mut RandomState) -> Result<RgbImage, DefenceError> {
    Defences::default().defend(image, random)
}

/// The picture for the metric's OCR.
///
/// Crop of 5 %, JPEG of quality 90, both applied to the rendered picture. `random` is the generator from which
/// [`defend`] has drawn; takes four more draws.
///
/// # Shapes
///
/// - `image`: W x H, 8-bit sRGB, as rendered
/// - returns W x H
///
/// # Errors
///
/// [`DefenceError::Resize`] for a picture without pixels or a side over 65,535 px; [`DefenceError::Size`] for one over
/// 65,500 px.
///
/// # Source
///
/// Step 6 of the contest's metric.
pub fn ocr_branch(image: &RgbImage, random: &mut RandomState) -> Result<RgbImage, DefenceError> {
    Defences::default().ocr_branch(image, random)
}

/// [`defend`], then [`ocr_branch`], with a generator seeded with the picture's seed, which
/// [`RowSeeds`](super::RowSeeds) gives for its row.
///
/// # Shapes
///
/// - `image`: W x H, 8-bit sRGB, as rendered
/// - both results: W x H
///
/// # Errors
///
/// Those of [`defend`].
pub fn defended(image: &RgbImage, seed: u32) -> Result<Defended, DefenceError> {
    Defences::default().defended(image, seed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;
    use linocut_raster::FixedDefenceError;
    use proptest::prelude::*;

    fn picture(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| Rgb([(x * 7) as u8, (y * 5) as u8, (x * y) as u8]))
    }

    #[test]
    fn the_generator_continues_from_chain_to_chain() {
        let image = picture(120, 90);
        let mut random = RandomState::new(5);
        defend(&image, &mut random).unwrap();
        let continued = ocr_branch(&image, &mut random).unwrap();
        assert_eq!(defended(&image, 5).unwrap().ocr, continued);
        assert_ne!(ocr_branch(&image, &mut RandomState::new(5)).unwrap(), continued);
    }

    #[test]
    fn one_colour_stays_one_colour() {
        let grey = RgbImage::from_pixel(64, 48, Rgb([90; 3]));
        assert_eq!(defended(&grey, 3).unwrap(), Defended { defended: grey.clone(), ocr: grey });
    }

    #[test]
    fn options_out_of_range_are_errors() {
        let image = picture(16, 16);
        for quality in [0, 101, 255] {
            let first = Defences { first_quality: quality, ..Defences::default() };
            assert_eq!(first.defended(&image, 0), Err(DefenceError::Quality { quality }));
            let ocr = Defences { ocr_quality: quality, ..Defences::default() };
            assert_eq!(ocr.defended(&image, 0), Err(DefenceError::Quality { quality }));
        }
        let share = Defences { ocr_crop_share: 0.5, ..Defences::default() };
        assert_eq!(share.defended(&image, 0), Err(DefenceError::Share { share: 0.5 }));
    }

    #[test]
    fn pictures_too_small_to_filter_can_still_be_read() {
        let image = picture(3, 9);
        let refused = FixedDefenceError::TooSmall { size: (3, 9) };
        assert_eq!(defended(&image, 0), Err(DefenceError::Filter(refused)));
        assert_eq!(ocr_branch(&image, &mut RandomState::new(0)).unwrap().dimensions(), (3, 9));
        assert!(ocr_branch(&RgbImage::new(0, 9), &mut RandomState::new(0)).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn sizes_stay_and_a_seed_decides(size in (4..70_u32, 4..70_u32), seed: u32) {
            let image = picture(size.0, size.1);
            let both = defended(&image, seed).unwrap();
            prop_assert_eq!((both.defended.dimensions(), both.ocr.dimensions()), (size, size));
            prop_assert_eq!(defended(&image, seed).unwrap(), both);
        }
    }
}
