//! Splits inline styles into declarations: `fill:red;stroke:url("#a")`.

/// The declarations of a `style` attribute, in order: property in lower case, value without `!important`.
pub(super) fn declarations(style: &str) -> Vec<(String, &str)> {
    split(style).into_iter().filter_map(declaration).collect()
}

fn declaration(text: &str) -> Option<(String, &str)> {
    let (property, value) = text.split_once(':')?;
    let value = value.trim();
    let value = value
        .rsplit_once('!')
        .filter(|(_, rest)| rest.trim().eq_ignore_ascii_case("important"))
        .map_or(value, |(value, _)| value.trim());
    let property = property.trim().to_ascii_lowercase();
    (!property.is_empty() && !value.is_empty()).then_some((property, value))
}

/// Splits at semicolons outside of quotes, parentheses and comments; comments before a declaration are cut off.
fn split(style: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    let bytes = style.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], quote) {
            (b'\\', _) => at += 1,
            (byte, Some(open)) if byte == open => quote = None,
            (_, Some(_)) => {}
            (byte @ (b'"' | b'\''), None) => quote = Some(byte),
            (b'(', None) => depth += 1,
            (b')', None) => depth = depth.saturating_sub(1),
            (b'/', None) if bytes[at..].starts_with(b"/*") => {
                let end = style[at..].find("*/").map_or(bytes.len(), |length| at + length + 2);
                if style[start..at].trim().is_empty() {
                    start = end;
                }
                at = end;
                continue;
            }
            (b';', None) if depth == 0 => {
                parts.push(&style[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(style.get(start..).unwrap_or_default());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(style: &str) -> Vec<(String, String)> {
        declarations(style).into_iter().map(|(property, value)| (property, value.to_owned())).collect()
    }

    fn expect(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(property, value)| ((*property).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn declarations_are_split_at_semicolons() {
        assert_eq!(read("fill: red ;; Stroke:#000;"), expect(&[("fill", "red"), ("stroke", "#000")]));
        assert_eq!(read("a:url(x;y);b:';'"), expect(&[("a", "url(x;y)"), ("b", "';'")]));
    }

    #[test]
    fn comments_and_importance_are_cut_off() {
        assert_eq!(read("/*a:b;*/fill:red !IMPORTANT;x:1/*;*/"), expect(&[("fill", "red"), ("x", "1/*;*/")]));
    }

    #[test]
    fn what_is_broken_is_left_out() {
        for style in ["", ":", "fill", ":red", "fill:", ";", "/*", "é", "\\", "\\é;a", "'"] {
            assert_eq!(read(style), [], "{style}");
        }
    }
}
