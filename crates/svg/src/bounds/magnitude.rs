//! Magnitudes of numbers in attributes and styles: those that usvg and tiny-skia handle without panicking.

use crate::limits::{MAX_NUMBER, MAX_RELATIVE};
use crate::number::{has_relative_unit, number_length};

/// Most octaves of a noise; each is a pass.
const MAX_OCTAVES: f64 = 16.0;

/// Attributes and properties with numbers that are read.
#[rustfmt::skip]
const NUMERIC: &[&str] = &[
    "amplitude", "azimuth", "baseFrequency", "bias", "cx", "cy", "d", "diffuseConstant", "divisor", "dx", "dy", "elevation",
    "exponent", "fill-opacity", "flood-opacity", "font-size", "fr", "fx", "fy", "gradientTransform", "height", "intercept", "k1",
    "k2", "k3", "k4", "kernelMatrix", "limitingConeAngle", "markerHeight", "markerWidth", "numOctaves", "offset", "opacity",
    "order", "orient", "patternTransform", "points", "pointsAtX", "pointsAtY", "pointsAtZ", "r", "radius", "refX", "refY", "rx",
    "ry", "scale", "seed", "slope", "specularConstant", "specularExponent", "stdDeviation", "stop-opacity", "stroke-dasharray",
    "stroke-dashoffset", "stroke-miterlimit", "stroke-opacity", "stroke-width", "surfaceScale", "tableValues", "targetX",
    "targetY", "transform", "transform-origin", "values", "viewBox", "width", "x", "x1", "x2", "y", "y1", "y2", "z",
];

/// Whether numbers are read in an attribute or property.
pub(super) fn is_numeric(name: &str) -> bool {
    NUMERIC.binary_search(&name).is_ok()
}

/// The first number of a value that is too large, and the largest that is read there.
pub(super) fn first_beyond<'a>(name: &str, value: &'a str) -> Option<(&'a str, f64)> {
    numbers(value).find_map(|(spelled, number, unit)| {
        let limit = match unit {
            Unit::Relative => MAX_RELATIVE,
            Unit::Absolute if name == "numOctaves" => MAX_OCTAVES,
            Unit::Absolute => MAX_NUMBER,
        };
        (number.abs() > limit).then_some((spelled, limit))
    })
}

/// By how much a size multiplies what is around it, at least 1: that of a font in any relative unit, that of a frame in
/// percent only.
pub(super) fn growth(name: &str, value: &str) -> f64 {
    let is_font = name == "font-size";
    let factor = match numbers(value).next() {
        Some((_, number, Unit::Relative)) if value.contains('%') => number / 100.0,
        Some((_, number, Unit::Relative)) if is_font => number,
        // The largest of usvg's steps for `larger` and `xx-large`.
        None if is_font && value.contains("large") => 1.728,
        _ => 1.0,
    };
    factor.abs().max(1.0)
}

/// Whether a value has a unit that multiplies.
pub(super) fn is_relative(value: &str) -> bool {
    numbers(value).any(|(_, _, unit)| unit == Unit::Relative)
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Unit {
    Absolute,
    Relative,
}

/// The numbers in a text: as written, as read, their unit.
fn numbers(text: &str) -> impl Iterator<Item = (&str, f64, Unit)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find(|c: char| c.is_ascii_digit())?;
            let start = start - usize::from(rest[..start].ends_with('.'));
            let length = number_length(&rest[start..]);
            let (spelled, after) = rest[start..].split_at(length.max(1));
            rest = after;
            let Ok(number) = spelled.parse::<f64>() else { continue };
            let unit = if has_relative_unit(after) { Unit::Relative } else { Unit::Absolute };
            return Some((spelled, number, unit));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted() {
        assert!(NUMERIC.is_sorted());
    }

    #[test]
    fn usual_numbers_are_within_bounds() {
        for (name, value) in [("d", "M1-2.5e3.5 7z"), ("x", "50%"), ("r", "1.5em"), ("width", "210mm"), ("x", "NaN")] {
            assert_eq!(first_beyond(name, value), None, "{value}");
        }
    }

    #[test]
    fn large_ones_are_found_as_they_are_written() {
        assert_eq!(first_beyond("d", "M2 9-2-5-6-11111111197z"), Some(("11111111197", MAX_NUMBER)));
        assert_eq!(first_beyond("d", "M0 0A1e60 3 0 0 1.5.5 3"), Some(("1e60", MAX_NUMBER)));
        assert_eq!(first_beyond("transform", "scale(1e99999)"), Some(("1e99999", MAX_NUMBER)));
        assert_eq!(first_beyond("r", "20000em"), Some(("20000", MAX_RELATIVE)));
        assert_eq!(first_beyond("numOctaves", "17"), Some(("17", MAX_OCTAVES)));
    }

    #[test]
    fn relative_units_multiply() {
        assert_eq!([growth("width", "300%"), growth("width", "20%"), growth("width", "16ex")], [3.0, 1.0, 1.0]);
        let font = ["12em", "99px", "200%", "larger", "medium"].map(|value| growth("font-size", value));
        assert_eq!(font, [12.0, 1.0, 2.0, 1.728, 1.0]);
        assert!(is_relative("1 2%") && !is_relative("1e3 2"));
    }
}
