//! Opaque sRGB colours and their shortest spelling in SVG.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// CSS colour keywords that are shorter than the hexadecimal spelling of the same colour.
///
/// Source: CSS Color Module Level 3, section 4.3.
const SHORT_NAMES: [(&str, u32); 31] = [
    ("azure", 0xf0ffff),
    ("beige", 0xf5f5dc),
    ("bisque", 0xffe4c4),
    ("brown", 0xa52a2a),
    ("coral", 0xff7f50),
    ("gold", 0xffd700),
    ("gray", 0x808080),
    ("green", 0x008000),
    ("indigo", 0x4b0082),
    ("ivory", 0xfffff0),
    ("khaki", 0xf0e68c),
    ("linen", 0xfaf0e6),
    ("maroon", 0x800000),
    ("navy", 0x000080),
    ("olive", 0x808000),
    ("orange", 0xffa500),
    ("orchid", 0xda70d6),
    ("peru", 0xcd853f),
    ("pink", 0xffc0cb),
    ("plum", 0xdda0dd),
    ("purple", 0x800080),
    ("red", 0xff0000),
    ("salmon", 0xfa8072),
    ("sienna", 0xa0522d),
    ("silver", 0xc0c0c0),
    ("snow", 0xfffafa),
    ("tan", 0xd2b48c),
    ("teal", 0x008080),
    ("tomato", 0xff6347),
    ("violet", 0xee82ee),
    ("wheat", 0xf5deb3),
];

/// An opaque sRGB colour, 8 bits per channel.
///
/// `Display` writes the shortest spelling that SVG 1.1 reads: a keyword, `#rgb` or `#rrggbb`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Color {
    /// Red, 0 to 255.
    pub r: u8,
    /// Green, 0 to 255.
    pub g: u8,
    /// Blue, 0 to 255.
    pub b: u8,
}

impl Color {
    /// The initial value of `fill`, which the writer leaves out.
    pub const BLACK: Self = Self::new(0, 0, 0);
    /// White.
    pub const WHITE: Self = Self::new(255, 255, 255);

    /// The colour with these channels.
    #[must_use]
    pub const fn new(r: u8, g: u8, b: u8) -> Self {
        Self { r, g, b }
    }

    /// The colour `0xrrggbb`; higher bits are ignored.
    #[must_use]
    pub const fn from_hex(hex: u32) -> Self {
        let [_, r, g, b] = hex.to_be_bytes();
        Self::new(r, g, b)
    }

    /// The channels as `0xrrggbb`.
    #[must_use]
    pub const fn to_hex(self) -> u32 {
        u32::from_be_bytes([0, self.r, self.g, self.b])
    }

    /// Relative brightness of the encoded values, Rec. 601 weights, 0 to 255.
    #[must_use]
    pub fn luma(self) -> f32 {
        0.299 * f32::from(self.r) + 0.587 * f32::from(self.g) + 0.114 * f32::from(self.b)
    }

    /// The colour a share `t` (clamped to 0..=1) of the way to `other`, channel by channel.
    #[must_use]
    pub fn mix(self, other: Self, t: f32) -> Self {
        let t = t.clamp(0.0, 1.0);
        let channel = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * t).round() as u8;
        Self::new(channel(self.r, other.r), channel(self.g, other.g), channel(self.b, other.b))
    }

    /// Whether this colour can be written as `#rgb`.
    #[must_use]
    pub fn has_short_hex(self) -> bool {
        [self.r, self.g, self.b].iter().all(|channel| channel >> 4 == channel & 15)
    }

    /// Passes the shortest spelling to `take`.
    pub(crate) fn spell(self, take: impl FnOnce(&str)) {
        if let Some(name) = self.name() {
            return take(name);
        }
        let digit = |value: u8| b"0123456789abcdef"[usize::from(value & 15)];
        let channels = [self.r, self.g, self.b];
        let mut text = *b"#rrggbb";
        let length = if self.has_short_hex() {
            (1..).zip(channels).for_each(|(i, channel)| text[i] = digit(channel));
            4
        } else {
            (1..).step_by(2).zip(channels).for_each(|(i, channel)| {
                text[i] = digit(channel >> 4);
                text[i + 1] = digit(channel);
            });
            7
        };
        take(std::str::from_utf8(&text[..length]).unwrap_or_default());
    }

    fn name(self) -> Option<&'static str> {
        let hex = self.to_hex();
        SHORT_NAMES.iter().find(|(_, value)| *value == hex).map(|(name, _)| *name)
    }
}

