//! Decodes PNG files.

use std::borrow::Cow;
use std::io::{Cursor, ErrorKind};

use image::codecs::png::PngDecoder;
use image::{DynamicImage, ImageDecoder, ImageError, Limits, RgbaImage};

use super::{DecodeError, DecodeLimits, FileFormat, narrow};

/// The last chunk of every PNG: no content, its name, its checksum.
const END: [u8; 12] = *b"\0\0\0\0IEND\xae\x42\x60\x82";

/// (width, height) in px from the header chunk, which is always the first.
pub(super) fn size(bytes: &[u8]) -> Result<(u32, u32), DecodeError> {
    let format = FileFormat::Png;
    let Some([kind, width, height]) = bytes.get(12..24).and_then(|head| head.as_chunks::<4>().0.as_array()) else {
        let len = bytes.len();
        return Err(DecodeError::Truncated { format, len });
    };
    if kind != b"IHDR" {
        return Err(DecodeError::Malformed { format, source: "the first chunk is no header".into() });
    }
    Ok((u32::from_be_bytes(*width), u32::from_be_bytes(*height)))
}

/// The pixels as stored, and the EXIF data.
pub(super) fn pixels(bytes: &[u8], limits: &DecodeLimits) -> Result<(RgbaImage, Option<Vec<u8>>), DecodeError> {
    let complete = with_end(bytes);
    let is_complete = matches!(complete, Cow::Borrowed(_));
    let fail = |error: ImageError| match error {
        // What the added end hides: the picture's data stop first.
        _ if !is_complete => DecodeError::Truncated { format: FileFormat::Png, len: bytes.len() },
        ImageError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => {
            DecodeError::Truncated { format: FileFormat::Png, len: bytes.len() }
        }
        error => DecodeError::Malformed { format: FileFormat::Png, source: error.into() },
    };
    let mut alloc = Limits::no_limits();
    alloc.max_alloc = Some(limits.max_memory);
    let mut decoder = PngDecoder::with_limits(Cursor::new(&complete[..]), alloc).map_err(fail)?;
    let exif = decoder.exif_metadata().map_err(fail)?;
    let stored = DynamicImage::from_decoder(decoder).map_err(fail)?;
    Ok((narrow::rgba8(stored), exif))
}

/// The file with its last chunk, if it stops after its image data and before the end of that chunk: every pixel is there.
fn with_end(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut at = 8;
    let mut has_data = false;
    while let Some(&[len, name]) = bytes.get(at..at + 8).and_then(|head| head.as_chunks::<4>().0.as_array()) {
        let end = at.saturating_add(12).saturating_add(u32::from_be_bytes(len) as usize);
        if end > bytes.len() {
            break;
        }
        if &name == b"IEND" {
            return Cow::Borrowed(bytes);
        }
        has_data |= &name == b"IDAT";
        at = end;
    }
    if has_data { Cow::Owned([&bytes[..at], &END].concat()) } else { Cow::Borrowed(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_is_not_first_is_malformed() {
        let file = b"\x89PNG\r\n\x1a\n\0\0\0\0IDAT\0\0\0\x01\0\0\0\x01";
        assert!(matches!(size(file), Err(DecodeError::Malformed { .. })));
        assert!(matches!(size(&file[..23]), Err(DecodeError::Truncated { len: 23, .. })));
    }
}
