//! Alpha: drops it, or composites over a colour, to get from RGBA to RGB.

use image::{Rgb, RgbImage, RgbaImage};

/// Drops the alpha channel and keeps the straight (not premultiplied) colour as it is stored.
///
/// A pixel of alpha 0 has no colour and becomes black; a pixel of alpha 1 of 255 keeps its full colour.
///
/// # Source
///
/// The contest's metric: the rendering is un-premultiplied and its alpha is ignored, not composited.
pub fn drop_alpha(image: &RgbaImage) -> RgbImage {
    map_pixels(image, |[red, green, blue, alpha]| match alpha {
        0 => [0, 0, 0],
        _ => [red, green, blue],
    })
}

/// Composites the picture over an opaque colour.
///
/// Per sample `(colour * alpha + background * (255 - alpha)) / 255`, rounded to the nearest integer (a tie cannot
/// happen). Pillow's `alpha_composite` over an opaque picture differs by at most one level.
pub fn composite(image: &RgbaImage, background: Rgb<u8>) -> RgbImage {
    let ground = background.0;
    map_pixels(image, |[red, green, blue, alpha]| {
        [blend(red, ground[0], alpha), blend(green, ground[1], alpha), blend(blue, ground[2], alpha)]
    })
}

fn blend(over: u8, under: u8, alpha: u8) -> u8 {
    let weighted = u32::from(over) * u32::from(alpha) + u32::from(under) * u32::from(255 - alpha);
    ((weighted + 127) / 255) as u8
}

fn map_pixels(image: &RgbaImage, colour: impl Fn([u8; 4]) -> [u8; 3]) -> RgbImage {
    let mut opaque = RgbImage::new(image.width(), image.height());
    for (target, source) in opaque.pixels_mut().zip(image.pixels()) {
        target.0 = colour(source.0);
    }
    opaque
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;
    use proptest::prelude::*;

    fn pixel(colour: [u8; 4]) -> RgbaImage {
        RgbaImage::from_pixel(1, 1, Rgba(colour))
    }

    #[test]
    fn a_transparent_pixel_drops_to_black() {
        assert_eq!(drop_alpha(&pixel([9, 8, 7, 0])).get_pixel(0, 0).0, [0; 3]);
    }

    #[test]
    fn a_faint_pixel_keeps_its_colour_when_alpha_is_dropped() {
        let dropped = drop_alpha(&pixel([9, 8, 7, 1]));
        assert_eq!(dropped.get_pixel(0, 0).0, [9, 8, 7]);
    }

    #[test]
    fn an_empty_picture_stays_empty() {
        assert_eq!(drop_alpha(&RgbaImage::new(0, 3)).dimensions(), (0, 3));
        let laid = composite(&RgbaImage::new(3, 0), Rgb([1, 2, 3]));
        assert_eq!(laid.dimensions(), (3, 0));
    }

    proptest! {
        #[test]
        fn compositing_rounds_to_the_nearest_level(over: u8, under: u8, alpha: u8) {
            let laid = composite(&pixel([over, over, over, alpha]), Rgb([under; 3]));
            let share = f64::from(alpha) / 255.0;
            let exact = f64::from(over) * share + f64::from(under) * (1.0 - share);
            prop_assert_eq!(laid.get_pixel(0, 0).0, [exact.round() as u8; 3]);
        }
    }
}