/// Reads `#rgb`, `#rrggbb`, `rgb(r, g, b)`, `hsl(h, s%, l%)` and all keywords of CSS. A colour that is not opaque is an error.
impl FromStr for Color {
    type Err = ColorError;

    fn from_str(text: &str) -> Result<Self, ColorError> {
        let color = svgtypes::Color::from_str(text).map_err(|_| ColorError::Unknown { text: text.to_owned() })?;
        if color.alpha < 255 {
            return Err(ColorError::Transparent { text: text.to_owned() });
        }
        Ok(Self::new(color.red, color.green, color.blue))
    }
}

/// Why a text is not a colour.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum ColorError {
    /// The text names no colour.
    #[error("`{text}` is no colour, expected a CSS colour such as `teal`, `#088` or `#008080`")]
    Unknown {
        /// The text.
        text: String,
    },
    /// The colour is not opaque, and there is no place for its alpha.
    #[error("`{text}` is not opaque, expected a colour without alpha such as `teal`, `#088` or `#008080`")]
    Transparent {
        /// The text.
        text: String,
    },
}

impl From<image::Rgb<u8>> for Color {
    fn from(image::Rgb([r, g, b]): image::Rgb<u8>) -> Self {
        Self::new(r, g, b)
    }
}

impl From<Color> for image::Rgb<u8> {
    fn from(color: Color) -> Self {
        Self([color.r, color.g, color.b])
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut result = Ok(());
        self.spell(|text| result = f.write_str(text));
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_the_shortest_spelling() {
        for (hex, spelling) in
            [(0xff0000, "red"), (0xffffff, "#fff"), (0xff0001, "#ff0001"), (0xd2b48c, "tan"), (0x00ffff, "#0ff")]
        {
            assert_eq!(Color::from_hex(hex).to_string(), spelling);
        }
    }

    #[test]
    fn every_keyword_saves_bytes() {
        for (name, hex) in SHORT_NAMES.iter() {
            let plain = if Color::from_hex(*hex).has_short_hex() { 4 } else { 7 };
            assert!(name.len() < plain, "{name}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for hex in (0..0x0100_0000).step_by(9973).chain(SHORT_NAMES.iter().map(|(_, hex)| *hex)) {
            assert_eq!(Color::from_hex(hex).to_string().parse(), Ok(Color::from_hex(hex)));
        }
    }

    #[test]
    fn refuses_what_is_no_colour() {
        let error = "blurple".parse::<Color>().unwrap_err();
        assert!(error.to_string().starts_with("`blurple` is no colour"));
    }

    #[test]
    fn refuses_what_is_not_opaque() {
        for text in ["#f008", "#ff000080", "rgba(255,0,0,0)", "rgb(0 0 0 / .5)", "transparent", "hsla(0, 50%, 50%, .5)"]
        {
            let error = text.parse::<Color>().unwrap_err();
            assert!(matches!(error, ColorError::Transparent { .. }), "{text}: {error}");
        }
        assert_eq!("#f00f".parse(), Ok(Color::from_hex(0xff0000)));
    }

    #[test]
    fn mixing_ends_at_both_colours() {
        let (a, b) = (Color::new(10, 20, 30), Color::new(200, 100, 0));
        assert_eq!((a.mix(b, 0.0), a.mix(b, 1.0)), (a, b));
    }
}
