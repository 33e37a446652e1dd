//! Embeds pictures for the judge.

use image::RgbImage;
use linocut_raster::{Filter, resize};
use linocut_words::{DIMENSIONS, Vector};

use super::judge_error::JudgeError;
use crate::embedded::network::{Network, NetworkError, load};

/// Made by `assets/judge/make/export.py`.
use linocut_judge_network::PICTURE as FILE;

/// Side of the network's input, px.
const SIDE: u32 = 160;

/// Offset and scale of the input's channels: `(value - 127) / 128`. Source: EfficientNet-Lite.
const MIDDLE: f32 = 127.0;
const SCALE: f32 = 128.0;

/// What the judge sees in a picture.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Seen {
    /// Its direction in the space of word vectors.
    pub direction: Vector,
    /// Mean cosine with descriptions of other pictures.
    pub usual: f32,
    /// Standard deviation of those cosines, above 0.
    pub deviation: f32,
}

impl Seen {
    /// How far a text's cosine lies above the usual one of this picture, in standard deviations.
    #[must_use]
    pub fn surprise(&self, text: &Vector) -> f64 {
        f64::from(self.direction.cosine(text) - self.usual) / f64::from(self.deviation)
    }
}

/// The network that embeds pictures.
#[derive(Debug)]
pub(super) struct PictureNetwork {
    network: Box<dyn Network>,
    slope: f64,
    offset: f64,
}

impl PictureNetwork {
    pub(super) fn embedded() -> Result<Self, JudgeError> {
        let network = load(FILE, 1)?;
        let number =
            |key| network.metadata(key).and_then(|text| text.parse().ok()).ok_or(JudgeError::Calibration { key });
        Ok(Self { slope: number("slope")?, offset: number("offset")?, network })
    }

    pub(super) fn runtime(&self) -> &'static str {
        self.network.runtime()
    }

    pub(super) fn see(&self, image: &RgbImage) -> Result<Seen, JudgeError> {
        if image.width() == 0 || image.height() == 0 {
            return Err(JudgeError::NoPixels { size: image.dimensions() });
        }
        let small = resize(image, SIDE, SIDE, Filter::Bilinear)?;
        let output = self.network.run([1, 3, SIDE as usize, SIDE as usize], &planes(&small))?;
        seen(&output.values).ok_or_else(|| {
            NetworkError::ShapeMismatch {
                tensor: "picture",
                expected: format!("[1, {}]", DIMENSIONS + 2),
                actual: output.shape.clone(),
            }
            .into()
        })
    }

    /// The probability that the text belongs to this picture rather than to another one, given even odds beforehand.
    pub(super) fn probability(&self, seen: &Seen, text: &Vector) -> f64 {
        1.0 / (1.0 + (-(self.slope * seen.surprise(text) + self.offset)).exp())
    }
}

/// Red, green and blue planes.
fn planes(image: &RgbImage) -> Vec<f32> {
    let plane = |channel: usize| image.pixels().map(move |pixel| (f32::from(pixel.0[channel]) - MIDDLE) / SCALE);
    [0, 1, 2].into_iter().flat_map(plane).collect()
}

fn seen(values: &[f32]) -> Option<Seen> {
    let (direction, [usual, deviation]) = values.split_first_chunk::<DIMENSIONS>()? else { return None };
    Some(Seen { direction: Vector::towards(*direction), usual: *usual, deviation: deviation.max(1e-6) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_become_planes_about_zero() {
        let image = RgbImage::from_pixel(2, 1, image::Rgb([127, 255, 0]));
        assert_eq!(planes(&image), [0.0, 0.0, 1.0, 1.0, -0.992_187_5, -0.992_187_5]);
    }

    #[test]
    fn an_output_of_another_length_is_refused() {
        assert!(seen(&[0.5; DIMENSIONS + 2]).is_some());
        assert!(seen(&[0.5; DIMENSIONS + 1]).is_none() && seen(&[]).is_none());
    }

    #[test]
    fn surprise_counts_from_what_is_usual() {
        let mut seen = seen(&[0.5; DIMENSIONS + 2]).unwrap();
        (seen.usual, seen.deviation) = (0.4, 0.2);
        assert!((seen.surprise(&seen.direction) - 3.0).abs() < 1e-4);
    }
}
