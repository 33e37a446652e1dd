//! References: `&#65;`, `&#x41;`, `&amp;`.

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
    if let Some(number) = rest.strip_prefix('#') {
        let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |hexadecimal| (hexadecimal, 16));
        let length = digits.bytes().take_while(|&byte| char::from(byte).is_digit(radix)).count();
        let end = text.len() - digits.len() + length;
        if length == 0 || text.as_bytes().get(end) != Some(&b';') {
            return Err(broken(&text[end..], "digits and `;`"));
        }
        let c = number_of(&digits[..length], radix).and_then(char::from_u32).filter(|&c| is_char(c));
        let c = c.ok_or_else(|| XmlError::Reference(clipped(&text[..=end])))?;
        return Ok((Reference::Char(c), end + 1));
    }
    let length = alphabet.name_length(rest);
    if length == 0 || rest.as_bytes().get(length) != Some(&b';') {
        return Err(broken(&rest[length..], "an entity's name and `;`"));
    }
    let name = &rest[..length];
    Ok((predefined(name).map_or(Reference::Entity(name), Reference::Char), length + 2))
}

fn number_of(digits: &str, radix: u32) -> Option<u32> {
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() { Some(0) } else { u32::from_str_radix(digits, radix).ok() }
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
