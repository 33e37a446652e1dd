//! Walks over the markers of a JPEG: the one frame, what its channels mean, its EXIF data, and whether the file is complete.
//!
//! Decoders fill what is missing without a word, so truncated files are detected here; and they disagree about what channels
//! mean, so that is decided here, as libjpeg does.

use super::super::{DecodeError, FileFormat};

/// End of image.
const END: u8 = 0xd9;
/// Start of scan: entropy-coded data follow its header.
const SCAN: u8 = 0xda;
/// Application data that begin with "JFIF" or "Exif".
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
/// Application data that begin with "Adobe".
const APP14: u8 = 0xee;
/// Most scans. Encoders write about ten; each costs time by the picture's area, however few bytes it has.
const MAX_SCANS: u32 = 500;

/// What the channels of the file mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channels {
    Grey,
    Rgb,
    YCbCr,
    Cmyk,
    Ycck,
}

/// What a complete file says about its picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Header<'a> {
    /// (width, height) in px, as stored.
    pub(in super::super) size: (u32, u32),
    pub(super) channels: Channels,
    /// EXIF data, from the TIFF header on.
    pub(in super::super) exif: Option<&'a [u8]>,
}

impl<'a> Header<'a> {
    /// Reads the markers up to the end of the image.
    pub(in super::super) fn read(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut markers = Markers { rest: &bytes[2..] };
        let (mut frame, mut exif, mut is_jfif, mut adobe, mut scans) = (None, None, false, None, 0);
        while let Some((marker, segment)) = markers.next() {
            match marker {
                END => {
                    let frame: Frame<'_> = frame.ok_or_else(|| malformed("no frame"))?;
                    let channels = frame.channels(is_jfif, adobe)?;
                    return Ok(Self { size: frame.size, channels, exif });
                }
                APP0 => is_jfif |= segment.starts_with(b"JFIF\0"),
                APP1 => exif = exif.or(segment.strip_prefix(b"Exif\0\0")),
                APP14 if segment.starts_with(b"Adobe") => adobe = adobe.or(segment.get(11).copied()),
                SCAN => scans += 1,
                _ if is_frame(marker) => frame = Some(Frame::only(frame, marker, segment)?),
                _ => {}
            }
            if scans > MAX_SCANS {
                return Err(unsupported(format!("more than {MAX_SCANS} scans")));
            }
        }
        Err(DecodeError::Truncated { format: FileFormat::Jpeg, len: bytes.len() })
    }
}

fn malformed(what: &str) -> DecodeError {
    DecodeError::Malformed { format: FileFormat::Jpeg, source: what.into() }
}

fn unsupported(feature: impl Into<String>) -> DecodeError {
    DecodeError::Unsupported { format: FileFormat::Jpeg, feature: feature.into() }
}

