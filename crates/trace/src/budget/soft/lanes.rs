//! A picture in lanes of levels: red, green, blue, and transparency.

use image::{Rgb, RgbImage};

/// The fourth lane of what is wholly transparent: as far from opaque as black and white over each other are in the three others.
const CLEAR: f32 = 220.836_5;

/// A picture whose soft shapes are looked for.
#[derive(Clone, Debug)]
pub(crate) struct Lanes {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<[f32; 4]>,
}

impl Lanes {
    /// Of a picture, or of a cut-out over the ground of the search with its opacity by pixel.
    pub(crate) fn of(image: &RgbImage, opacity: Option<&[u8]>) -> Self {
        let clear = |at: usize| opacity.map_or(0.0, |opacity| CLEAR * (1.0 - f32::from(opacity[at]) / 255.0));
        let pixel = |(at, Rgb([r, g, b])): (usize, &Rgb<u8>)| [f32::from(*r), f32::from(*g), f32::from(*b), clear(at)];
        let pixels = image.pixels().enumerate().map(pixel).collect();
        Self { width: image.width() as usize, height: image.height() as usize, pixels }
    }

    pub(crate) fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// What is left of the picture, and its opacity.
    pub(crate) fn rest(&self) -> (RgbImage, Vec<u8>) {
        let level = |v: f32| v.round().clamp(0.0, 255.0) as u8;
        let image = RgbImage::from_fn(self.width as u32, self.height as u32, |x, y| {
            let [r, g, b, _] = self.pixels[y as usize * self.width + x as usize];
            Rgb([r, g, b].map(level))
        });
        let opacity = self.pixels.iter().map(|pixel| level(255.0 * (1.0 - pixel[3] / CLEAR))).collect();
        (image, opacity)
    }
}
