//! The CSS property `transform` of a `style` attribute, as the attribute of that name.

use roxmltree::Node;

use super::Edits;
use super::element::insert;

/// Amends an element.
pub(super) fn amend(node: Node<'_, '_>, edits: &mut Edits) {
    let Some(style) = node.attribute("style") else { return };
    let property = |name: &str| {
        let declarations = style.split(';').filter_map(|declaration| declaration.split_once(':'));
        let mut named = declarations.filter(|(property, _)| property.trim().eq_ignore_ascii_case(name));
        named.next_back().map(|(_, value)| value.trim().trim_end_matches("!important").trim())
    };
    let Some(transform) = property("transform").and_then(as_attribute) else { return };
    if property("transform-origin").is_some() {
        return;
    }
    match node.attribute_node("transform") {
        Some(attribute) => edits.replace(attribute.range_value(), transform),
        None => insert(node, "transform", &transform, edits),
    }
}

/// A list of CSS functions in two dimensions as SVG has it: numbers in px and degrees.
fn as_attribute(value: &str) -> Option<String> {
    if value.eq_ignore_ascii_case("none") {
        return Some(String::new());
    }
    let mut functions = Vec::new();
    let mut rest = value.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('(')?;
        let (arguments, after) = after.split_once(')')?;
        functions.push(function(name.trim(), arguments)?);
        rest = after.trim_start_matches([' ', ',', '\t', '\n', '\r']);
    }
    Some(functions.join(" "))
}

fn function(name: &str, arguments: &str) -> Option<String> {
    let parts = arguments.split([',', ' ', '\t', '\n', '\r']).filter(|part| !part.is_empty());
    let parts: Vec<&str> = parts.collect();
    let all = |read: fn(&str) -> Option<f64>| parts.iter().map(|part| read(part)).collect::<Option<Vec<f64>>>();
    let name = name.to_ascii_lowercase();
    let (written, numbers) = match (name.as_str(), parts.len()) {
        ("translate", 1 | 2) => ("translate", all(length)?),
        ("translatex", 1) => ("translate", all(length)?),
        ("translatey", 1) => ("translate", vec![0.0, all(length)?[0]]),
        ("scale", 1 | 2) => ("scale", all(number)?),
        ("scalex", 1) => ("scale", vec![all(number)?[0], 1.0]),
        ("scaley", 1) => ("scale", vec![1.0, all(number)?[0]]),
        ("rotate", 1) => ("rotate", all(degrees)?),
        ("skewx", 1) => ("skewX", all(degrees)?),
        ("skewy", 1) => ("skewY", all(degrees)?),
        ("matrix", 6) => ("matrix", all(number)?),
        _ => return None,
    };
    let numbers: Vec<String> = numbers.iter().map(f64::to_string).collect();
    Some(format!("{written}({})", numbers.join(" ")))
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

fn length(text: &str) -> Option<f64> {
    number(text.strip_suffix("px").unwrap_or(text))
}

fn degrees(text: &str) -> Option<f64> {
    let units = [("deg", 1.0), ("grad", 0.9), ("rad", 180.0 / std::f64::consts::PI), ("turn", 360.0)];
    let unit = units.into_iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor)));
    match unit {
        Some((value, factor)) => Some(number(value)? * factor),
        None => number(text).filter(|value| *value == 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::amended_body;
    use super::*;

    #[test]
    fn functions_of_css_become_those_of_svg() {
        for (css, svg) in [
            ("translate(50px,50px) rotate(0deg)", "translate(50 50) rotate(0)"),
            ("translateX(3px) translateY(4px)", "translate(3) translate(0 4)"),
            ("rotate(.25turn) scaleX(2)", "rotate(90) scale(2 1)"),
            ("matrix(1, 0, 0, 1, 5, 6)", "matrix(1 0 0 1 5 6)"),
            ("none", ""),
        ] {
            assert_eq!(as_attribute(css).as_deref(), Some(svg), "{css}");
        }
        for text in ["translate(50%)", "rotate(45)", "translate3d(1px,2px,3px)", "rotate(1deg", "inherit"] {
            assert_eq!(as_attribute(text), None, "{text}");
        }
    }

    #[test]
    fn the_property_wins_over_the_attribute() {
        let text = r#"<g transform="scale(3)" style="fill:red;transform:scale(2)"/><g style="transform:scale(4)"/>"#;
        let expected = r#"<g transform="scale(2)" style="fill:red;transform:scale(2)"/><g transform="scale(4)" style="transform:scale(4)"/>"#;
        assert_eq!(amended_body(text).as_deref(), Some(expected));
        assert_eq!(amended_body(r#"<g style="transform:scale(2);transform-origin:5px 5px"/>"#), None);
    }
}
