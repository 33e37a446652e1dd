//! Walks over the markers of a JPEG: the size of its frame, and whether the file is complete.
//!
//! The decoder behind `image` silently fills what is missing with grey, so truncated files are detected here.

use super::{DecodeError, FileFormat};

/// End of image.
const END: u8 = 0xd9;
/// Start of scan: entropy-coded data follow its header.
const SCAN: u8 = 0xda;

/// (width, height) in px of the one frame of a complete file.
pub(super) fn frame_size(bytes: &[u8]) -> Result<(u32, u32), DecodeError> {
    let format = FileFormat::Jpeg;
    let mut markers = Markers { rest: &bytes[2..] };
    let mut size = None;
    while let Some((marker, segment)) = markers.next() {
        if marker == END {
            return size.ok_or(DecodeError::Malformed { format, source: None });
        }
        if is_frame(marker) && size.replace(parse_frame(segment)?).is_some() {
            return Err(DecodeError::Malformed { format, source: None });
        }
    }
    let len = bytes.len();
    Err(DecodeError::Truncated { format, len })
}

/// Frame headers are 0xc0 to 0xcf but for Huffman tables, an extension and arithmetic conditioning.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// Bits a sample, height, width, number of channels (ITU T.81, B.2.2).
fn parse_frame(segment: &[u8]) -> Result<(u32, u32), DecodeError> {
    let [_, high, low, left, right, components, ..] = *segment else {
        let format = FileFormat::Jpeg;
        return Err(DecodeError::Malformed { format, source: None });
    };
    if !matches!(components, 1 | 3 | 4) {
        return Err(DecodeError::Components { components });
    }
    let size = |high, low| u32::from(u16::from_be_bytes([high, low]));
    Ok((size(left, right), size(high, low)))
}

/// The markers of a file one after another, each with the content of its segment.
struct Markers<'a> {
    rest: &'a [u8],
}

impl<'a> Markers<'a> {
    /// The next marker, or nothing where the file stops first.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let marker = self.marker()?;
        if matches!(marker, END | 0x01 | 0xd0..=0xd8) {
            return Some((marker, &[]));
        }
        let len = usize::from(u16::from_be_bytes(*self.rest.first_chunk()?)).max(2);
        let segment = self.rest.get(2..len)?;
        self.rest = &self.rest[len..];
        if marker == SCAN {
            self.skip_entropy()?;
        }
        Some((marker, segment))
    }

    /// The code after the next 0xff, over stray and fill bytes.
    fn marker(&mut self) -> Option<u8> {
        let at = self.rest.iter().position(|byte| *byte == 0xff)?;
        let fill = self.rest[at..].iter().position(|byte| *byte != 0xff)?;
        let marker = self.rest[at + fill];
        self.rest = &self.rest[at + fill + 1..];
        Some(marker)
    }

    /// Moves to the marker after coded data, in which 0xff is followed by 0 or a restart code.
    fn skip_entropy(&mut self) -> Option<()> {
        let inside = |code: u8| matches!(code, 0 | 0xd0..=0xd7 | 0xff);
        let at = self.rest.windows(2).position(|pair| pair[0] == 0xff && !inside(pair[1]))?;
        self.rest = &self.rest[at..];
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Start, a frame of 3 x 2 px with `components` channels, one scan and the end.
    fn file(components: u8) -> Vec<u8> {
        let mut file = vec![0xff, 0xd8, 0xff, 0xff, 0xc0, 0, 8, 8, 0, 2, 0, 3, components];
        file.extend([0xff, SCAN, 0, 3, 0, 0x5a, 0xff, 0, 0xff, 0xd3, 0x11, 0xff, END]);
        file
    }

    #[test]
    fn the_frame_tells_the_size() {
        assert_eq!(frame_size(&file(3)).unwrap(), (3, 2));
    }

    #[test]
    fn every_shorter_start_of_the_file_is_truncated() {
        let file = file(1);
        for len in 2..file.len() {
            let error = frame_size(&file[..len]).unwrap_err();
            assert!(matches!(error, DecodeError::Truncated { len: l, .. } if l == len));
        }
    }

    #[test]
    fn two_channels_are_refused() {
        let error = frame_size(&file(2)).unwrap_err();
        assert!(matches!(error, DecodeError::Components { components: 2 }));
    }

    #[test]
    fn a_file_without_or_with_two_frames_is_malformed() {
        let frame = file(1)[3..13].to_vec();
        let two = [&file(1)[..3], &frame, &file(1)[3..]].concat();
        for file in [vec![0xff, 0xd8, 0xff, END], two] {
            let error = frame_size(&file).unwrap_err();
            assert!(matches!(error, DecodeError::Malformed { source: None, .. }), "{error}");
        }
    }
}
