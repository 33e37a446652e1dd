//! Decodes PNG and JPEG files to pixels.

mod format;
mod jpeg;
mod limits;
mod narrow;
mod orientation;
mod png;

pub use format::FileFormat;
pub use limits::DecodeLimits;

use image::{DynamicImage, RgbaImage};
use thiserror::Error;

/// Decodes a PNG or JPEG file, whichever it is, to upright 8-bit RGBA with straight alpha.
///
/// - EXIF orientation is applied; colour profiles and gamma are ignored
/// - 16-bit samples keep their high byte (`v >> 8`), as Pillow does for RGB
/// - palettes, greys of 1 to 16 bits and `tRNS` transparency become RGBA; of an animation the default picture is read
/// - four-channel JPEG (CMYK, YCCK) is taken as inverted, Adobe's way, with or without Adobe's marker, as Pillow does:
///   `red = cyan * black / 255` on the stored values
///
/// PNG is read exactly; JPEG within 3 levels of libjpeg on the goldens, whatever its sampling, scans and restart markers.
/// Arithmetic, lossless and hierarchical coding and samples of more than 8 bits are refused.
///
/// # Errors
///
/// [`DecodeError`], for limits before the pixels are allocated. A PNG that lacks image data and a JPEG without its
/// end marker are [`DecodeError::Truncated`]; a PNG that only lacks its end is read.
pub fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<RgbaImage, DecodeError> {
    let format = FileFormat::of(bytes)?;
    let (stored, exif) = match format {
        FileFormat::Png => {
            limits.check(png::size(bytes)?, format)?;
            png::pixels(bytes, limits)?
        }
        FileFormat::Jpeg => {
            let header = jpeg::Header::read(bytes)?;
            limits.check(header.size, format)?;
            (jpeg::pixels(bytes, &header)?, header.exif.map(<[u8]>::to_vec))
        }
    };
    let mut image = DynamicImage::ImageRgba8(stored);
    image.apply_orientation(
        exif.map_or(image::metadata::Orientation::NoTransforms, |exif| orientation::orientation(&exif)),
    );
    Ok(image.into_rgba8())
}

/// Why a file cannot be decoded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// There are no bytes.
    #[error("the file is empty")]
    Empty,
    /// The file begins like neither PNG nor JPEG.
    #[error("the file is neither PNG nor JPEG: it starts with {start:02x?}")]
    UnknownFormat {
        /// Up to 8 of its first bytes.
        start: Vec<u8>,
    },
    /// The file ends before its picture does.
    #[error("the {format} file is truncated: it ends after {len} bytes")]
    Truncated {
        /// Format of the file.
        format: FileFormat,
        /// Length of the file in bytes.
        len: usize,
    },
    /// The picture, or reading it, needs more than [`DecodeLimits`] allows.
    #[error("the {what} of the picture is {actual} {unit}, over the limit of {max} {unit}")]
    OverLimit {
        /// What is too large: width, height, area or memory.
        what: &'static str,
        /// Its value.
        actual: u64,
        /// The limit.
        max: u64,
        /// Unit of both: px or bytes.
        unit: &'static str,
    },
    /// The file uses a part of its format that is not supported.
    #[error("the {format} file uses an unsupported feature: {feature}")]
    Unsupported {
        /// Format of the file.
        format: FileFormat,
        /// The feature's name.
        feature: String,
    },
    /// The frame of a JPEG has a number of channels that no colour space has.
    #[error("the JPEG file has {components} channels: expected 1, 3 or 4")]
    Components {
        /// Number of channels.
        components: u8,
    },
    /// The file breaks the rules of its format.
    #[error("the {format} file is malformed")]
    Malformed {
        /// Format of the file.
        format: FileFormat,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode_png;
    use image::RgbImage;

    fn png() -> Vec<u8> {
        encode_png(&RgbImage::new(20, 10)).unwrap()
    }

    #[test]
    fn refuses_no_bytes_at_all() {
        let error = decode(&[], &DecodeLimits::default()).unwrap_err();
        assert!(matches!(error, DecodeError::Empty));
    }

    #[test]
    fn names_the_first_bytes_of_an_unknown_format() {
        let error = decode(b"GIF89a", &DecodeLimits::default()).unwrap_err();
        assert!(matches!(error, DecodeError::UnknownFormat { start } if start == b"GIF89a"));
    }

    #[test]
    fn a_broken_checksum_is_malformed() {
        let mut file = png();
        file[29] ^= 1;
        let error = decode(&file, &DecodeLimits::default()).unwrap_err();
        assert!(matches!(error, DecodeError::Malformed { format: FileFormat::Png, .. }));
    }

    #[test]
    fn limits_hold_before_the_pixels_are_read() {
        let mut bomb = png();
        bomb[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
        let error = decode(&bomb, &DecodeLimits::default()).unwrap_err();
        assert!(matches!(error, DecodeError::OverLimit { what: "width", .. }));
    }
}
