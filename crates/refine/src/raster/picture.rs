//! RGB pictures as planes of floating-point samples.

use image::{Rgb, RgbImage};

use crate::raster::error::RasterError;
use crate::raster::limits::MAX_SIDE;
use crate::raster::scalar::Scalar;

/// An RGB picture in three planes. Samples are stored sRGB levels divided by 255, so 0 is black and 1 is full.
///
/// Also holds the gradient of a loss with respect to a picture: each sample is then the change of the loss for a unit change
/// of that sample.
#[derive(Clone, PartialEq, Debug)]
pub struct Picture<T = f32> {
    width: u32,
    height: u32,
    samples: Vec<T>,
}

impl<T: Scalar> Picture<T> {
    /// A black picture of `width` x `height` px.
    ///
    /// # Errors
    ///
    /// [`RasterError::Empty`] and [`RasterError::TooLarge`] for a side of 0 or above [`MAX_SIDE`].
    pub fn new(width: u32, height: u32) -> Result<Self, RasterError> {
        if width == 0 || height == 0 {
            return Err(RasterError::Empty { width, height });
        }
        if width.max(height) > MAX_SIDE {
            return Err(RasterError::TooLarge { width, height });
        }
        Ok(Self { width, height, samples: vec![T::ZERO; 3 * width as usize * height as usize] })
    }

    /// The picture's levels divided by 255.
    ///
    /// # Errors
    ///
    /// [`RasterError::Empty`] and [`RasterError::TooLarge`] as for [`Picture::new`].
    pub fn from_image(image: &RgbImage) -> Result<Self, RasterError> {
        let mut picture = Self::new(image.width(), image.height())?;
        for channel in 0..3 {
            for (sample, pixel) in picture.plane_mut(channel).iter_mut().zip(image.pixels()) {
                *sample = T::from_f64(f64::from(pixel.0[channel]) / 255.0);
            }
        }
        Ok(picture)
    }

    /// The nearest 8-bit levels; values outside 0 to 1 are clamped, NaN is 0.
    #[must_use]
    pub fn to_image(&self) -> RgbImage {
        let area = self.area();
        RgbImage::from_fn(self.width, self.height, |x, y| {
            let at = (y * self.width + x) as usize;
            Rgb([0, 1, 2].map(|channel| (self.samples[channel * area + at].to_f64() * 255.0).round() as u8))
        })
    }

    /// Width in px.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in px.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Width and height in px.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// All samples: the red plane row by row, then the green, then the blue.
    #[must_use]
    pub fn samples(&self) -> &[T] {
        &self.samples
    }

    /// All samples, mutably.
    pub fn samples_mut(&mut self) -> &mut [T] {
        &mut self.samples
    }

    /// One channel, row by row; empty for a channel above 2.
    #[must_use]
    pub fn plane(&self, channel: usize) -> &[T] {
        let area = self.area();
        self.samples.get(channel * area..(channel + 1) * area).unwrap_or_default()
    }

    /// One channel, mutably, row by row; empty for a channel above 2.
    pub fn plane_mut(&mut self, channel: usize) -> &mut [T] {
        let area = self.area();
        self.samples.get_mut(channel * area..(channel + 1) * area).unwrap_or_default()
    }

    fn area(&self) -> usize {
        self.width as usize * self.height as usize
    }

    /// Each pixel as red, green, blue and 0, into a buffer of the picture's area.
    pub(crate) fn interleave(&self, pixels: &mut [[T; 4]]) {
        let [red, green, blue] = [0, 1, 2].map(|channel| self.plane(channel));
        for (((pixel, r), g), b) in pixels.iter_mut().zip(red).zip(green).zip(blue) {
            *pixel = [*r, *g, *b, T::ZERO];
        }
    }

    /// The reverse of [`Picture::interleave`].
    pub(crate) fn deinterleave(&mut self, pixels: &[[T; 4]]) {
        let area = self.area();
        let (red, rest) = self.samples.split_at_mut(area);
        let (green, blue) = rest.split_at_mut(area);
        for (((pixel, r), g), b) in pixels.iter().zip(red).zip(green).zip(blue) {
            [*r, *g, *b] = [pixel[0], pixel[1], pixel[2]];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_comes_back_as_it_was() {
        let image = RgbImage::from_fn(7, 3, |x, y| Rgb([(x * 36) as u8, (y * 90) as u8, 255 - (x * y) as u8]));
        assert_eq!(Picture::<f32>::from_image(&image).unwrap().to_image(), image);
    }

    #[test]
    fn planes_interleave_and_back() {
        let image = RgbImage::from_fn(5, 4, |x, y| Rgb([x as u8, y as u8, 9]));
        let picture = Picture::<f64>::from_image(&image).unwrap();
        let mut pixels = vec![[1.0; 4]; 20];
        picture.interleave(&mut pixels);
        let mut back = Picture::new(5, 4).unwrap();
        back.deinterleave(&pixels);
        assert_eq!(back, picture);
    }

    #[test]
    fn levels_beyond_the_range_are_clamped() {
        let mut picture = Picture::<f32>::new(1, 1).unwrap();
        picture.samples_mut().copy_from_slice(&[-3.0, 7.0, f32::NAN]);
        assert_eq!(picture.to_image().get_pixel(0, 0).0, [0, 255, 0]);
    }

    #[test]
    fn sides_without_pixels_or_too_long_are_refused() {
        assert_eq!(Picture::<f32>::new(0, 4).unwrap_err(), RasterError::Empty { width: 0, height: 4 });
        let (width, height) = (MAX_SIDE + 1, 1);
        assert_eq!(Picture::<f32>::new(width, height).unwrap_err(), RasterError::TooLarge { width, height });
    }
}
