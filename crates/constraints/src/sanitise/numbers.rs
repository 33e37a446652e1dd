//! Reduces numbers in attributes to magnitudes that renderers handle, and drops those that are not finite.

use std::borrow::Cow;

use linocut_svg::number::{has_relative_unit, number_length};

use crate::limits::{MAX_NUMBER, MAX_RELATIVE, MAX_SIDE};

/// Attributes of one number with an optional unit.
const NUMBERS: &[&str] = &[
    "x",
    "y",
    "width",
    "height",
    "r",
    "rx",
    "ry",
    "cx",
    "cy",
    "x1",
    "x2",
    "y1",
    "y2",
    "fx",
    "fy",
    "fr",
    "refX",
    "refY",
    "markerWidth",
    "markerHeight",
    "dx",
    "dy",
    "offset",
    "opacity",
    "fill-opacity",
    "stroke-opacity",
    "stop-opacity",
    "flood-opacity",
    "stroke-width",
    "stroke-miterlimit",
    "stroke-dashoffset",
    "orient",
];

/// Attributes of many numbers, which are of no use as a whole if one is not a number.
const LISTS: &[&str] = &["transform", "patternTransform", "gradientTransform", "viewBox", "stroke-dasharray"];

/// Attributes that are drawn as far as they can be read.
const PATHS: &[&str] = &["d", "points"];

/// Elements whose width and height in percent multiply what is inside: within one another they are whole at most.
const FRAMES: &[&str] = &["svg", "symbol", "use"];

/// The value of an attribute with its numbers reduced to [`MAX_NUMBER`] and [`MAX_RELATIVE`]; `None` if it is to be dropped.
pub(super) fn bounded<'a>(element: &str, attribute: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let is_path = PATHS.contains(&attribute);
    if !is_path && !LISTS.contains(&attribute) && !NUMBERS.contains(&attribute) {
        return Some(Cow::Borrowed(value));
    }
    if is_path {
        let is_drawn = |c: char| "+-.,0123456789eEMmLlHhVvCcSsQqTtAaZz \t\n\r\u{c}".contains(c);
        let readable = value.find(|c| !is_drawn(c)).map_or(value, |end| &value[..end]);
        return Some(reduced(readable, MAX_RELATIVE));
    }
    let is_nan = |word: &str| ["nan", "inf", "infinity"].iter().any(|name| word.eq_ignore_ascii_case(name));
    let is_frame = FRAMES.contains(&element) && matches!(attribute, "width" | "height");
    let relative = if is_frame && value.contains('%') { 100.0 } else { MAX_RELATIVE };
    let mut words = value.split(|c: char| !c.is_ascii_alphabetic());
    if words.any(is_nan) { None } else { Some(reduced(value, relative)) }
}

/// A text with the numbers in it reduced to [`MAX_NUMBER`], those with a unit that multiplies to another limit.
fn reduced(text: &str, relative: f64) -> Cow<'_, str> {
    let mut result = String::new();
    let mut copied = 0;
    let mut at = 0;
    while at < text.len() {
        let length = number_length(&text[at..]);
        let is_relative = has_relative_unit(&text[at + length..]);
        let limit = if is_relative { relative } else { MAX_NUMBER };
        let large = text[at..at + length].parse::<f64>().ok().filter(|number| number.abs() > limit);
        if let Some(number) = large {
            result.push_str(&text[copied..at]);
            copied = at + length;
            // A number that begins or ends otherwise than before must not run into its neighbour.
            if result.ends_with(|c: char| c == '.' || c.is_ascii_digit()) && number > 0.0 {
                result.push(' ');
            }
            result.push_str(&limit.copysign(number).to_string());
            if text[copied..].starts_with(['.', 'e', 'E']) && !is_relative {
                result.push(' ');
            }
        }
        at += length.max(1);
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
    if copied == 0 { Cow::Borrowed(text) } else { Cow::Owned(result + &text[copied..]) }
}

/// Width and height of the picture with the longer one reduced to [`MAX_SIDE`] pixels, if that is needed.
pub(super) fn bounded_size(size: [Option<&str>; 2]) -> Option<[Option<String>; 2]> {
    let pixels = size.map(|side| side.and_then(pixels));
    let longest = pixels.iter().flatten().copied().fold(0.0, f64::max);
    let side = |side: f64| ((side * MAX_SIDE / longest).round().max(1.0) as u32).to_string();
    (longest > MAX_SIDE).then(|| {
        let [width, height] = pixels.map(|pixels| pixels.map(side));
        [width, height]
    })
}

fn pixels(length: &str) -> Option<f64> {
    let length = length.trim();
    let (number, unit) = length.split_at(number_length(length));
    let factor = match unit {
        "" | "px" => 1.0,
        "pt" => 4.0 / 3.0,
        "pc" | "em" => 16.0,
        "ex" => 8.0,
        "mm" => 96.0 / 25.4,
        "cm" => 96.0 / 2.54,
        "in" => 96.0,
        _ => return None,
    };
    number.parse::<f64>().ok().map(|number| number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_usual_size_stay() {
        for (name, value) in
            [("d", "M1-2.5e3.5 7z"), ("x", "50%"), ("rx", "auto"), ("transform", "rotate(3)"), ("id", "NaN")]
        {
            assert_eq!(bounded("g", name, value), Some(Cow::Borrowed(value)));
        }
    }

    #[test]
    fn large_numbers_are_reduced_where_they_stand() {
        assert_eq!(bounded("g", "width", "1e9px").unwrap(), "16777216px");
        assert_eq!(bounded("g", "d", "M1 2-1e99999.5 20000000h3").unwrap(), "M1 2-16777216 .5 16777216h3");
        assert_eq!(bounded("g", "d", "M1.06.5e9+1e9.e5e1").unwrap(), "M1.06 16777216 16777216 .e5e1");
        assert_eq!(bounded("g", "transform", "scale(99999999 é 1)").unwrap(), "scale(16777216 é 1)");
    }

    #[test]
    fn relative_numbers_are_smaller() {
        assert_eq!(bounded("rect", "width", "-20000%").unwrap(), "-10000%");
        assert_eq!(
            [bounded("use", "width", "200%").unwrap(), bounded("svg", "height", "9e9ex").unwrap()],
            ["100%", "10000ex"]
        );
    }

    #[test]
    fn what_is_no_number_is_dropped_or_cut_off() {
        assert_eq!(
            [bounded("g", "x", "NaN"), bounded("g", "viewBox", "0 0 -inf 1"), bounded("g", "r", "Infinity")],
            [None, None, None]
        );
        assert_eq!(bounded("g", "d", "M0 0 NaN 1").unwrap(), "M0 0 ");
        assert_eq!(bounded("g", "points", "1 2 3é4").unwrap(), "1 2 3");
    }

    #[test]
    fn sizes_keep_their_shape() {
        assert_eq!(
            bounded_size([Some("1e9"), Some("5e8px")]),
            Some([Some("8192".to_owned()), Some("4096".to_owned())])
        );
        assert_eq!(bounded_size([Some("8192"), Some("100%")]), None);
        assert_eq!(bounded_size([None, Some("100in")]), Some([None, Some("8192".to_owned())]));
    }
}
