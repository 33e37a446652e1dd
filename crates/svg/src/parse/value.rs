//! Reads attribute values: integers, thousandths, keywords, the view box.

use roxmltree::Node;

use super::error::ParseError;

/// An integer attribute; 0 where it is missing.
pub(super) fn integer(node: Node<'_, '_>, name: &str) -> Result<i32, ParseError> {
    match node.attribute(name) {
        None => Ok(0),
        Some(value) => value.parse().map_err(|_| ParseError::attribute(node, name)),
    }
}

/// An attribute of 0 to 1 with at most three decimals, in thousandths.
pub(super) fn thousandths(node: Node<'_, '_>, name: &str) -> Result<u16, ParseError> {
    let value = node.attribute(name).and_then(fraction);
    value.and_then(|v| u16::try_from(v).ok()).filter(|v| *v <= 1000).ok_or_else(|| ParseError::attribute(node, name))
}

/// A number with at most three decimals, in thousandths.
pub(super) fn fraction(text: &str) -> Option<i32> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if part.len() > 3 || digits.is_empty() || digits == "." || !plain(whole) || !plain(part) {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: i64 = format!("{part:0<3}").parse().ok()?;
    i32::try_from(sign * whole.checked_mul(1000)?.checked_add(part)?).ok()
}

/// Corner, width and height. The size of a drawing may be larger than any coordinate.
pub(super) fn view_box(node: Node<'_, '_>) -> Result<[i64; 4], ParseError> {
    let mut numbers = node.attribute("viewBox").unwrap_or_default().split(' ').map(str::parse);
    let mut next = || numbers.next().and_then(Result::ok);
    let read = (|| Some([next()?, next()?, next()?, next()?]))();
    read.filter(|_| numbers.next().is_none()).ok_or_else(|| ParseError::attribute(node, "viewBox"))
}

/// The value of a keyword.
pub(super) fn one_of<V: Copy>(keyword: &str, values: &[(&str, V)]) -> Option<V> {
    values.iter().find(|(name, _)| *name == keyword).map(|(_, value)| *value)
}

/// Refuses attributes that are in neither list.
pub(super) fn only(node: Node<'_, '_>, own: &[&str], common: &[&str]) -> Result<(), ParseError> {
    let known = |name: &str| own.contains(&name) || common.contains(&name);
    // An attribute of another namespace is another attribute, whatever its name.
    match node.attributes().find(|attribute| attribute.namespace().is_some() || !known(attribute.name())) {
        Some(attribute) => Err(ParseError::attribute(node, attribute.name())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_exact() {
        let cases = [("0", 0), (".5", 500), ("-.25", -250), ("1.001", 1001), ("12", 12_000), ("0.07", 70)];
        for (text, value) in cases {
            assert_eq!(fraction(text), Some(value));
        }
    }

    #[test]
    fn refuses_what_is_no_fraction() {
        for text in ["", ".", "-", "1e3", "0.1234", "+1", "1 ", "99999999999999999999"] {
            assert_eq!(fraction(text), None, "{text}");
        }
    }
}
