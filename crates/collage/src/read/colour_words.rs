//! Colour words: the colours that words name, the shades that others give them, and the colours of materials.

use linocut_svg::Color;

use super::meaning::Material;

/// Name, value and source of each colour, one a line.
const TABLE: &str = include_str!("../../data/colors.txt");

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

/// The colour of a material that has one of its own.
pub(crate) fn material_color(material: Option<Material>) -> Option<Color> {
    let hex = match material? {
        Material::Metal => 0x9aa3ab,
        Material::Glass => 0xbfe3ea,
        Material::Wood => 0x9a6b3f,
        Material::Stone => 0x9b9a94,
        Material::Brick => 0xa8492f,
        Material::Clay => 0xc0734c,
        Material::Leather => 0x7b4a2d,
        Material::Marble => 0xe8e4dc,
        Material::Ice => 0xcfeaf5,
        Material::Straw => 0xd9b865,
        Material::Lace => 0xf5f0e6,
        _ => return None,
    };
    Some(Color::from_hex(hex))
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
}
