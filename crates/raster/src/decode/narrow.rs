//! Converts any sample layout to 8-bit RGBA.

use image::{DynamicImage, ImageBuffer, Pixel, RgbaImage};

/// Converts to 8-bit RGBA: 16-bit samples keep their high byte, grey is repeated, missing alpha is 255.
pub(super) fn rgba8(image: DynamicImage) -> RgbaImage {
    match image {
        DynamicImage::ImageLuma16(deep) => from_high_bytes(deep, DynamicImage::ImageLuma8),
        DynamicImage::ImageLumaA16(deep) => from_high_bytes(deep, DynamicImage::ImageLumaA8),
        DynamicImage::ImageRgb16(deep) => from_high_bytes(deep, DynamicImage::ImageRgb8),
        DynamicImage::ImageRgba16(deep) => from_high_bytes(deep, DynamicImage::ImageRgba8),
        shallow => shallow.into_rgba8(),
    }
}

fn from_high_bytes<P: Pixel<Subpixel = u16>, Q: Pixel<Subpixel = u8>>(
    deep: ImageBuffer<P, Vec<u16>>,
    wrap: impl Fn(ImageBuffer<Q, Vec<u8>>) -> DynamicImage,
) -> RgbaImage {
    let (width, height) = deep.dimensions();
    let samples = deep.into_raw().into_iter().map(|sample| (sample >> 8) as u8);
    ImageBuffer::from_raw(width, height, samples.collect())
        .map(|shallow| wrap(shallow).into_rgba8())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Luma, LumaA, Rgb};

    #[test]
    fn sixteen_bits_keep_the_high_byte() {
        let deep = ImageBuffer::from_pixel(1, 1, LumaA([0x12ff_u16, 0xfe00]));
        let narrow = rgba8(DynamicImage::ImageLumaA16(deep));
        assert_eq!(narrow.get_pixel(0, 0).0, [0x12, 0x12, 0x12, 0xfe]);
    }

    #[test]
    fn a_picture_without_alpha_is_opaque() {
        let deep = ImageBuffer::from_pixel(2, 1, Rgb([0x0100_u16, 0x02ff, 0xffff]));
        let narrow = rgba8(DynamicImage::ImageRgb16(deep));
        assert_eq!(narrow.get_pixel(1, 0).0, [1, 2, 255, 255]);
    }

    #[test]
    fn eight_bits_stay() {
        let grey = ImageBuffer::from_pixel(1, 1, Luma([77_u8]));
        assert_eq!(rgba8(DynamicImage::ImageLuma8(grey)).get_pixel(0, 0).0, [77, 77, 77, 255]);
    }
}
