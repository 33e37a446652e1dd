//! Colour words.

use linocut_svg::Color;

/// Name, value and source of each colour, one a line.
const TABLE: &str = include_str!("../data/colors.txt");

/// Other spellings and adjectives of colours in the table.
const ALIASES: [(&str, &str); 14] = [
    ("golden", "gold"),
    ("silvery", "silver"),
    ("bronzed", "bronze"),
    ("rusty", "rust"),
    ("rusted", "rust"),
    ("reddish", "red"),
    ("bluish", "blue"),
    ("greenish", "green"),
    ("rosy", "rose"),
    ("verdant", "green"),
    ("snowwhite", "white"),
    ("ocher", "ochre"),
    ("turquois", "turquoise"),
    ("fuschia", "fuchsia"),
];

/// The colour that a word names, in lower case; two words are joined without a space (`lightsalmon`).
pub(crate) fn color_of(word: &str) -> Option<Color> {
    let name = ALIASES.iter().find(|(alias, _)| *alias == word).map_or(word, |(_, name)| name);
    rows().find(|(row, _)| *row == name).map(|(_, color)| color)
}

fn rows() -> impl Iterator<Item = (&'static str, Color)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut fields = line.split(' ');
        let (name, hex) = (fields.next()?, fields.next()?);
        Some((name, Color::from_hex(u32::from_str_radix(hex, 16).ok()?)))
    })
}

/// A word that makes a colour lighter, darker or stronger: the share of white (positive) or black (negative) to add.
pub(crate) fn shade_of(word: &str) -> Option<f32> {
    Some(match word {
        "pale" | "pastel" => 0.5,
        "light" => 0.35,
        "bright" | "neon" | "vivid" => 0.0,
        "deep" | "rich" => -0.2,
        "dark" => -0.4,
        _ => return None,
    })
}

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
    let sextant = match () {
        () if max == r => ((g - b) / chroma).rem_euclid(6.0),
        () if max == g => (b - r) / chroma + 2.0,
        () => (r - g) / chroma + 4.0,
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
    fn every_row_is_a_color_with_a_source() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        assert!(lines.clone().count() >= 150 && rows().count() == lines.clone().count());
        assert!(lines.clone().all(|line| ["css", "xkcd", "wikipedia"].contains(&line.split(' ').nth(2).unwrap())));
    }

    #[test]
    fn common_words_are_colors() {
        for word in "crimson burgundy maroon khaki azure teal magenta bronze gold silver turquoise ivory charcoal navy \
                     lavender beige ochre grey golden"
            .split_whitespace()
        {
            assert!(color_of(word).is_some(), "{word}");
        }
        assert!(color_of("forest").is_none() && color_of("").is_none());
    }

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
