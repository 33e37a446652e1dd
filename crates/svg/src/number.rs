//! Finds numbers in attribute values: how long a number is, and whether its unit multiplies.

/// Bytes of the number that a text begins with, sign, fraction and exponent included; 0 if none does.
///
/// ```
/// use linocut_svg::number::number_length;
///
/// assert_eq!(["-1.5e3px", ".5.5", "1e", "e5"].map(number_length), [6, 2, 1, 0]);
/// ```
#[must_use]
pub fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let signed = |from: usize| from + usize::from(matches!(bytes.get(from), Some(b'+' | b'-')));
    let start = signed(0);
    let mut end = start + digits(start);
    let mut count = end - start;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        count += fraction;
        end += 1 + fraction;
    }
    if count == 0 {
        return 0;
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        let exponent = signed(end + 1);
        if digits(exponent) > 0 {
            end = exponent + digits(exponent);
        }
    }
    end
}

/// Whether the text after a number is a unit that multiplies something else: `%`, `em` or `ex`.
#[must_use]
pub fn has_relative_unit(after: &str) -> bool {
    ["%", "em", "ex"].iter().any(|unit| after.starts_with(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_where_the_next_one_begins() {
        for (text, length) in [
            ("1-2", 1),
            ("-.5.5", 3),
            ("+1e+2e3", 5),
            ("1e60 3", 4),
            ("1.e5", 4),
            ("1em", 1),
            ("-", 0),
            (".", 0),
            ("", 0),
        ] {
            assert_eq!(number_length(text), length, "{text}");
        }
    }

    #[test]
    fn relative_units_follow_at_once() {
        assert_eq!(["%", "em", "ex)", "px", " %", ""].map(has_relative_unit), [true, true, true, false, false, false]);
    }
}
