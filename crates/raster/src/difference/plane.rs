//! One channel of a picture as floating-point samples.

use image::RgbImage;

/// W x H samples, row by row.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) samples: Vec<f32>,
}

impl Plane {
    /// Channel 0 to 2 of a picture, in levels 0 to 255.
    pub(super) fn channel(image: &RgbImage, channel: usize) -> Self {
        let samples = image.pixels().map(|pixel| f32::from(pixel.0[channel]));
        Self { width: image.width() as usize, height: image.height() as usize, samples: samples.collect() }
    }

    /// `combine(a, b)` sample by sample; both planes have one size.
    pub(super) fn zip(a: &Self, b: &Self, combine: impl Fn(f32, f32) -> f32) -> Self {
        let pairs = a.samples.iter().zip(&b.samples);
        Self { samples: pairs.map(|(a, b)| combine(*a, *b)).collect(), ..*a }
    }

    /// Half the size by 2 x 2 means. An odd side is first padded with one zero at each end, as by the padded `avg_pool2d` of
    /// pytorch-msssim.
    pub(super) fn halved(&self) -> Self {
        let (left, top) = (self.width % 2, self.height % 2);
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let mut samples = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let (x, y) = (2 * x, 2 * y);
                let pair = |y| self.padded(x, y, left, top) + self.padded(x + 1, y, left, top);
                samples.push(0.25 * (pair(y) + pair(y + 1)));
            }
        }
        Self { width, height, samples }
    }

    /// The sample at (x - left, y - top), or 0 outside.
    fn padded(&self, x: usize, y: usize, left: usize, top: usize) -> f32 {
        if x < left || y < top || x - left >= self.width || y - top >= self.height {
            return 0.0;
        }
        self.samples[(y - top) * self.width + x - left]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    fn plane(width: usize, height: usize, samples: &[f32]) -> Plane {
        let samples = samples.to_vec();
        Plane { width, height, samples }
    }

    #[test]
    fn a_channel_is_read_row_by_row() {
        let image = RgbImage::from_fn(2, 2, |x, y| Rgb([0, (10 * y + x) as u8, 0]));
        assert_eq!(Plane::channel(&image, 1).samples, [0.0, 1.0, 10.0, 11.0]);
    }

    #[test]
    fn even_sides_halve_by_means() {
        let half = plane(4, 2, &[1.0, 2.0, 5.0, 5.0, 3.0, 2.0, 6.0, 8.0]).halved();
        assert_eq!((half.width, half.height), (2, 1));
        assert_eq!(half.samples, [2.0, 6.0]);
    }

    #[test]
    fn odd_sides_halve_with_a_zero_before_the_first_sample() {
        let half = plane(3, 2, &[4.0, 6.0, 2.0, 8.0, 2.0, 2.0]).halved();
        assert_eq!((half.width, half.height), (2, 1));
        assert_eq!(half.samples, [3.0, 3.0]);
    }
}
