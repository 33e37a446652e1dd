//! Numbers and texts as Python spells them.

use std::fmt::Write as _;

/// What `float` reads from a text.
fn float(text: &str) -> Option<f64> {
    let text = text.trim();
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let separates = |at: usize| at > 0 && digit(at - 1) && digit(at + 1);
    if bytes.iter().enumerate().any(|(at, byte)| *byte == b'_' && !separates(at)) {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// A number with at most two decimals: whole ones as integers, others rounded by their binary value, with `.0` where that makes
/// them whole.
pub(super) fn rounded(text: &str) -> Option<String> {
    let number = float(text)?;
    if number.is_nan() {
        return Some("nan".to_owned());
    }
    if number.is_infinite() {
        return Some(if number > 0.0 { "inf" } else { "-inf" }.to_owned());
    }
    if number.fract() == 0.0 {
        // Not `-0`.
        return Some(format!("{:.0}", number + 0.0));
    }
    let rounded: f64 = format!("{number:.2}").parse().ok()?;
    Some(format!("{rounded:?}"))
}

/// A text as Python writes it in a dictionary.
pub(super) fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if is_printable(c) => out.push(c),
            c => {
                let code = u32::from(c);
                // Writing to a string does not fail.
                let _ = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push(quote);
    out
}

/// Whether Python prints a character as it is: no control or format character, no space but the usual one, no private one.
fn is_printable(c: char) -> bool {
    let is_format = matches!(c, '\u{ad}' | '\u{600}'..='\u{605}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}');
    c == ' ' || !(c.is_control() || c.is_whitespace() || is_format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_as_python_rounds() {
        let cases = [
            ("1.005", "1.0"),
            ("2.675", "2.67"),
            ("1.999", "2.0"),
            ("-0", "0"),
            ("-0.004", "-0.0"),
            (" 1e2 ", "100"),
            ("1_0", "10"),
            ("1e22", "10000000000000000000000"),
            ("inf", "inf"),
            ("1e999", "inf"),
        ];
        for (text, expected) in cases {
            assert_eq!(rounded(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "10px", "1__0", "_1", "e5", "."] {
            assert_eq!(rounded(text), None, "{text}");
        }
    }

    #[test]
    fn texts_are_quoted_as_python_quotes() {
        let cases =
            [("a", "'a'"), ("it's", "\"it's\""), ("'\"", "'\\'\"'"), ("\\\n\u{a0}\u{200b}é", "'\\\\\\n\\xa0\\u200bé'")];
        for (text, expected) in cases {
            assert_eq!(quoted(text), expected);
        }
    }
}
