//! The CSS property `transform`, as the attribute of that name. usvg reads `transform-origin` by itself.

use super::property::Declared;

/// What styles say about an element's transform.
#[derive(PartialEq, Debug)]
pub(super) enum Found {
    /// Nothing.
    Nothing,
    /// What the attribute can say.
    Attribute(String),
    /// What it cannot.
    Unread,
}

/// Width and height of the view that percentages refer to.
pub(super) type View = Option<(f64, f64)>;

/// The transform of an element that has it from CSS.
pub(super) fn of(declared: &Declared<'_>, view: View) -> Found {
    let Some(styled) = declared.styled("transform") else { return Found::Nothing };
    if declared.styled("transform-box").is_some_and(|value| value != "view-box") {
        return Found::Unread;
    }
    as_attribute(styled, view).map_or(Found::Unread, Found::Attribute)
}

/// A list of CSS functions in two dimensions as SVG has it: numbers in px and degrees.
fn as_attribute(value: &str, view: View) -> Option<String> {
    if value.eq_ignore_ascii_case("none") {
        return Some(String::new());
    }
    let mut functions = Vec::new();
    let mut rest = value.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('(')?;
        let (arguments, after) = after.split_once(')')?;
        functions.push(function(name.trim(), arguments, view)?);
        rest = after.trim_start_matches([' ', ',', '\t', '\n', '\r']);
    }
    Some(functions.join(" "))
}

fn function(name: &str, arguments: &str, view: View) -> Option<String> {
    let parts = arguments.split([',', ' ', '\t', '\n', '\r']).filter(|part| !part.is_empty());
    let parts: Vec<&str> = parts.collect();
    let all = |read: fn(&str) -> Option<f64>| parts.iter().map(|part| read(part)).collect::<Option<Vec<f64>>>();
    let name = name.to_ascii_lowercase();
    let (width, height) = (view.map(|view| view.0), view.map(|view| view.1));
    let (written, numbers) = match (name.as_str(), parts.len()) {
        ("translate", 1) | ("translatex", 1) => ("translate", vec![length(parts[0], width)?]),
        ("translate", 2) => ("translate", vec![length(parts[0], width)?, length(parts[1], height)?]),
        ("translatey", 1) => ("translate", vec![0.0, length(parts[0], height)?]),
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

/// A length in px; percentages are of a whole that must be known for them.
fn length(text: &str, whole: Option<f64>) -> Option<f64> {
    match text.strip_suffix('%') {
        Some(share) => Some(number(share)? / 100.0 * whole?),
        None => number(text.strip_suffix("px").unwrap_or(text)),
    }
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
    use super::super::Unread;
    use super::super::tests::amended_whole;
    use super::*;

    #[test]
    fn functions_of_css_become_those_of_svg() {
        for (css, svg) in [
            ("translate(50px,50px) rotate(0deg)", "translate(50 50) rotate(0)"),
            ("translateX(3px) translateY(4px)", "translate(3) translate(0 4)"),
            ("rotate(.25turn) scaleX(2)", "rotate(90) scale(2 1)"),
            ("matrix(1, 0, 0, 1, 5, 6)", "matrix(1 0 0 1 5 6)"),
            ("translate(50%, 25%)", "translate(20 5)"),
            ("none", ""),
        ] {
            assert_eq!(as_attribute(css, Some((40.0, 20.0))).as_deref(), Some(svg), "{css}");
        }
        for text in ["translate(50%)", "rotate(45)", "translate3d(1px,2px,3px)", "rotate(1deg", "inherit"] {
            assert_eq!(as_attribute(text, None), None, "{text}");
        }
    }

    #[test]
    fn the_property_wins_over_the_attribute() {
        for (body, expected) in [
            (
                r#"<g transform="scale(3)" style="fill:red;transform:scale(2)"/>"#,
                r#"<g transform="scale(2)" style="fill:red;-transform:scale(2)"/>"#,
            ),
            (r#"<g style="transform:scale(4)"/>"#, r#"<g transform="scale(4)" style="-transform:scale(4)"/>"#),
            (
                "<style>g{transform:scale(4)}</style><g/>",
                r#"<style>g{-transform:scale(4)}</style><g transform="scale(4)"/>"#,
            ),
        ] {
            assert_eq!(amended_whole(body), (Some(expected.to_owned()), Unread::default()));
        }
        let unread = Unread { transforms: true, ..Unread::default() };
        assert_eq!(amended_whole(r#"<g style="transform:rotate3d(1,0,0,9deg)"/>"#).1, unread);
    }
}
