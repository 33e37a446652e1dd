//! Decodes a text by its byte order mark and XML declaration.

use std::borrow::Cow;

use super::alphabet::Alphabet;
use super::declaration;
use super::encoding::{ByteOrder, Encoding, decode_utf16};
use super::fault::{Fault, XmlError};

/// Most bytes of a text in another encoding than UTF-8, which has to be copied.
const MAX_TRANSCODED: usize = 16 << 20;

/// A text, decoded.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    /// The text without byte order mark, in UTF-8 whatever it declares.
    pub(crate) text: Cow<'a, str>,
    /// Where the text goes on after the XML declaration, in bytes.
    pub(crate) body: usize,
    pub(super) alphabet: Alphabet,
}

impl<'a> Source<'a> {
    /// Decodes a text.
    ///
    /// # Errors
    ///
    /// [`Fault`], at an offset into the text without its byte order mark, for a malformed declaration and for text that
    /// its encoding does not have.
    pub(crate) fn new(text: &'a str) -> Result<Self, Fault> {
        if let Some(order) = utf16_order(text.as_bytes()) {
            return Self::from_utf16(text, order);
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let declaration = declaration::read(text)?;
        let body = declaration.map_or(0, |declaration| declaration.length);
        let whole = |alphabet| Self { text: Cow::Borrowed(text), body, alphabet };
        let Some(name) = declaration.and_then(|declaration| declaration.encoding) else {
            return Ok(whole(Alphabet::Xml));
        };
        let encoding = Encoding::named(name).filter(|encoding| !matches!(encoding, Encoding::Utf16(_)));
        let alphabet = if encoding == Some(Encoding::Latin1) { Alphabet::Latin } else { Alphabet::Xml };
        match encoding {
            None => Err(Fault::new(0, XmlError::Encoding(super::clipped(name)))),
            Some(Encoding::Utf8) => Ok(whole(alphabet)),
            Some(_) if text.is_ascii() => Ok(whole(alphabet)),
            Some(encoding) => {
                copyable(text)?;
                let text = Cow::Owned(encoding.decode(text.as_bytes(), name)?);
                Ok(Self { text, body, alphabet })
            }
        }
    }

    fn from_utf16(text: &str, order: ByteOrder) -> Result<Self, Fault> {
        copyable(text)?;
        let text = decode_utf16(text.as_bytes(), order)?;
        let declaration = declaration::read(&text)?;
        if let Some(name) = declaration.and_then(|declaration| declaration.encoding) {
            match Encoding::named(name) {
                Some(Encoding::Utf16(stated)) if stated.is_none_or(|stated| stated == order) => {}
                _ => return Err(Fault::new(0, XmlError::Encoding(super::clipped(name)))),
            }
        }
        let body = declaration.map_or(0, |declaration| declaration.length);
        Ok(Self { text: Cow::Owned(text), body, alphabet: Alphabet::Latin })
    }

    /// The text after its declaration: the same document for a reader of UTF-8.
    pub(crate) fn body(&self) -> &str {
        &self.text[self.body..]
    }
}

/// Text is UTF-16 to expat if one of its first two bytes, not both, is zero.
fn utf16_order(bytes: &[u8]) -> Option<ByteOrder> {
    match *bytes {
        [0, _, ..] => Some(ByteOrder::Big),
        [_, 0, ..] => Some(ByteOrder::Little),
        _ => None,
    }
}

fn copyable(text: &str) -> Result<(), Fault> {
    let error = XmlError::TooMany { what: "bytes in an encoding other than UTF-8", limit: MAX_TRANSCODED };
    if text.len() > MAX_TRANSCODED { Err(Fault::new(0, error)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_is_borrowed() {
        let source = Source::new("\u{feff}<?xml version='1.0' encoding='utf-8'?><é/>").unwrap();
        assert!(matches!(source.text, Cow::Borrowed(_)));
        assert_eq!(source.body(), "<é/>");
    }

    #[test]
    fn declared_encodings_are_decoded() {
        let source = Source::new("<?xml version='1.0' encoding='latin-1'?>é").unwrap();
        assert_eq!(source.body(), "Ã©");
        assert!(Source::new("<?xml version='1.0' encoding='utf8'?>é").is_err());
        assert!(Source::new("<?xml version='1.0' encoding='utf-16'?>").is_err());
    }

    #[test]
    fn zero_bytes_make_utf16() {
        assert_eq!(Source::new("<\0a\0/\0>\0").unwrap().body(), "<a/>");
        assert_eq!(Source::new("\0<\0a\0/\0>").unwrap().body(), "<a/>");
    }
}
