//! How EXIF data say that a picture is to be turned.

use image::metadata::Orientation;

/// Tag of the orientation (EXIF 2.32, 4.6.5).
const ORIENTATION: u16 = 0x0112;
/// Types that writers use for it; the standard asks for SHORT.
const BYTE: u16 = 1;
const SHORT: u16 = 3;
const LONG: u16 = 4;

/// The orientation in the first directory of EXIF data, which begin with a TIFF header. Upright where it is missing or unknown.
pub(super) fn orientation(exif: &[u8]) -> Orientation {
    stored(exif)
        .and_then(|value| Orientation::from_exif(u8::try_from(value).ok()?))
        .unwrap_or(Orientation::NoTransforms)
}

fn stored(exif: &[u8]) -> Option<u32> {
    let numbers = Numbers { exif, is_little: exif.starts_with(b"II*\0") };
    if !numbers.is_little && !exif.starts_with(b"MM\0*") {
        return None;
    }
    let directory = numbers.u32(4)? as usize;
    let entries = (0..usize::from(numbers.u16(directory)?)).map(|index| directory + 2 + 12 * index);
    for entry in entries {
        if numbers.u16(entry)? == ORIENTATION {
            let value = entry + 8;
            return match numbers.u16(entry + 2)? {
                BYTE => exif.get(value).copied().map(u32::from),
                SHORT => numbers.u16(value).map(u32::from),
                LONG => numbers.u32(value),
                _ => None,
            };
        }
    }
    None
}

/// Numbers in the byte order that the header states.
struct Numbers<'a> {
    exif: &'a [u8],
    is_little: bool,
}

impl Numbers<'_> {
    fn bytes<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.exif.get(at..)?.first_chunk().copied()
    }

    fn u16(&self, at: usize) -> Option<u16> {
        self.bytes(at).map(|bytes| if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        self.bytes(at).map(|bytes| if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory with one other tag first.
    fn exif(is_little: bool, kind: u16, value: &[u8; 4]) -> Vec<u8> {
        let u16 = |v: u16| if is_little { v.to_le_bytes() } else { v.to_be_bytes() };
        let u32 = |v: u32| if is_little { v.to_le_bytes() } else { v.to_be_bytes() };
        let mut data = if is_little { b"II*\0".to_vec() } else { b"MM\0*".to_vec() };
        data.extend([&u32(8)[..], &u16(2)].concat());
        data.extend([&u16(0x010f)[..], &u16(2), &u32(4), b"abc\0"].concat());
        data.extend([&u16(ORIENTATION)[..], &u16(kind), &u32(1), value].concat());
        data
    }

    #[test]
    fn every_type_and_byte_order_is_read() {
        let turned = Orientation::Rotate90;
        for (is_little, kind, value) in [
            (true, BYTE, [6, 0, 0, 0]),
            (false, BYTE, [6, 0, 0, 0]),
            (true, SHORT, [6, 0, 0, 0]),
            (false, SHORT, [0, 6, 0, 0]),
            (true, LONG, [6, 0, 0, 0]),
            (false, LONG, [0, 0, 0, 6]),
        ] {
            assert_eq!(orientation(&exif(is_little, kind, &value)), turned, "{is_little} {kind}");
        }
    }

    #[test]
    fn unknown_and_damaged_values_are_upright() {
        let whole = exif(true, SHORT, &[6, 0, 0, 0]);
        for len in 0..whole.len() - 2 {
            assert_eq!(orientation(&whole[..len]), Orientation::NoTransforms, "{len}");
        }
        for value in [[0, 0, 0, 0], [9, 0, 0, 0], [6, 1, 0, 0]] {
            assert_eq!(orientation(&exif(true, LONG, &value)), Orientation::NoTransforms);
        }
    }
}