/// Frame headers are 0xc0 to 0xcf but for Huffman tables, an extension and arithmetic conditioning.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// The frame header: size and the identifiers of its channels.
struct Frame<'a> {
    size: (u32, u32),
    /// Three bytes a channel: identifier, sampling factors, quantisation table.
    channels: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The frame of this header, unless there was another before.
    fn only(before: Option<Self>, marker: u8, segment: &'a [u8]) -> Result<Self, DecodeError> {
        match before {
            Some(_) => Err(malformed("two frames")),
            None => Self::read(marker, segment),
        }
    }

    /// Bits a sample, height, width, number of channels, channels (ITU T.81, B.2.2).
    fn read(marker: u8, segment: &'a [u8]) -> Result<Self, DecodeError> {
        let process = match marker {
            0xc0..=0xc2 => None,
            0xc3 => Some("lossless coding"),
            0xc9..=0xcb => Some("arithmetic coding"),
            _ => Some("hierarchical coding"),
        };
        if let Some(process) = process {
            return Err(unsupported(process));
        }
        let [bits, high, low, left, right, components, ref channels @ ..] = *segment else {
            return Err(malformed("the frame header is too short"));
        };
        if bits != 8 {
            return Err(unsupported(format!("{bits} bits a sample")));
        }
        if !matches!(components, 1 | 3 | 4) {
            return Err(DecodeError::Components { components });
        }
        let size = |high, low| u32::from(u16::from_be_bytes([high, low]));
        let (width, height) = (size(left, right), size(high, low));
        if height == 0 {
            return Err(unsupported("a height that only the end of the first scan tells"));
        }
        if width == 0 {
            return Err(malformed("the width is 0"));
        }
        let channels =
            channels.get(..3 * usize::from(components)).ok_or_else(|| malformed("the frame header is too short"))?;
        Ok(Self { size: (width, height), channels })
    }

    /// libjpeg's rules (`default_decompress_parms`): JFIF before Adobe before identifiers.
    fn channels(&self, is_jfif: bool, adobe: Option<u8>) -> Result<Channels, DecodeError> {
        let identifiers: Vec<u8> = self.channels.iter().step_by(3).copied().collect();
        Ok(match (&identifiers[..], adobe) {
            ([_], _) => Channels::Grey,
            ([_, _, _], _) if is_jfif => Channels::YCbCr,
            ([_, _, _], Some(0)) => Channels::Rgb,
            ([_, _, _], Some(_)) => Channels::YCbCr,
            (b"RGB", None) => Channels::Rgb,
            ([_, _, _], None) => Channels::YCbCr,
            (_, Some(0) | None) => Channels::Cmyk,
            (_, Some(_)) => Channels::Ycck,
        })
    }
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

    /// Start, a frame of 3 x 2 px with these channels, one scan and the end.
    fn file(identifiers: &[u8]) -> Vec<u8> {
        let count = identifiers.len() as u8;
        let mut file = vec![0xff, 0xd8, 0xff, 0xff, 0xc0, 0, 8 + 3 * count, 8, 0, 2, 0, 3, count];
        file.extend(identifiers.iter().flat_map(|identifier| [*identifier, 0x11, 0]));
        file.extend([0xff, SCAN, 0, 3, 0, 0x5a, 0xff, 0, 0xff, 0xd3, 0x11, 0xff, END]);
        file
    }

    fn channels(identifiers: &[u8], segments: &[&[u8]]) -> Channels {
        let mut file = file(identifiers);
        for segment in segments {
            let (marker, content) = segment.split_first().unwrap();
            let head = [0xff, *marker, 0, content.len() as u8 + 2];
            file.splice(2..2, [&head[..], content].concat());
        }
        Header::read(&file).unwrap().channels
    }

    #[test]
    fn the_frame_tells_the_size() {
        assert_eq!(Header::read(&file(&[1, 2, 3])).unwrap().size, (3, 2));
    }

    #[test]
    fn every_shorter_start_of_the_file_is_truncated() {
        let file = file(&[1]);
        for len in 2..file.len() {
            let error = Header::read(&file[..len]).unwrap_err();
            assert!(matches!(error, DecodeError::Truncated { len: l, .. } if l == len));
        }
    }

    #[test]
    fn two_channels_are_refused() {
        let error = Header::read(&file(&[1, 2])).unwrap_err();
        assert!(matches!(error, DecodeError::Components { components: 2 }));
    }

    #[test]
    fn a_file_without_or_with_two_frames_is_malformed() {
        let frame = file(&[1])[3..16].to_vec();
        let two = [&file(&[1])[..3], &frame, &file(&[1])[3..]].concat();
        for file in [vec![0xff, 0xd8, 0xff, END], two] {
            let error = Header::read(&file).unwrap_err();
            assert!(matches!(error, DecodeError::Malformed { .. }), "{error}");
        }
    }

    #[test]
    fn what_is_not_read_is_named() {
        let named = |at: usize, value: u8| {
            let mut file = file(&[1, 2, 3]);
            file[at] = value;
            Header::read(&file).unwrap_err().to_string()
        };
        assert!(named(4, 0xc9).ends_with("arithmetic coding"));
        assert!(named(4, 0xc3).ends_with("lossless coding"));
        assert!(named(4, 0xc5).ends_with("hierarchical coding"));
        assert!(named(7, 12).ends_with("12 bits a sample"));
        assert!(named(9, 0).contains("height"));
    }

    #[test]
    fn too_many_scans_are_refused() {
        let file = file(&[1]);
        let (start, end) = file.split_at(file.len() - 2);
        let scan = &start[16..];
        let many = [start, &scan.repeat(MAX_SCANS as usize), end].concat();
        assert!(matches!(Header::read(&many), Err(DecodeError::Unsupported { .. })));
        assert!(Header::read(&[start, &scan.repeat(MAX_SCANS as usize - 1), end].concat()).is_ok());
    }

    #[test]
    fn channels_mean_what_libjpeg_takes_them_for() {
        let jfif: &[u8] = b"\xe0JFIF\0";
        let adobe = |transform| [&b"\xeeAdobe\0d\0\0\0\0"[..], &[transform]].concat();
        assert_eq!(channels(&[7], &[]), Channels::Grey);
        assert_eq!(channels(&[1, 2, 3], &[]), Channels::YCbCr);
        assert_eq!(channels(b"RGB", &[]), Channels::Rgb);
        assert_eq!(channels(b"RGB", &[jfif]), Channels::YCbCr);
        assert_eq!(channels(&[1, 2, 3], &[&adobe(0)]), Channels::Rgb);
        assert_eq!(channels(b"RGB", &[&adobe(1)]), Channels::YCbCr);
        assert_eq!(channels(&[1, 2, 3], &[&adobe(0), jfif]), Channels::YCbCr);
        assert_eq!(channels(&[1, 2, 3, 4], &[]), Channels::Cmyk);
        assert_eq!(channels(&[1, 2, 3, 4], &[&adobe(0)]), Channels::Cmyk);
        assert_eq!(channels(&[1, 2, 3, 4], &[&adobe(2)]), Channels::Ycck);
    }
}
