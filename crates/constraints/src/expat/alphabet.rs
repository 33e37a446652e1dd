//! Character classes of XML as expat has them: characters of names, white space, characters that are not allowed.

use std::sync::LazyLock;

/// Ranges of characters beyond ASCII that expat takes in names: those that begin one, and those that only go on.
///
/// # Source
///
/// expat 2.5.0, asked for every character: `fixtures/constraints/reference.py tables`. They are those of XML 1.0, fourth
/// edition.
static NAMES: LazyLock<[Vec<(u32, u32)>; 2]> = LazyLock::new(|| {
    let mut lines = include_str!("../../data/names.tsv").lines();
    let mut next = || lines.next().unwrap_or_default().split(['\t', ' ']).skip(1).filter_map(range).collect();
    [next(), next()]
});

fn range(text: &str) -> Option<(u32, u32)> {
    let (first, last) = text.split_once('-')?;
    Some((u32::from_str_radix(first, 16).ok()?, u32::from_str_radix(last, 16).ok()?))
}

fn is_in(ranges: &[(u32, u32)], c: char) -> bool {
    let code = u32::from(c);
    let index = ranges.partition_point(|&(_, last)| last < code);
    ranges.get(index).is_some_and(|&(first, _)| first <= code)
}

/// The letters of names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Alphabet {
    /// Those of XML 1.0, fourth edition.
    Xml,
    /// Those and `ª`, `µ`, `º`, which expat takes where a character is one byte of ISO-8859-1 or one unit of UTF-16.
    Latin,
}

impl Alphabet {
    fn starts_name(self, c: char) -> bool {
        match c {
            'a'..='z' | 'A'..='Z' | '_' => true,
            '\0'..='\x7f' => false,
            'ª' | 'µ' | 'º' => self == Self::Latin,
            _ => is_in(&NAMES[0], c),
        }
    }

    fn continues_name(self, c: char) -> bool {
        match c {
            '0'..='9' | '-' | '.' => true,
            '\0'..='\x7f' => self.starts_name(c),
            _ => self.starts_name(c) || is_in(&NAMES[1], c),
        }
    }

    /// Bytes of the name without colons that a text begins with, 0 if it begins with none.
    pub(super) fn name_length(self, text: &str) -> usize {
        let ascii = text.bytes().take_while(|&byte| ASCII_NAMES[usize::from(byte)]).count();
        let is_started = ascii > 0 && self.starts_name(char::from(text.as_bytes()[0]));
        match text.as_bytes().get(ascii) {
            Some(0x80..) if is_started || ascii == 0 => self.long_name_length(text),
            _ if is_started => ascii,
            _ => 0,
        }
    }

    fn long_name_length(self, text: &str) -> usize {
        let mut chars = text.char_indices();
        match chars.next() {
            Some((_, first)) if self.starts_name(first) => {}
            _ => return 0,
        }
        chars.find(|&(_, c)| !self.continues_name(c)).map_or(text.len(), |(end, _)| end)
    }
}

/// Bytes that are characters of names by themselves.
const ASCII_NAMES: [bool; 256] = {
    let mut names = [false; 256];
    let mut byte = 0;
    while byte < 0x80 {
        let c = byte as u8;
        names[byte] = c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-' | b'.');
        byte += 1;
    }
    names
};

/// Whether a byte of a text in UTF-8 is white space.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether XML may have a character, as such or by reference.
pub(super) const fn is_char(c: char) -> bool {
    !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}')
}

/// Bytes that are looked at together.
const BLOCK: usize = 64;

/// The first character of a text that XML may not have, and where it is.
pub(super) fn first_bad_char(text: &str) -> Option<(usize, char)> {
    // U+FFFE and U+FFFF begin with this byte; without branches, so that a block is one step.
    let is_suspect = |byte: u8| (byte < b' ') & (byte != b'\t') & (byte != b'\n') & (byte != b'\r') | (byte == 0xef);
    let bytes = text.as_bytes();
    for (index, block) in bytes.chunks(BLOCK).enumerate() {
        if !block.iter().fold(false, |any, &byte| any | is_suspect(byte)) {
            continue;
        }
        for at in (index * BLOCK..index * BLOCK + block.len()).filter(|&at| is_suspect(bytes[at])) {
            let bad = text[at..].chars().next().filter(|&c| !is_char(c));
            if let Some(c) = bad {
                return Some((at, c));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_fourth_edition() {
        let length = |text| Alphabet::Xml.name_length(text);
        assert_eq!([length("a-b.c:d"), length("é1 "), length("中"), length("ᎠX")], [5, 3, 3, 0]);
        assert_eq!([length("-a"), length("1"), length("·"), length("a·")], [0, 0, 0, 3]);
        assert_eq!(length("\u{10000}"), 0);
    }

    #[test]
    fn latin_names_have_three_letters_more() {
        assert_eq!((Alphabet::Xml.name_length("µ"), Alphabet::Latin.name_length("µ")), (0, 2));
    }

    #[test]
    fn control_characters_and_two_others_are_bad() {
        assert_eq!(first_bad_char("a\t\r\n\u{7f}\u{85}\u{ffef}\u{1fffe}"), None);
        assert_eq!(first_bad_char("a\u{ffff}"), Some((1, '\u{ffff}')));
        assert_eq!(first_bad_char("\u{feff}\u{1}"), Some((3, '\u{1}')));
    }
}
