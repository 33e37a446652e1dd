//! Pictures as Python has them: paths, bytes of files, numpy arrays, PIL images.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use image::{Rgb, RgbImage, RgbaImage};
use linocut::raster::{DecodeLimits, composite, decode};
use linocut::svg::Color;
use numpy::{PyArrayDyn, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView, PyString};

use crate::failure::{exception, raised};

/// Rows of a PIL image that are taken at once, so that the whole is held once only.
const BAND: u32 = 64;

/// A picture, over a colour or with its transparent parts.
pub(crate) enum Picture {
    Opaque(RgbImage),
    CutOut(RgbaImage),
}

/// A picture that can be had without the interpreter.
pub(crate) enum Source {
    /// Its pixels.
    Pixels(Picture),
    /// A PNG or JPEG file.
    File(PathBuf),
    /// The bytes of one.
    Bytes(PyBackedBytes),
}

/// Why a source is no picture: the name of the exception, and its message.
pub(crate) type NoPicture = (&'static str, String);

impl Source {
    /// The picture, over a colour where it is transparent.
    pub(crate) fn read(self, background: Color) -> Result<RgbImage, NoPicture> {
        Ok(match self.read_over(Some(background))? {
            Picture::Opaque(image) => image,
            Picture::CutOut(image) => composite(&image, background.into()),
        })
    }

    /// The picture, over a colour where it is transparent, or as it is.
    pub(crate) fn read_over(self, background: Option<Color>) -> Result<Picture, NoPicture> {
        match self {
            Self::Pixels(image) => Ok(image),
            Self::Bytes(bytes) => decoded(&bytes, background, None),
            Self::File(path) => {
                let shown = path.display().to_string();
                let bytes = fs::read(&path)
                    .map_err(|error| (unreadable(error.kind()), format!("cannot read {shown}: {error}")))?;
                decoded(&bytes, background, Some(&shown))
            }
        }
    }

    /// What a Python object is as a picture, over a colour where it is transparent, or as it is. Arrays and PIL images are copied, once.
    pub(crate) fn of(object: &Bound<'_, PyAny>, background: impl Into<Option<Color>>) -> PyResult<Self> {
        let background = background.into();
        let py = object.py();
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self::Bytes(bytes.clone().into()));
        }
        if let Ok(bytes) = object.cast::<PyByteArray>() {
            return Ok(Self::Bytes(bytes.clone().into()));
        }
        if object.is_instance_of::<PyMemoryView>() {
            return Ok(Self::Bytes(object.call_method0("tobytes")?.cast::<PyBytes>()?.clone().into()));
        }
        if object.is_instance_of::<PyString>() || object.hasattr("__fspath__")? {
            return Ok(Self::File(object.extract()?));
        }
        if let Ok(array) = object.cast::<PyUntypedArray>() {
            return of_array(array, background).map(Self::Pixels);
        }
        if object.hasattr("mode")? && object.hasattr("crop")? && object.hasattr("tobytes")? {
            return of_pil(object, background).map(Self::Pixels);
        }
        if object.hasattr("__array__")? {
            let array = py.import("numpy")?.call_method1("asarray", (object,))?;
            if let Ok(array) = array.cast::<PyUntypedArray>() {
                return of_array(array, background).map(Self::Pixels);
            }
        }
        let kind = object.get_type().name()?;
        Err(PyTypeError::new_err(format!(
            "a picture is a path, the bytes of a PNG or JPEG, a numpy array or a PIL image, not `{kind}`"
        )))
    }
}

/// An exception for a source that is no picture.
pub(crate) fn unread(py: Python<'_>, (name, message): NoPicture) -> PyErr {
    exception(py, name, message)
}

/// A colour by name or as `#rrggbb`.
pub(crate) fn color(py: Python<'_>, text: &str) -> PyResult<Color> {
    text.parse().map_err(|error| raised(py, "ColorError", &error))
}

fn decoded(bytes: &[u8], background: Option<Color>, path: Option<&str>) -> Result<Picture, NoPicture> {
    match decode(bytes, &DecodeLimits::default()) {
        Ok(image) => Ok(match background {
            Some(color) => Picture::Opaque(composite(&image, color.into())),
            None => Picture::CutOut(image),
        }),
        Err(error) => Err(("DecodeError", path.map_or_else(|| error.to_string(), |path| format!("{path}: {error}")))),
    }
}

/// Python's name of an error of the system.
fn unreadable(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "FileNotFoundError",
        ErrorKind::PermissionDenied => "PermissionError",
        ErrorKind::IsADirectory => "IsADirectoryError",
        _ => "OSError",
    }
}

fn refused(py: Python<'_>, message: String) -> PyErr {
    exception(py, "PictureError", message)
}

