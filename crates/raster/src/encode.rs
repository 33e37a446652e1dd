//! Writes pictures as PNG.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder, ImageError, RgbImage};
use thiserror::Error;

/// Encodes a picture as an 8-bit RGB PNG without metadata. The same picture always gives the same bytes.
///
/// # Errors
///
/// [`EncodeError::Empty`] if a side is 0 px: PNG has no empty pictures.
pub fn encode_png(image: &RgbImage) -> Result<Vec<u8>, EncodeError> {
    let (width, height) = image.dimensions();
    if width == 0 || height == 0 {
        return Err(EncodeError::Empty { width, height });
    }
    let mut file = Vec::new();
    PngEncoder::new(&mut file)
        .write_image(image.as_raw(), width, height, ExtendedColorType::Rgb8)
        .map_err(|source| EncodeError::Png { source })?;
    Ok(file)
}

/// Why a picture could not be encoded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A side is 0 px.
    #[error("a picture of {width} x {height} px has no PNG: each side needs at least 1 px")]
    Empty {
        /// Width in px.
        width: u32,
        /// Height in px.
        height: u32,
    },
    /// The PNG encoder failed.
    #[error("the PNG encoder failed")]
    Png {
        /// What it said.
        source: ImageError,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DecodeLimits, decode, drop_alpha};
    use image::Rgb;

    #[test]
    fn a_written_picture_reads_back_equal() {
        let image = RgbImage::from_fn(13, 7, |x, y| Rgb([19 * x as u8, 36 * y as u8, 3]));
        let file = encode_png(&image).unwrap();
        let read = decode(&file, &DecodeLimits::default()).unwrap();
        assert_eq!(drop_alpha(&read), image);
    }

    #[test]
    fn refuses_an_empty_picture() {
        let error = encode_png(&RgbImage::new(0, 4)).unwrap_err();
        let width = 0;
        assert!(matches!(error, EncodeError::Empty { width: w, height: 4 } if w == width));
    }
}
