//! Byte order marks, and encodings that are not UTF-8.

use super::error::ListError;

/// The text without the byte order mark of UTF-8.
pub(super) fn utf8(text: &[u8]) -> Result<&[u8], ListError> {
    match other(text) {
        Some(encoding) => Err(ListError::Encoding { encoding }),
        None => Ok(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)),
    }
}

/// The encoding of a text that is not UTF-8, by its byte order mark or, without one, by where its zeros are.
pub(super) fn other(text: &[u8]) -> Option<&'static str> {
    match *text {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16"),
        [a, 0, b, 0, ..] | [0, a, 0, b, ..] if a != 0 && b != 0 => Some("UTF-16"),
        [a, 0, 0, 0, b, 0, 0, 0, ..] | [0, 0, 0, a, 0, 0, 0, b, ..] if a != 0 && b != 0 => Some("UTF-32"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_encodings_are_named_with_and_without_a_mark() {
        let text = "\u{feff}id,description";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let wide_little: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        let wide_big: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        for (bytes, mark, name) in
            [(little, 2, "UTF-16"), (big, 2, "UTF-16"), (wide_little, 4, "UTF-32"), (wide_big, 4, "UTF-32")]
        {
            assert_eq!(other(&bytes), Some(name));
            assert_eq!(other(&bytes[mark..]), Some(name));
        }
    }

    #[test]
    fn the_mark_of_utf8_is_no_part_of_the_text() {
        assert_eq!(utf8(b"\xef\xbb\xbfid").unwrap(), b"id");
        assert_eq!(utf8(b"id").unwrap(), b"id");
        assert_eq!(utf8(b"").unwrap(), b"");
    }
}