/// Width and height, if a picture may have them.
fn size(py: Python<'_>, (height, width): (usize, usize)) -> PyResult<(u32, u32)> {
    let limits = DecodeLimits::default();
    let side = |side: usize, most: u32| u32::try_from(side).ok().filter(|side| (1..=most).contains(side));
    match (side(width, limits.max_width), side(height, limits.max_height)) {
        (Some(width), Some(height)) if u64::from(width) * u64::from(height) <= limits.max_pixels => Ok((width, height)),
        _ => Err(refused(
            py,
            format!(
                "picture of {width} x {height} px (width x height), expected 1 to {} px a side and at most {} px in all",
                limits.max_width, limits.max_pixels
            ),
        )),
    }
}

/// Copies samples of one, three or four channels, row by row, into RGB over a colour, or into RGBA without one.
struct Rows {
    channels: usize,
    background: Option<Rgb<u8>>,
    width: u32,
    samples: Vec<u8>,
}

impl Rows {
    fn new(channels: usize, (width, height): (u32, u32), background: Option<Color>) -> Self {
        let kept = if background.is_some() { 3 } else { 4 };
        let samples = Vec::with_capacity(kept * width as usize * height as usize);
        Self { channels, background: background.map(Into::into), width, samples }
    }

    fn push(&mut self, samples: &[u8]) {
        let Some(background) = self.background else {
            match self.channels {
                1 => self.samples.extend(samples.iter().flat_map(|&level| [level, level, level, u8::MAX])),
                3 => self.samples.extend(samples.as_chunks().0.iter().flat_map(|&[r, g, b]| [r, g, b, u8::MAX])),
                _ => self.samples.extend_from_slice(samples),
            }
            return;
        };
        match self.channels {
            1 => self.samples.extend(samples.iter().flat_map(|level| [*level; 3])),
            3 => self.samples.extend_from_slice(samples),
            _ => {
                let rows = (samples.len() / 4) as u32 / self.width.max(1);
                if let Some(rgba) = RgbaImage::from_raw(self.width, rows, samples.to_vec()) {
                    self.samples.extend_from_slice(composite(&rgba, background).as_raw());
                }
            }
        }
    }

    fn done(self, py: Python<'_>, height: u32) -> PyResult<Picture> {
        let made = match self.background {
            Some(_) => RgbImage::from_raw(self.width, height, self.samples).map(Picture::Opaque),
            None => RgbaImage::from_raw(self.width, height, self.samples).map(Picture::CutOut),
        };
        made.ok_or_else(|| refused(py, "the picture has fewer samples than its size says".to_owned()))
    }
}

/// Height x width, or height x width x 1, 3 or 4, of `uint8`.
fn of_array(array: &Bound<'_, PyUntypedArray>, background: Option<Color>) -> PyResult<Picture> {
    let py = array.py();
    let shape = array.shape().to_vec();
    let channels = match shape[..] {
        [_, _] => 1,
        [_, _, channels @ (1 | 3 | 4)] => channels,
        _ => {
            return Err(refused(
                py,
                format!("array of shape {shape:?}, expected [height, width] or [height, width, 1, 3 or 4]"),
            ));
        }
    };
    let Ok(array) = array.cast::<PyArrayDyn<u8>>() else {
        let kind = array.dtype();
        return Err(refused(py, format!("array of {kind}, expected uint8 with levels of 0 to 255")));
    };
    let (width, height) = size(py, (shape[0], shape[1]))?;
    let array = array.try_readonly().map_err(|error| refused(py, format!("array in use: {error}")))?;
    let mut rows = Rows::new(channels, (width, height), background);
    let mut loose = Vec::new();
    for row in array.as_array().outer_iter() {
        match row.as_slice() {
            Some(samples) => rows.push(samples),
            None => {
                loose.clear();
                loose.extend(row.iter());
                rows.push(&loose);
            }
        }
    }
    rows.done(py, height)
}

/// A PIL image, in bands of rows.
fn of_pil(image: &Bound<'_, PyAny>, background: Option<Color>) -> PyResult<Picture> {
    let py = image.py();
    let (width, height): (usize, usize) = image.getattr("size")?.extract()?;
    let (width, height) = size(py, (height, width))?;
    let mode: String = image.getattr("mode")?.extract()?;
    let (channels, wanted) = match mode.as_str() {
        "L" => (1, None),
        "RGB" => (3, None),
        "RGBA" => (4, None),
        "RGBX" | "CMYK" | "YCbCr" | "LAB" | "HSV" | "1" => (3, Some("RGB")),
        "P" | "PA" | "LA" | "La" | "RGBa" => (4, Some("RGBA")),
        _ => {
            return Err(refused(
                py,
                format!("PIL image of mode `{mode}`, expected one of 8 bits such as `RGB`: convert it first"),
            ));
        }
    };
    let mut rows = Rows::new(channels, (width, height), background);
    for top in (0..height).step_by(BAND as usize) {
        let mut band = image.call_method1("crop", ((0, top, width, (top + BAND).min(height)),))?;
        if let Some(wanted) = wanted {
            band = band.call_method1("convert", (wanted,))?;
        }
        let bytes = band.call_method0("tobytes")?;
        rows.push(bytes.cast::<PyBytes>()?.as_bytes());
    }
    rows.done(py, height)
}
