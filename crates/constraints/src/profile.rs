//! The rules as data.

/// An element and the attributes that only it may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ElementRule {
    /// Local name.
    pub name: &'static str,
    /// Attributes allowed beside the common ones.
    pub attributes: &'static [&'static str],
}

/// What is allowed in an SVG.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Profile {
    /// Most bytes of UTF-8.
    pub max_bytes: usize,
    /// Allowed elements by local name; their namespace does not matter.
    pub elements: &'static [ElementRule],
    /// Attributes that every element may have, by local name.
    pub common_attributes: &'static [&'static str],
}

impl Profile {
    /// The contest's rules.
    ///
    /// # Source
    ///
    /// The reference's `SVGConstraints`. Its table of attributes has the common ones under the key `common`, and its
    /// elements are the keys of that table: so an element named `common` is valid there, and here.
    pub const CONTEST: Self = Self { max_bytes: 10_000, elements: CONTEST_ELEMENTS, common_attributes: CONTEST_COMMON };

    /// The rule of an element, if it is allowed.
    #[must_use]
    pub fn element(&self, name: &str) -> Option<&'static ElementRule> {
        self.elements.iter().find(|element| element.name == name)
    }

    /// Whether an element may have an attribute.
    #[must_use]
    pub fn allows(&self, element: &ElementRule, attribute: &str) -> bool {
        self.attribute(element, attribute).is_some()
    }

    /// The name of an attribute, if an element may have it.
    pub(crate) fn attribute(&self, element: &ElementRule, attribute: &str) -> Option<&'static str> {
        element.attributes.iter().chain(self.common_attributes).copied().find(|&name| name == attribute)
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::CONTEST
    }
}

const CONTEST_COMMON: &[&str] = &[
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
    ElementRule { name, attributes }
}

const CONTEST_ELEMENTS: &[ElementRule] = &[
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
        let mut names: Vec<&str> = CONTEST_ELEMENTS.iter().map(|element| element.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CONTEST_ELEMENTS.len());
    }
}
