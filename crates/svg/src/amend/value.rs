//! Attributes whose values do not count, or count in spellings that usvg does not read.

use roxmltree::Node;
use svgtypes::{LengthListParser, Paint};

use super::Edits;
use super::element::Facts;

/// Attributes of keywords, which count in any case.
const KEYWORDS: [&str; 8] =
    ["fill-rule", "clip-rule", "stroke-linecap", "stroke-linejoin", "display", "visibility", "overflow", "paint-order"];

/// Attributes of lengths and numbers, which may have spaces around them.
const NUMBERS: [&str; 20] = [
    "x",
    "y",
    "width",
    "height",
    "rx",
    "ry",
    "cx",
    "cy",
    "r",
    "x1",
    "y1",
    "x2",
    "y2",
    "fx",
    "fy",
    "fr",
    "opacity",
    "stroke-width",
    "fill-opacity",
    "stroke-opacity",
];

/// Amends the attributes of an element.
pub(super) fn amend(node: Node<'_, '_>, facts: &Facts<'_>, edits: &mut Edits) {
    for attribute in node.attributes().filter(|attribute| attribute.namespace().is_none()) {
        let (name, value) = (attribute.name(), attribute.value());
        let goes = match name {
            "fill" | "stroke" => !is_paint(value),
            "stroke-dasharray" => !is_dashes(value),
            "filter" => is_missing(value, facts),
            _ => false,
        };
        if goes {
            edits.replace(attribute.range(), String::new());
        } else if KEYWORDS.contains(&name) && value.chars().any(|c| c.is_ascii_uppercase()) {
            edits.replace(attribute.range_value(), value.to_ascii_lowercase());
        } else if NUMBERS.contains(&name) && value.trim().len() < value.len() && !value.contains(['&', '<', '"', '\''])
        {
            edits.replace(attribute.range_value(), value.trim().to_owned());
        }
    }
}

/// Whether a paint is valid; one that is not is as if it were not there, so that the inherited one counts.
fn is_paint(value: &str) -> bool {
    let value = value.trim();
    let keywords = ["none", "inherit", "initial", "unset", "transparent", "context-fill", "context-stroke"];
    keywords.iter().any(|keyword| value.eq_ignore_ascii_case(keyword))
        || value.starts_with("url(")
        || Paint::from_str(value).is_ok()
        || super::colour::amended(value).is_some()
        || csscolorparser::parse(value).is_ok()
}

fn is_dashes(value: &str) -> bool {
    let keywords = ["none", "inherit", "initial", "unset"];
    keywords.contains(&value.trim()) || LengthListParser::from(value).all(|length| length.is_ok())
}

/// Whether a filter is one reference to what is not there: then there is no filter (Filter Effects 1, "The filter property").
fn is_missing(value: &str, facts: &Facts<'_>) -> bool {
    let inner = value.trim().strip_prefix("url(").and_then(|rest| rest.strip_suffix(')'));
    let id = inner.and_then(|inner| inner.trim_matches(['"', '\'', ' ']).strip_prefix('#'));
    id.is_some_and(|id| !facts.ids.contains_key(id))
}

#[cfg(test)]
mod tests {
    use super::super::tests::amended_body;

    #[test]
    fn invalid_values_are_as_if_they_were_not_there() {
        for (body, expected) in [
            (r#"<g fill="notacolour"/>"#, "<g />"),
            (r#"<g stroke-dasharray="6 x"/>"#, "<g />"),
            (r##"<g filter="url(#no)"/>"##, "<g />"),
            (r#"<g fill-rule="EvenOdd"/>"#, r#"<g fill-rule="evenodd"/>"#),
            (r#"<rect width=" 20 "/>"#, r#"<rect width="20"/>"#),
        ] {
            assert_eq!(amended_body(body).as_deref(), Some(expected));
        }
        for kept in [
            r##"<g id="f" filter="url(#f)"/>"##,
            r##"<g fill="url(#no) red" stroke="none"/>"##,
            r#"<g fill="inherit"/>"#,
            r#"<g stroke-dasharray="1 2,3"/>"#,
            r##"<g fill="#f008" stroke="TEAL"/>"##,
        ] {
            assert_eq!(amended_body(kept), None, "{kept}");
        }
    }
}
