//! Limits of decoding: how large a picture may be, and how much memory reading it may take.

use super::{DecodeError, FileFormat};

/// Largest block of samples coded together in a JPEG, px a side: 8 x 8 transforms, subsampled at most fourfold.
const JPEG_BLOCK: u64 = 32;
/// Coefficients of four channels at 16 bits, decoded RGB, RGBA and its turned copy, in bytes per px.
const JPEG_BYTES: u64 = 4 * 2 + 3 + 4 + 4;
/// Decoded RGBA at 16 bits (8) and its high bytes (4), with room for the rows being unfiltered (4), in bytes per px.
const PNG_BYTES: u64 = 8 + 4 + 4;

/// How much [`decode`](crate::decode()) may spend on one file; checked against the file's header before any pixel is allocated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecodeLimits {
    /// Largest width as stored, in px, from 1. Default: 16,384.
    pub max_width: u32,
    /// Largest height as stored, in px, from 1. Default: 16,384.
    pub max_height: u32,
    /// Most pixels, width times height, from 1. Default: 2^26 (a square of 8,192 px).
    pub max_pixels: u64,
    /// Most memory for reading, in bytes at its peak: 16 per pixel of a PNG, 19 of a JPEG. Default: 2^30.
    pub max_memory: u64,
}

impl Default for DecodeLimits {
    fn default() -> Self {
        Self { max_width: 16_384, max_height: 16_384, max_pixels: 1 << 26, max_memory: 1 << 30 }
    }
}

impl DecodeLimits {
    /// Checks that a picture of `size` (width, height) in px is within the limits.
    pub(super) fn check(&self, size: (u32, u32), format: FileFormat) -> Result<(), DecodeError> {
        let (width, height) = (u64::from(size.0), u64::from(size.1));
        within("width", width, u64::from(self.max_width), "px")?;
        within("height", height, u64::from(self.max_height), "px")?;
        within("area", width * height, self.max_pixels, "px")?;
        within("memory", memory(width, height, format), self.max_memory, "bytes")
    }
}

/// Bytes that reading takes at its peak.
fn memory(width: u64, height: u64, format: FileFormat) -> u64 {
    let padded = |side: u64| side.next_multiple_of(JPEG_BLOCK);
    match format {
        FileFormat::Png => width.saturating_mul(height).saturating_mul(PNG_BYTES),
        FileFormat::Jpeg => padded(width).saturating_mul(padded(height)).saturating_mul(JPEG_BYTES),
    }
}

fn within(what: &'static str, actual: u64, max: u64, unit: &'static str) -> Result<(), DecodeError> {
    if actual > max {
        return Err(DecodeError::OverLimit { what, actual, max, unit });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(limits: DecodeLimits, size: (u32, u32)) -> Option<&'static str> {
        match limits.check(size, FileFormat::Png) {
            Err(DecodeError::OverLimit { what, .. }) => Some(what),
            _ => None,
        }
    }

    #[test]
    fn each_limit_is_the_largest_accepted_value() {
        let limits = DecodeLimits { max_width: 30, max_height: 20, max_pixels: 500, max_memory: 7_200 };
        assert_eq!(refused(limits, (30, 15)), None);
        assert_eq!(refused(limits, (31, 1)), Some("width"));
        assert_eq!(refused(limits, (1, 21)), Some("height"));
        assert_eq!(refused(limits, (30, 17)), Some("area"));
        assert_eq!(refused(limits, (30, 16)), Some("memory"));
    }

    #[test]
    fn the_largest_sizes_do_not_overflow() {
        let limits =
            DecodeLimits { max_width: u32::MAX, max_height: u32::MAX, max_pixels: u64::MAX, max_memory: u64::MAX - 1 };
        assert_eq!(refused(limits, (u32::MAX, u32::MAX)), Some("memory"));
    }

    #[test]
    fn a_tiny_jpeg_counts_a_whole_block() {
        let limits = DecodeLimits { max_memory: 1_000, ..DecodeLimits::default() };
        assert!(limits.check((1, 1), FileFormat::Png).is_ok());
        assert!(limits.check((1, 1), FileFormat::Jpeg).is_err());
    }
}
