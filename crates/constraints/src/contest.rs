//! The contest's rules as data: its byte limit, its elements and their attributes.

use std::borrow::Cow;

use crate::names::Names;
use crate::profile::{ElementRule, Profile};

impl Profile {
    /// The contest's rules.
    ///
    /// # Source
    ///
    /// The reference's `SVGConstraints`. Its table of attributes has the common ones under the key `common`, and its elements
    /// are the keys of that table: so an element named `common` is valid there, and therefore here.
    pub const CONTEST: Self =
        Self { max_bytes: 10_000, elements: Cow::Borrowed(ELEMENTS), common_attributes: Names::fixed(COMMON) };
}

const COMMON: &[&str] = &[
    "id",
    "clip-path",
    "clip-rule",
    "color",
    "color-interpolation",
    "color-interpolation-filters",
    "color-rendering",
    "display",
    "fill",
    "fill-opacity",
    "fill-rule",
    "filter",
    "flood-color",
    "flood-opacity",
    "lighting-color",
    "marker-end",
    "marker-mid",
    "marker-start",
    "mask",
    "opacity",
    "paint-order",
    "stop-color",
    "stop-opacity",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "transform",
];

const fn rule(name: &'static str, attributes: &'static [&'static str]) -> ElementRule {
    ElementRule { name: Cow::Borrowed(name), attributes: Names::fixed(attributes) }
}

const ELEMENTS: &[ElementRule] = &[
    rule("common", &[]),
    rule("svg", &["width", "height", "viewBox", "preserveAspectRatio"]),
    rule("g", &["viewBox"]),
    rule("defs", &[]),
    rule("symbol", &["viewBox", "x", "y", "width", "height"]),
    rule("use", &["x", "y", "width", "height", "href"]),
    rule(
        "marker",
        &["viewBox", "preserveAspectRatio", "refX", "refY", "markerUnits", "markerWidth", "markerHeight", "orient"],
    ),
    rule(
        "pattern",
        &[
            "viewBox",
            "preserveAspectRatio",
            "x",
            "y",
            "width",
            "height",
            "patternUnits",
            "patternContentUnits",
            "patternTransform",
            "href",
        ],
    ),
    rule("linearGradient", &["x1", "x2", "y1", "y2", "gradientUnits", "gradientTransform", "spreadMethod", "href"]),
    rule(
        "radialGradient",
        &["cx", "cy", "r", "fx", "fy", "fr", "gradientUnits", "gradientTransform", "spreadMethod", "href"],
    ),
    rule("stop", &["offset"]),
    rule("filter", &["x", "y", "width", "height", "filterUnits", "primitiveUnits"]),
    rule("feBlend", &["result", "in", "in2", "mode"]),
    rule("feFlood", &["result"]),
    rule("feOffset", &["result", "in", "dx", "dy"]),
    rule("path", &["d"]),
    rule("rect", &["x", "y", "width", "height", "rx", "ry"]),
    rule("circle", &["cx", "cy", "r"]),
    rule("ellipse", &["cx", "cy", "rx", "ry"]),
    rule("line", &["x1", "y1", "x2", "y2"]),
    rule("polyline", &["points"]),
    rule("polygon", &["points"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_belong_to_their_element() {
        let contest = Profile::CONTEST;
        let circle = contest.element("circle").unwrap();
        assert!(contest.allows(circle, "r") && contest.allows(circle, "fill") && !contest.allows(circle, "rx"));
    }

    #[test]
    fn no_element_is_listed_twice() {
        let mut names: Vec<&str> = ELEMENTS.iter().map(|element| &*element.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ELEMENTS.len());
    }
}
