//! Character and entity references: `&#65;`, `&#x41;`, `&amp;`.

use super::alphabet::{Alphabet, is_char};
use super::fault::{XmlError, clipped};

/// What a reference stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reference<'a> {
    /// A character, by number or by one of the five names that need no declaration.
    Char(char),
    /// An entity that a document type would have to declare.
    Entity(&'a str),
}

/// The reference that a text begins with, and its length in bytes; `text` begins with `&`.
///
/// # Errors
///
/// [`XmlError::Reference`] for a number that is no character, [`XmlError::Unexpected`] for anything malformed.
pub(super) fn parse(text: &str, alphabet: Alphabet) -> Result<(Reference<'_>, usize), XmlError> {
    let rest = &text[1..];
    if rest.starts_with('#') {
        return number(text);
    }
    let length = alphabet.name_length(rest);
    if length == 0 || rest.as_bytes().get(length) != Some(&b';') {
        return Err(broken(&rest[length..], "an entity's name and `;`"));
    }
    let name = &rest[..length];
    Ok((predefined(name).map_or(Reference::Entity(name), Reference::Char), length + 2))
}

fn number(text: &str) -> Result<(Reference<'_>, usize), XmlError> {
    let bytes = text.as_bytes();
    let (start, radix) = if bytes.get(2) == Some(&b'x') { (3, 16) } else { (2, 10) };
    let (mut code, mut end) = (0_u32, start);
    while let Some(digit) = bytes.get(end).and_then(|&byte| char::from(byte).to_digit(radix)) {
        // Beyond the last character, any number is as good.
        code = (code * radix + digit).min(0x11_0000);
        end += 1;
    }
    if end == start || bytes.get(end) != Some(&b';') {
        return Err(broken(&text[end..], "digits and `;`"));
    }
    let c = char::from_u32(code).filter(|&c| is_char(c));
    let c = c.ok_or_else(|| XmlError::Reference(clipped(&text[..=end])))?;
    Ok((Reference::Char(c), end + 1))
}

fn predefined(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// The error for text that goes on with something else than expected.
pub(super) fn broken(rest: &str, expected: &'static str) -> XmlError {
    rest.chars().next().map_or(XmlError::End(expected), |found| XmlError::Unexpected { found, expected })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Reference<'_>, usize), XmlError> {
        parse(text, Alphabet::Xml)
    }

    #[test]
    fn numbers_and_five_names_are_characters() {
        assert_eq!(read("&#65;x"), Ok((Reference::Char('A'), 5)));
        assert_eq!(read("&#x0000000000000000041;"), Ok((Reference::Char('A'), 23)));
        assert_eq!(read("&quot;"), Ok((Reference::Char('"'), 6)));
        assert_eq!(read("&nbsp;"), Ok((Reference::Entity("nbsp"), 6)));
    }

    #[test]
    fn numbers_of_no_character_are_refused() {
        for text in ["&#0;", "&#xFFFE;", "&#xD800;", "&#x110000;", "&#31;", "&#99999999999;"] {
            assert!(matches!(read(text), Err(XmlError::Reference(_))), "{text}");
        }
    }

    #[test]
    fn malformed_references_are_refused() {
        for text in ["&", "&;", "& ", "&#;", "&#x;", "&#X41;", "&#4a;", "&a", "&a:b;", "&1;"] {
            let error = read(text).unwrap_err();
            assert!(matches!(error, XmlError::Unexpected { .. } | XmlError::End(_)), "{text}: {error}");
        }
    }
}
