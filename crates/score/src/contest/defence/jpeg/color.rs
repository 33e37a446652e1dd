//! Conversion between RGB and YCC, in fixed point with 16 fractional bits.

use image::RgbImage;

use super::plane::{BLOCK, Plane};

/// Fractional bits.
const BITS: u32 = 16;
/// One half.
const HALF: i32 = 1 << (BITS - 1);
/// The level of the two chroma channels that means no colour.
const NEUTRAL: i32 = 128;

/// libjpeg's rounding of its constants, which have five decimals.
const fn fix(value: f64) -> i32 {
    (value * (1 << BITS) as f64 + 0.5) as i32
}

/// Luma, blue difference and red difference of a picture, padded to whole blocks of the halved chroma.
pub(super) fn ycc_planes(image: &RgbImage) -> [Plane; 3] {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let mut planes = [(); 3].map(|()| Plane::new(width, height, 2 * BLOCK));
    let [luma, blue, red] = &mut planes;
    for (y, row) in image.chunks_exact(3 * width).enumerate() {
        let start = y * luma.stride;
        let luma = luma.samples[start..].iter_mut();
        let differences = blue.samples[start..].iter_mut().zip(&mut red.samples[start..]);
        for ((pixel, luma), (blue, red)) in row.as_chunks::<3>().0.iter().zip(luma).zip(differences) {
            [*luma, *blue, *red] = ycc(*pixel);
        }
    }
    for plane in &mut planes {
        plane.repeat_right();
        plane.repeat_down();
    }
    planes
}

/// `jccolor.c`. The differences round halves down, so that 255 is not passed.
fn ycc(rgb: [u8; 3]) -> [u8; 3] {
    let [r, g, b] = rgb.map(i32::from);
    let luma = fix(0.29900) * r + fix(0.58700) * g + fix(0.11400) * b + HALF;
    let neutral = (NEUTRAL << BITS) + HALF - 1;
    let blue = -fix(0.16874) * r - fix(0.33126) * g + fix(0.50000) * b + neutral;
    let red = fix(0.50000) * r - fix(0.41869) * g - fix(0.08131) * b + neutral;
    [luma, blue, red].map(|sum| (sum >> BITS) as u8)
}

/// A row of RGB from rows of the three channels, which may be longer: `jdcolor.c`.
pub(super) fn rgb(luma: &[u8], blue: &[u8], red: &[u8], to: &mut [u8]) {
    let differences = blue.iter().zip(red);
    for ((to, luma), (blue, red)) in to.as_chunks_mut::<3>().0.iter_mut().zip(luma).zip(differences) {
        let (luma, blue, red) = (i32::from(*luma), i32::from(*blue) - NEUTRAL, i32::from(*red) - NEUTRAL);
        let r = luma + ((fix(1.40200) * red + HALF) >> BITS);
        let g = luma + ((-fix(0.34414) * blue - fix(0.71414) * red + HALF) >> BITS);
        let b = luma + ((fix(1.77200) * blue + HALF) >> BITS);
        *to = [r, g, b].map(|level| level.clamp(0, 255) as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn back([luma, blue, red]: [u8; 3]) -> [u8; 3] {
        let mut pixel = [0; 3];
        rgb(&[luma], &[blue], &[red], &mut pixel);
        pixel
    }

    #[test]
    fn primaries_have_their_published_values() {
        assert_eq!(ycc([255, 0, 0]), [76, 85, 255]);
        assert_eq!(ycc([0, 255, 0]), [150, 44, 21]);
        assert_eq!(ycc([0, 0, 255]), [29, 255, 107]);
    }

    #[test]
    fn colours_that_rgb_has_not_are_clipped() {
        assert_eq!(back([255, 255, 255]), [255, 121, 255]);
        assert_eq!(back([0, 0, 0]), [0, 135, 0]);
    }

    proptest! {
        #[test]
        fn there_and_back_differs_by_two_levels_at_most(pixel: [u8; 3]) {
            let found = back(ycc(pixel));
            prop_assert!(pixel.iter().zip(found).all(|(a, b)| a.abs_diff(b) <= 2), "{:?}", found);
        }

        #[test]
        fn grey_stays(level: u8) {
            prop_assert_eq!(ycc([level; 3]), [level, 128, 128]);
            prop_assert_eq!(back([level, 128, 128]), [level; 3]);
        }
    }
}
