//! The encodings that a declaration may name: expat's own and Python's of one byte per character.

use super::fault::{Fault, XmlError};

/// What the declared encoding makes of bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16; the byte order, if the name says it.
    Utf16(Option<ByteOrder>),
    /// ISO-8859-1, expat's own.
    Latin1,
    /// ASCII and at most one character for each byte from 128 on; the characters' codes in hexadecimal digits, `-` for
    /// none, nothing at all for none of them.
    Bytes(&'static str),
}

/// Which byte of a unit of UTF-16 comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ByteOrder {
    Little,
    Big,
}

impl Encoding {
    /// The encoding of a name.
    ///
    /// # Source
    ///
    /// expat knows six names; Python's `pyexpat` looks others up among its codecs and takes those that map each byte to
    /// one character and ASCII to itself. `fixtures/constraints/reference.py tables` asked it about each.
    pub(super) fn named(name: &str) -> Option<Self> {
        let own = [
            ("UTF-8", Self::Utf8),
            ("ISO-8859-1", Self::Latin1),
            ("US-ASCII", Self::Bytes("")),
            ("UTF-16", Self::Utf16(None)),
            ("UTF-16LE", Self::Utf16(Some(ByteOrder::Little))),
            ("UTF-16BE", Self::Utf16(Some(ByteOrder::Big))),
        ];
        let found = own.into_iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, encoding)| encoding);
        found.or_else(|| codec(name).map(Self::Bytes))
    }

    /// Decodes bytes of an encoding other than UTF-8 and UTF-16.
    ///
    /// # Errors
    ///
    /// [`XmlError::Byte`] for a byte that is no character.
    pub(super) fn decode(self, bytes: &[u8], name: &str) -> Result<String, Fault> {
        let letters: Vec<Option<char>> = match self {
            Self::Bytes(table) => table.split(' ').map(letter).collect(),
            _ => ('\u{80}'..='\u{ff}').map(Some).collect(),
        };
        let decoded = |(at, &byte): (usize, &u8)| match byte {
            0..0x80 => Ok(char::from(byte)),
            _ => letters.get(usize::from(byte) - 0x80).copied().flatten().ok_or_else(|| {
                let error = XmlError::Byte { byte, encoding: super::clipped(name) };
                Fault::new(at, error)
            }),
        };
        bytes.iter().enumerate().map(decoded).collect()
    }
}

fn letter(code: &str) -> Option<char> {
    u32::from_str_radix(code, 16).ok().and_then(char::from_u32)
}

fn codec(name: &str) -> Option<&'static str> {
    let spelled = normalised(name);
    let alias = spelled.replace('.', "_");
    let names = |name: &str| {
        let exact = name.strip_prefix('=');
        exact.unwrap_or(name) == spelled || (exact.is_none() && name == alias)
    };
    let mut lines = include_str!("../../data/encodings.tsv").lines().filter_map(|line| line.split_once('\t'));
    lines.find(|(keys, _)| keys.split(' ').any(names)).map(|(_, table)| table)
}

/// A codec's name as Python looks it up: lower case, each run of anything but letters, digits and `.` one `_`.
fn normalised(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("_")
}

/// Decodes UTF-16 as expat does: a leading surrogate takes the next unit, whatever it is.
///
/// # Errors
///
/// [`XmlError::End`] for half a unit or half a pair at the end, [`XmlError::Character`] for a lone trailing surrogate.
pub(super) fn decode_utf16(bytes: &[u8], order: ByteOrder) -> Result<String, Fault> {
    let (pairs, odd) = bytes.as_chunks();
    let mut units = pairs.iter().enumerate().map(|(index, &pair)| match order {
        ByteOrder::Little => (index * 2, u16::from_le_bytes(pair)),
        ByteOrder::Big => (index * 2, u16::from_be_bytes(pair)),
    });
    let ends = || Fault::new(bytes.len(), XmlError::End("a whole character of UTF-16"));
    let mut text = String::with_capacity(bytes.len() / 2);
    while let Some((at, unit)) = units.next() {
        let code = match unit {
            0xd800..0xdc00 => {
                let (_, next) = units.next().ok_or_else(ends)?;
                0x10000 + ((u32::from(unit) & 0x3ff) << 10) + (u32::from(next) & 0x3ff)
            }
            _ => u32::from(unit),
        };
        let bad = || Fault::new(at, XmlError::Character(char::REPLACEMENT_CHARACTER));
        text.push(char::from_u32(code).ok_or_else(bad)?);
    }
    if odd.is_empty() { Ok(text) } else { Err(ends()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_as_python_spells_them() {
        assert_eq!(Encoding::named("utf-8"), Some(Encoding::Utf8));
        assert_eq!(Encoding::named("utf8"), Some(Encoding::Bytes("")));
        let cyrillic = Encoding::named("Windows--1251").unwrap();
        assert_eq!(cyrillic.decode(b"a\xc4", "cp1251").unwrap(), "aД");
        assert_eq!([Encoding::named("cp037"), Encoding::named("klingon"), Encoding::named("koi8.u")], [None; 3]);
    }

    #[test]
    fn bytes_without_a_character_are_errors() {
        let ascii = Encoding::named("US-ASCII").unwrap();
        assert_eq!(ascii.decode(b"ok", "US-ASCII").unwrap(), "ok");
        assert_eq!(ascii.decode(b"o\x80", "US-ASCII").unwrap_err().at, 1);
    }

    #[test]
    fn a_leading_surrogate_takes_the_next_unit() {
        assert_eq!(decode_utf16(&[0x3c, 0, 0, 0xd8, 0x22, 0], ByteOrder::Little).unwrap(), "<\u{10022}");
        for bytes in [&[0x00, 0xdc][..], &[0, 0xd8], &[0x3c]] {
            assert!(decode_utf16(bytes, ByteOrder::Little).is_err(), "{bytes:?}");
        }
    }
}
