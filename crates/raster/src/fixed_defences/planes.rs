//! A picture split into its three channels.

use image::RgbImage;

/// Channels of a picture, each `width * height` samples in rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Planes {
    pub(super) channels: [Vec<u8>; 3],
}

impl Planes {
    pub(super) fn new(width: u32, height: u32) -> Self {
        let samples = width as usize * height as usize;
        Self { channels: std::array::from_fn(|_| vec![0; samples]) }
    }

    pub(super) fn fill(&mut self, image: &RgbImage) {
        let [red, green, blue] = &mut self.channels;
        let targets = red.iter_mut().zip(green).zip(blue);
        for (pixel, ((red, green), blue)) in image.as_raw().chunks_exact(3).zip(targets) {
            (*red, *green, *blue) = (pixel[0], pixel[1], pixel[2]);
        }
    }

    /// The picture of `width` px a row that the channels make.
    pub(super) fn image(&self, width: u32, height: u32) -> RgbImage {
        let mut image = RgbImage::new(width, height);
        let [red, green, blue] = &self.channels;
        let sources = red.iter().zip(green).zip(blue);
        for (pixel, ((red, green), blue)) in image.chunks_exact_mut(3).zip(sources) {
            pixel.copy_from_slice(&[*red, *green, *blue]);
        }
        image
    }
}
