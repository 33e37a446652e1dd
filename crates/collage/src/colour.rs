//! Arithmetic of colours: lighter and darker, hue, saturation and lightness.

use linocut_svg::Color;

/// A colour with white (positive) or black (negative) added.
pub(crate) fn shaded(color: Color, shade: f32) -> Color {
    let towards = if shade >= 0.0 { Color::WHITE } else { Color::BLACK };
    color.mix(towards, shade.abs())
}

/// Whether a colour is light, by its encoded brightness.
pub(crate) fn is_light(color: Color) -> bool {
    color.luma() > 140.0
}

/// Hue in degrees (0 to 360), saturation and lightness (0 to 1).
pub(crate) fn hsl(color: Color) -> [f32; 3] {
    let [r, g, b] = [color.r, color.g, color.b].map(|v| f32::from(v) / 255.0);
    let (max, min) = (r.max(g).max(b), r.min(g).min(b));
    let (lightness, chroma) = ((max + min) / 2.0, max - min);
    if chroma < 1e-6 {
        return [0.0, 0.0, lightness];
    }
    let sextant = if max == r {
        ((g - b) / chroma).rem_euclid(6.0)
    } else if max == g {
        (b - r) / chroma + 2.0
    } else {
        (r - g) / chroma + 4.0
    };
    [sextant * 60.0, chroma / (1.0 - (2.0 * lightness - 1.0).abs()).max(1e-6), lightness]
}

/// The colour of a hue, saturation and lightness, each brought into its range.
pub(crate) fn from_hsl([hue, saturation, lightness]: [f32; 3]) -> Color {
    let (s, l) = (saturation.clamp(0.0, 1.0), lightness.clamp(0.0, 1.0));
    let channel = |n: f32| {
        let k = (n + hue / 30.0).rem_euclid(12.0);
        let v = l - s * l.min(1.0 - l) * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0);
        (v * 255.0).round() as u8
    };
    Color::new(channel(0.0), channel(8.0), channel(4.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hue_saturation_and_lightness_say_the_color() {
        for hex in [0x123456, 0xff0000, 0x808080, 0xfedcba, 0x000000, 0xffffff, 0x00ff7f] {
            let color = Color::from_hex(hex);
            assert_eq!(from_hsl(hsl(color)), color);
        }
    }

    #[test]
    fn shades_go_both_ways() {
        let gray = Color::new(100, 100, 100);
        assert!(shaded(gray, 0.5).luma() > gray.luma() && shaded(gray, -0.4).luma() < gray.luma());
    }
}
