//! The value of an attribute, and text, as written and as read.

use std::borrow::Cow;

use memchr::memchr;

use super::alphabet::Alphabet;
use super::reference::{self, Reference};

/// Most bytes of a decoded value that are looked at together.
const WINDOW: usize = 1 << 16;

/// Bytes that two windows share.
const OVERLAP: usize = 16;

/// A value whose references are well-formed; undeclared entities in it read as nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    pub(super) raw: &'a str,
    pub(super) has_references: bool,
    pub(super) alphabet: Alphabet,
}

impl<'a> Value<'a> {
    /// A raw value whose references are well-formed.
    pub(super) fn new(raw: &'a str, alphabet: Alphabet) -> Self {
        Self { raw, has_references: memchr(b'&', raw.as_bytes()).is_some(), alphabet }
    }

    /// Whether it contains `data:` in any case.
    pub(crate) fn has_data(&self) -> bool {
        self.any_window(b':', |text| {
            let mut colons = text.iter().enumerate().filter(|&(_, &byte)| byte == b':');
            colons.any(|(at, _)| at >= 4 && text[at - 4..at].eq_ignore_ascii_case(b"data"))
        })
    }

    /// Whether it contains `;base64` as spelled.
    pub(crate) fn has_base64(&self) -> bool {
        self.any_window(b';', |text| {
            let mut semicolons = text.iter().enumerate().filter(|&(_, &byte)| byte == b';');
            semicolons.any(|(at, _)| text[at..].starts_with(b";base64"))
        })
    }

    /// Its first 101 characters.
    pub(crate) fn beginning(&self) -> String {
        let mut text = String::new();
        for piece in self.pieces() {
            match piece {
                Piece::Text(part) => text.extend(part.chars().take(101)),
                Piece::Char(c) => text.push(c),
            }
            if let Some((end, _)) = text.char_indices().nth(101) {
                text.truncate(end);
                break;
            }
        }
        text
    }

    /// All of it: references resolved, each white space character a space unless it is a reference.
    pub(crate) fn decoded(&self) -> Cow<'a, str> {
        let plain = |byte: u8| !matches!(byte, b'&' | b'\t' | b'\n' | b'\r');
        if self.raw.bytes().all(plain) {
            return Cow::Borrowed(self.raw);
        }
        let mut text = String::new();
        for piece in self.pieces() {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Char(c) => text.push(c),
            }
        }
        Cow::Owned(text)
    }

    /// Names of the entities that it refers to and that nobody declared.
    pub(crate) fn entities(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let alphabet = self.alphabet;
        self.raw.match_indices('&').zip(std::iter::repeat(self.raw)).filter_map(move |((at, _), raw)| {
            match reference::parse(&raw[at..], alphabet) {
                Ok((Reference::Entity(name), _)) => Some(name),
                _ => None,
            }
        })
    }

    /// Whether a test holds for some window of the decoded bytes; windows overlap by more than what is searched. Without
    /// `mark` it does not hold.
    fn any_window(&self, mark: u8, holds: impl Fn(&[u8]) -> bool) -> bool {
        if !self.has_references {
            return memchr(mark, self.raw.as_bytes()).is_some() && holds(self.raw.as_bytes());
        }
        let mut window: Vec<u8> = Vec::new();
        for piece in self.pieces() {
            match piece {
                Piece::Text(part) if part.len() > WINDOW => {
                    let (head, tail) =
                        (part.floor_char_boundary(OVERLAP), part.floor_char_boundary(part.len() - OVERLAP));
                    window.extend_from_slice(&part.as_bytes()[..head]);
                    if holds(&window) || holds(part.as_bytes()) {
                        return true;
                    }
                    window = part.as_bytes()[tail..].to_vec();
                }
                Piece::Text(part) => window.extend_from_slice(part.as_bytes()),
                Piece::Char(c) => window.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
            if window.len() >= WINDOW {
                if holds(&window) {
                    return true;
                }
                window.drain(..window.len() - OVERLAP);
            }
        }
        holds(&window)
    }

    fn pieces(&self) -> Pieces<'a> {
        Pieces { rest: self.raw, alphabet: self.alphabet }
    }
}

enum Piece<'a> {
    Text(&'a str),
    Char(char),
}

struct Pieces<'a> {
    rest: &'a str,
    alphabet: Alphabet,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            let special = |&byte: &u8| matches!(byte, b'&' | b'\t' | b'\n' | b'\r');
            let plain = self.rest.as_bytes().iter().position(special).unwrap_or(self.rest.len());
            if plain > 0 {
                return Some(Piece::Text(self.take(plain)));
            }
            if !self.rest.starts_with('&') {
                let length = if self.rest.starts_with("\r\n") { 2 } else { 1 };
                return (!self.rest.is_empty()).then(|| drop(self.take(length))).map(|()| Piece::Char(' '));
            }
            let (found, length) = reference::parse(self.rest, self.alphabet).ok()?;
            self.rest = &self.rest[length..];
            if let Reference::Char(c) = found {
                return Some(Piece::Char(c));
            }
        }
    }
}

impl<'a> Pieces<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(raw: &str) -> Value<'_> {
        Value::new(raw, Alphabet::Xml)
    }

    #[test]
    fn references_are_read_before_anything_is_searched() {
        assert!(value("x&#100;ATA&#x3a;").has_data() && value("&#59;base64").has_base64());
        assert!(!value("da ta:&#9;data").has_data() && !value(";BASE64&amp;").has_base64());
    }

    #[test]
    fn white_space_is_one_space_each() {
        assert_eq!(value("a\r\n\tb&#10;&lt;").decoded(), "a  b\n<");
        assert!(matches!(value("a b").decoded(), Cow::Borrowed("a b")));
    }

    #[test]
    fn what_is_searched_may_cross_windows() {
        for pad in WINDOW - 8..WINDOW + 8 {
            for text in [format!("&#65;{}data:", "x".repeat(pad)), format!("{}d&#97;ta:", "&#65;".repeat(pad))] {
                assert!(value(&text).has_data(), "{pad}");
            }
            assert!(value(&format!("&#100;at{}&amp;", format!("a:{}", "x".repeat(pad)))).has_data());
        }
    }

    #[test]
    fn beginnings_are_short() {
        assert_eq!(value(&"&#233;".repeat(200)).beginning().chars().count(), 101);
        assert_eq!(value("a&amp;b").beginning(), "a&b");
    }

    #[test]
    fn undeclared_entities_are_named_and_read_as_nothing() {
        let value = value("a&ns;b&amp;&x;");
        assert_eq!((value.decoded().as_ref(), value.entities().collect::<Vec<_>>()), ("ab&", vec!["ns", "x"]));
    }
}
