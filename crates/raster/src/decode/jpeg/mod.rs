//! Decodes JPEG files.

mod header;

pub(super) use header::Header;

use header::Channels;
use image::RgbaImage;
use jpeg_decoder::{ColorTransform, Decoder, UnsupportedFeature};

use super::{DecodeError, FileFormat};

/// The pixels of a complete file, as stored.
pub(super) fn pixels(bytes: &[u8], header: &Header<'_>) -> Result<RgbaImage, DecodeError> {
    let mut decoder = Decoder::new(bytes);
    decoder.set_color_transform(match header.channels {
        Channels::Grey => ColorTransform::Grayscale,
        Channels::Rgb => ColorTransform::RGB,
        Channels::YCbCr => ColorTransform::YCbCr,
        Channels::Cmyk => ColorTransform::CMYK,
        Channels::Ycck => ColorTransform::YCCK,
    });
    let samples = decoder.decode().map_err(fail)?;
    let rgba: Vec<u8> = match header.channels {
        Channels::Grey => samples.iter().flat_map(|&grey| [grey, grey, grey, 255]).collect(),
        Channels::Rgb | Channels::YCbCr => {
            samples.as_chunks::<3>().0.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect()
        }
        Channels::Cmyk | Channels::Ycck => samples.as_chunks::<4>().0.iter().flat_map(|&ink| from_ink(ink)).collect(),
    };
    let (width, height) = header.size;
    RgbaImage::from_raw(width, height, rgba).ok_or_else(|| DecodeError::Malformed {
        format: FileFormat::Jpeg,
        source: format!("{} samples for {width} x {height} px", samples.len()).into(),
    })
}

fn fail(error: jpeg_decoder::Error) -> DecodeError {
    let format = FileFormat::Jpeg;
    match error {
        jpeg_decoder::Error::Unsupported(feature) => DecodeError::Unsupported { format, feature: named(&feature) },
        error => DecodeError::Malformed { format, source: error.into() },
    }
}

fn named(feature: &UnsupportedFeature) -> String {
    match feature {
        UnsupportedFeature::NonIntegerSubsamplingRatio => "sampling factors that do not divide the largest".to_owned(),
        other => format!("{other:?}"),
    }
}

/// RGBA of four inks that the decoder inverted; files store them inverted as well, Adobe's way.
fn from_ink([cyan, magenta, yellow, black]: [u8; 4]) -> [u8; 4] {
    let light = |ink: u8| {
        let product = u16::from(255 - ink) * u16::from(255 - black) + 128;
        ((product + (product >> 8)) >> 8) as u8
    };
    [light(cyan), light(magenta), light(yellow), 255]
}
