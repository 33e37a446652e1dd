//! Files that subcommands read and write, with errors that name them.

use std::fs;
use std::path::Path;

use image::RgbImage;
use linocut::raster::{DecodeLimits, composite, decode, encode_png};
use linocut::svg::Color;

use crate::failure::Failure;

/// The bytes of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(Failure::io("read", path))
}

/// The text of a file.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(Failure::io("read", path))
}

/// A PNG or JPEG over a colour.
pub(crate) fn read_picture(path: &Path, background: Color) -> Result<RgbImage, Failure> {
    let picture = decode(&read(path)?, &DecodeLimits::default()).map_err(Failure::inside(path))?;
    Ok(composite(&picture, background.into()))
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
