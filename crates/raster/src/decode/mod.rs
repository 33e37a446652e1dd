//! Decodes PNG and JPEG files to pixels.

mod format;
mod jpeg;
mod limits;
mod narrow;

pub use format::FileFormat;
pub use limits::DecodeLimits;

use std::io::{Cursor, ErrorKind};

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::{DynamicImage, ImageDecoder, ImageError, ImageResult, Limits, RgbaImage};
use thiserror::Error;

/// Decodes a PNG or JPEG file, whichever it is, to upright 8-bit RGBA with straight alpha.
///
/// - EXIF orientation is applied; colour profiles and gamma are ignored
/// - 16-bit samples keep their high byte (`v >> 8`), as Pillow does for RGB
/// - palettes, greys of 1 to 16 bits and `tRNS` transparency become RGBA; of an animation the default picture is read
/// - four-channel JPEG (CMYK, YCCK) is taken as inverted, Adobe's way, with or without Adobe's marker, as Pillow does:
///   `red = cyan * black / 255` on the stored values
///
/// PNG is read exactly; JPEG within 2 levels of libjpeg on the goldens, 8 where colour is subsampled.
///
/// # Errors
///
/// [`DecodeError`], for limits before the pixels are allocated. A PNG that lacks image data and a JPEG without its
/// end marker are [`DecodeError::Truncated`].
pub fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<RgbaImage, DecodeError> {
    let format = FileFormat::of(bytes)?;
    match format {
        FileFormat::Png => {
            limits.check(format::png_size(bytes)?, format)?;
            let decoder = PngDecoder::with_limits(Cursor::new(bytes), alloc_limit(limits));
            upright(decoder, format, bytes.len(), limits)
        }
        FileFormat::Jpeg => {
            limits.check(jpeg::frame_size(bytes)?, format)?;
            upright(JpegDecoder::new(Cursor::new(bytes)), format, bytes.len(), limits)
        }
    }
}

/// Reads the pixels and applies the file's orientation.
fn upright(
    decoder: ImageResult<impl ImageDecoder>,
    format: FileFormat,
    len: usize,
    limits: &DecodeLimits,
) -> Result<RgbaImage, DecodeError> {
    let fail = |source| DecodeError::from_image(source, format, len);
    let mut decoder = decoder.map_err(fail)?;
    limits.check(decoder.dimensions(), format)?;
    let orientation = decoder.orientation().map_err(fail)?;
    let stored = DynamicImage::from_decoder(decoder).map_err(fail)?;
    let mut image = DynamicImage::ImageRgba8(narrow::rgba8(stored));
    image.apply_orientation(orientation);
    Ok(image.into_rgba8())
}

fn alloc_limit(limits: &DecodeLimits) -> Limits {
    let mut alloc = Limits::no_limits();
    alloc.max_alloc = Some(limits.max_memory);
    alloc
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
    #[error("the {format} file uses an unsupported feature")]
    Unsupported {
        /// Format of the file.
        format: FileFormat,
        /// What the decoder said.
        source: ImageError,
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
        /// The decoder's message, if it was the decoder that found out.
        source: Option<ImageError>,
    },
}

impl DecodeError {
    fn from_image(source: ImageError, format: FileFormat, len: usize) -> Self {
        match source {
            ImageError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => Self::Truncated { format, len },
            ImageError::Unsupported(_) => Self::Unsupported { format, source },
            source => Self::Malformed { format, source: Some(source) },
        }
    }
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
