//! OCR of a picture: detects lines of text, straightens them and reads them.

use image::RgbImage;

use super::alphabet::Reading;
use super::detector::Detector;
use super::line::{Line, in_reading_order};
use super::options::{LONGEST_SIDES, ReaderOptions};
use super::read_error::ReadError;
use super::recogniser::Recogniser;
use super::rotated_rectangle::Point;
use super::straighten::straighten;

/// OCR: reads the text in pictures. Load it once and use it for all pictures: loading takes as long as reading one.
///
/// Text may be slanted, or turned by a right angle either way; upside-down text is not read.
///
/// # Source
///
/// PP-OCR (Du et al., 2020; version 6 tiny). Left out: the network that tells which way up a line is (a line in a tall
/// box is read both ways, and the more confident reading is kept), and holes of regions as regions of their own.
/// Pictures are reduced with anti-aliasing, unlike in `PaddleOCR`.
#[derive(Debug)]
pub struct Reader {
    detector: Detector,
    recogniser: Recogniser,
    options: ReaderOptions,
}

impl Reader {
    /// Loads the networks that are part of the library, with the default options.
    ///
    /// # Errors
    ///
    /// [`ReadError::Network`] with the feature `onnxruntime`, if `ORT_DYLIB_PATH` names no usable library.
    pub fn embedded() -> Result<Self, ReadError> {
        Self::with_options(ReaderOptions::default())
    }

    /// Loads the networks that are part of the library, with custom options.
    ///
    /// # Errors
    ///
    /// [`ReadError::LongestSide`] for one out of its range, and as [`Reader::embedded`].
    pub fn with_options(options: ReaderOptions) -> Result<Self, ReadError> {
        if !LONGEST_SIDES.contains(&options.longest_side) {
            return Err(ReadError::LongestSide { actual: options.longest_side });
        }
        let detector = Detector::embedded(options.threads)?;
        Ok(Self { detector, recogniser: Recogniser::embedded(options.threads)?, options })
    }

    /// The runtime of the networks: `rten` or `ONNX Runtime`.
    #[must_use]
    pub fn runtime(&self) -> &'static str {
        self.detector.runtime()
    }

    /// Boxes that may contain text, before anything is read; corners as in [`Line::corners`].
    ///
    /// # Errors
    ///
    /// As [`Reader::read`].
    pub fn boxes(&self, image: &RgbImage) -> Result<Vec<[Point; 4]>, ReadError> {
        check(image)?;
        self.detector.boxes(image, &self.options)
    }

    /// All lines that were read, in reading order, whether they count as text or not.
    ///
    /// # Shapes
    ///
    /// - `image`: W x H, 8-bit sRGB, any size from 1 x 1 to 65,535 px a side
    ///
    /// # Errors
    ///
    /// [`ReadError::NoPixels`] for a side of 0 px, [`ReadError::Resize`] for too large a picture, [`ReadError::Network`] if the runtime
    /// fails.
    pub fn read(&self, image: &RgbImage) -> Result<Vec<Line>, ReadError> {
        let mut lines = Vec::new();
        for corners in self.boxes(image)? {
            lines.extend(self.read_box(image, corners)?);
        }
        Ok(in_reading_order(lines))
    }

    /// Reads one of [`Reader::boxes`]; `None` if no text is read in it.
    ///
    /// # Errors
    ///
    /// As [`Reader::read`].
    pub fn read_box(&self, image: &RgbImage, corners: [Point; 4]) -> Result<Option<Line>, ReadError> {
        check(image)?;
        let Reading { text, confidence } = self.best_reading(image, corners)?;
        Ok((!text.is_empty()).then_some(Line { text, confidence, corners }))
    }

    /// The text of the lines that count as text, one per line; empty if there are none.
    ///
    /// # Errors
    ///
    /// As [`Reader::read`].
    pub fn text(&self, image: &RgbImage) -> Result<String, ReadError> {
        let mut lines = self.read(image)?;
        lines.retain(|line| line.counts(self.options.least_confidence, self.options.least_alphanumerics));
        Ok(lines.into_iter().map(|line| line.text).collect::<Vec<_>>().join("\n"))
    }

    /// The most confident reading of a box; of equally confident ones, the first.
    fn best_reading(&self, image: &RgbImage, corners: [Point; 4]) -> Result<Reading, ReadError> {
        let mut best = Reading::default();
        for line in straighten(image, corners)? {
            let reading = self.recogniser.read(&line)?;
            if reading.confidence > best.confidence {
                best = reading;
            }
        }
        Ok(best)
    }
}

fn check(image: &RgbImage) -> Result<(), ReadError> {
    let size = image.dimensions();
    if size.0 == 0 || size.1 == 0 { Err(ReadError::NoPixels { size }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_without_pixels_is_an_error() {
        let reader = Reader::embedded().unwrap();
        assert!(matches!(reader.read(&RgbImage::new(0, 3)), Err(ReadError::NoPixels { size: (0, 3) })));
        let corners = [[0.0; 2]; 4];
        assert!(matches!(reader.read_box(&RgbImage::new(3, 0), corners), Err(ReadError::NoPixels { size: (3, 0) })));
    }

    #[test]
    fn a_box_that_is_no_box_says_nothing_or_is_an_error() {
        let (reader, image) = (Reader::embedded().unwrap(), RgbImage::new(9, 9));
        for wrong in [f32::NAN, f32::INFINITY, -1e30] {
            let found = reader.read_box(&image, [[wrong, 1.0], [9.0, wrong], [wrong; 2], [0.0, 3.0]]);
            assert!(!matches!(found, Ok(Some(_))), "{found:?}");
        }
    }

    #[test]
    fn tiny_and_narrow_pictures_are_read_as_nothing() {
        let reader = Reader::embedded().unwrap();
        for (width, height) in [(1, 1), (3, 700), (2_000, 2)] {
            assert_eq!(reader.text(&RgbImage::from_pixel(width, height, image::Rgb([90; 3]))).unwrap(), "");
        }
    }

    #[test]
    fn a_longest_side_out_of_range_is_an_error() {
        for longest_side in [0, 31, 4_097] {
            let options = ReaderOptions { longest_side, ..ReaderOptions::default() };
            assert!(
                matches!(Reader::with_options(options), Err(ReadError::LongestSide { actual }) if actual == longest_side)
            );
        }
    }
}
