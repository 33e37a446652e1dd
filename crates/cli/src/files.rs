//! Files that subcommands read and write, with errors that name them.

use std::fs;
use std::path::Path;

use image::{RgbImage, RgbaImage};
use linocut::raster::{DecodeLimits, composite, decode, encode_png};
use linocut::svg::Color;

use crate::failure::Failure;

/// The bytes of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(Failure::io("read", path))
}

/// The text of a file in UTF-8 or UTF-16.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    text(read(path)?).map_err(Failure::io("read", path))
}

/// UTF-16 is known by its byte order mark, or by the zeros beside the first two characters.
fn text(bytes: Vec<u8>) -> Result<String, &'static str> {
    let units =
        |unit: fn([u8; 2]) -> u16| bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect::<Vec<u16>>();
    let wide = match bytes[..] {
        [0xff, 0xfe, ..] | [1..=127, 0, 1..=127, 0, ..] => units(u16::from_le_bytes),
        [0xfe, 0xff, ..] | [0, 1..=127, 0, 1..=127, ..] => units(u16::from_be_bytes),
        _ => return String::from_utf8(bytes).map_err(|_| "the encoding is neither UTF-8 nor UTF-16"),
    };
    let text = String::from_utf16(&wide).map_err(|_| "the encoding is not valid UTF-16")?;
    Ok(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned))
}

/// A PNG or JPEG over a colour.
pub(crate) fn read_picture(path: &Path, background: Color) -> Result<RgbImage, Failure> {
    Ok(composite(&read_rgba(path)?, background.into()))
}

/// A PNG or JPEG with its opacity.
pub(crate) fn read_rgba(path: &Path) -> Result<RgbaImage, Failure> {
    decode(&read(path)?, &DecodeLimits::default()).map_err(Failure::inside(path))
}

/// Writes a file.
pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), Failure> {
    fs::write(path, content).map_err(Failure::io("write", path))
}

/// Writes a PNG.
pub(crate) fn write_picture(path: &Path, picture: &RgbImage) -> Result<(), Failure> {
    write(path, encode_png(picture).map_err(Failure::io("write", path))?)
}

/// The name of a file without its folder and ending.
pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn texts_in_utf_16_are_read_and_others_named() {
        let wide = |text: &str, unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        for text in ["<svg id='é'/>", "\u{feff}<svg id='é'/>"] {
            for bytes in [wide(text, u16::to_le_bytes), wide(text, u16::to_be_bytes)] {
                assert_eq!(super::text(bytes).unwrap(), "<svg id='é'/>");
            }
        }
        assert_eq!(super::text(b"<svg/>".to_vec()).unwrap(), "<svg/>");
        assert!(super::text(b"<svg id='\xe9'/>".to_vec()).unwrap_err().contains("encoding"));
        assert!(super::text(vec![0xff, 0xfe, 0, 0xd8]).is_err());
    }
}
