//! Tells PNG and JPEG apart by their first bytes.

use std::fmt;

use super::DecodeError;

/// First bytes of every PNG (PNG specification, 5.2).
const PNG_SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// First bytes of every JPEG: start of image and the first byte of the next marker.
const JPEG_SIGNATURE: [u8; 3] = [0xff, 0xd8, 0xff];

/// A file format that [`decode`](crate::decode()) reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileFormat {
    /// Portable Network Graphics.
    Png,
    /// JPEG, with or without EXIF.
    Jpeg,
}

impl FileFormat {
    /// The format by signature. A file that stops inside a signature is truncated, not unknown.
    pub(super) fn of(bytes: &[u8]) -> Result<Self, DecodeError> {
        let signatures = [(Self::Png, &PNG_SIGNATURE[..]), (Self::Jpeg, &JPEG_SIGNATURE)];
        for (format, signature) in signatures {
            let len = bytes.len().min(signature.len());
            if len > 0 && bytes[..len] == signature[..len] {
                let whole = len == signature.len();
                let truncated = DecodeError::Truncated { format, len };
                return if whole { Ok(format) } else { Err(truncated) };
            }
        }
        let start = bytes[..bytes.len().min(8)].to_vec();
        Err(if start.is_empty() { DecodeError::Empty } else { DecodeError::UnknownFormat { start } })
    }
}

impl fmt::Display for FileFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_tell_the_formats_apart() {
        assert_eq!(FileFormat::of(b"\x89PNG\r\n\x1a\nrest").unwrap(), FileFormat::Png);
        assert_eq!(FileFormat::of(&[0xff, 0xd8, 0xff, 0xe0]).unwrap(), FileFormat::Jpeg);
    }

    #[test]
    fn part_of_a_signature_is_truncated() {
        for start in [&b"\x89PN"[..], &[0xff, 0xd8]] {
            assert!(matches!(FileFormat::of(start), Err(DecodeError::Truncated { .. })));
        }
    }
}
