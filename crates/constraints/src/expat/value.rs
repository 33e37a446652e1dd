//! Attribute values: as written, decoded, and searched for embedded data.

use std::borrow::Cow;

use memchr::{memchr, memchr2_iter};

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

    /// Whether it contains `data:` in any case, and whether it contains `;base64` as spelled.
    pub(crate) fn embeds(&self) -> (bool, bool) {
        if !self.has_references {
            return embeds(self.raw.as_bytes());
        }
        let (mut window, mut found) = (Vec::with_capacity(2 * WINDOW), (false, false));
        let mut see = |window: &[u8]| {
            let (data, base64) = embeds(window);
            found = (found.0 | data, found.1 | base64);
        };
        for piece in self.pieces() {
            match piece {
                Piece::Char(c) => window.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                Piece::Text(part) if part.len() <= WINDOW => window.extend_from_slice(part.as_bytes()),
                Piece::Text(part) => {
                    let part = part.as_bytes();
                    window.extend_from_slice(&part[..OVERLAP]);
                    see(&window);
                    see(part);
                    window.clear();
                    window.extend_from_slice(&part[part.len() - OVERLAP..]);
                }
            }
            if window.len() >= WINDOW {
                see(&window);
                window.drain(..window.len() - OVERLAP);
            }
        }
        see(&window);
        found
    }

    /// Its length as written, in bytes; it is not longer when decoded.
    pub(crate) const fn raw_length(&self) -> usize {
        self.raw.len()
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

    fn pieces(&self) -> Pieces<'a> {
        Pieces { rest: self.raw, alphabet: self.alphabet }
    }
}

/// Whether bytes contain `data:` in any case, and `;base64`.
fn embeds(text: &[u8]) -> (bool, bool) {
    let mut found = (false, false);
    for at in memchr2_iter(b':', b';', text) {
        if text[at] == b':' {
            found.0 |= at >= 4 && text[at - 4..at].eq_ignore_ascii_case(b"data");
        } else {
            found.1 |= text[at..].starts_with(b";base64");
        }
    }
    found
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
            let is_special = |&byte: &u8| matches!(byte, b'&' | b'\t' | b'\n' | b'\r');
            let plain = self.rest.as_bytes().iter().position(is_special).unwrap_or(self.rest.len());
            if plain > 0 {
                return Some(Piece::Text(self.take(plain)));
            }
            if !self.rest.starts_with('&') {
                let length = if self.rest.starts_with("\r\n") { 2 } else { 1 };
                self.rest = self.rest.get(length..)?;
                return Some(Piece::Char(' '));
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
        assert_eq!(value("x&#100;ATA&#x3a;").embeds(), (true, false));
        assert_eq!(value("&#59;base64").embeds(), (false, true));
        assert_eq!([value("da ta:&#9;data").embeds(), value(";BASE64&amp;").embeds()], [(false, false); 2]);
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
                assert!(value(&text).embeds().0, "{pad}");
            }
            assert!(value(&format!("&#100;ata:{}&amp;", "x".repeat(pad))).embeds().0);
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
