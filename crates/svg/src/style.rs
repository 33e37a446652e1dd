//! Attributes and CSS properties of elements, as usvg reads them.

use std::cell::Cell;

use roxmltree::{Document, Node};
use simplecss::{AttributeOperator, Declaration, DeclarationTokenizer, PseudoClass, StyleSheet};

use crate::bounds::BoundError;

/// Most steps from element to element while selectors are tried.
const MAX_STEPS: usize = 4_000_000;

/// An attribute, or a property of a style.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Property<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
    /// The byte where it, or the element that it styles, begins.
    pub(crate) at: usize,
    /// Whether others do not take its place.
    pub(crate) is_important: bool,
}

/// The style sheets of a document.
pub(crate) struct Styles<'a> {
    sheet: StyleSheet<'a>,
    steps: Cell<usize>,
}

impl<'a> Styles<'a> {
    /// Reads all style sheets.
    pub(crate) fn of(document: &'a Document<'a>) -> Self {
        let mut sheet = StyleSheet::new();
        for node in document.descendants().filter(|node| node.has_tag_name("style")) {
            let is_css = node.attribute("type").is_none_or(|kind| kind == "text/css");
            if let Some(text) = node.text().filter(|_| is_css) {
                sheet.parse_more(text);
            }
        }
        Self { sheet, steps: Cell::new(0) }
    }

    /// Steps that selectors took for all elements so far.
    pub(crate) const fn steps(&self) -> usize {
        self.steps.get()
    }

    /// All attributes, then the properties of style sheets and of the `style` attribute.
    pub(crate) fn properties(&self, node: Node<'a, 'a>, found: &mut Vec<Property<'a>>) -> Result<(), BoundError> {
        found.clear();
        self.steps.set(self.steps.get() + 1);
        if !is_own(node.tag_name().namespace()) {
            return Ok(());
        }
        let declared =
            |d: &Declaration<'a>, at| Property { name: d.name, value: d.value, at, is_important: d.important };
        let at = node.range().start;
        for attribute in node.attributes().filter(|attribute| is_own(attribute.namespace())) {
            let (name, value, at) = (attribute.name(), attribute.value(), attribute.range().start);
            found.push(Property { name, value, at, is_important: false });
        }
        for rule in &self.sheet.rules {
            self.steps.set(self.steps.get() + 1);
            if rule.selector.matches(&Styled { node, steps: &self.steps }) {
                found.extend(rule.declarations.iter().map(|d| declared(d, at)));
            }
        }
        if let Some(style) = node.attribute_node("style") {
            found.extend(DeclarationTokenizer::from(style.value()).map(|d| declared(&d, style.range().start)));
        }
        let (actual, limit) = (self.steps.get(), MAX_STEPS);
        if actual > limit { Err(BoundError::Styles { actual, limit }) } else { Ok(()) }
    }
}

/// Whether a namespace is one that usvg reads.
fn is_own(namespace: Option<&str>) -> bool {
    let own = ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "http://www.w3.org/XML/1998/namespace"];
    namespace.is_none_or(|namespace| own.contains(&namespace))
}

/// An element to selectors; beyond [`MAX_STEPS`] it has no relatives, so that trying ends.
struct Styled<'s, 'a> {
    node: Node<'a, 'a>,
    steps: &'s Cell<usize>,
}

impl Styled<'_, '_> {
    fn step(&self, to: impl FnOnce() -> Option<Self>) -> Option<Self> {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MAX_STEPS { None } else { to() }
    }
}

impl simplecss::Element for Styled<'_, '_> {
    fn parent_element(&self) -> Option<Self> {
        self.step(|| self.node.parent_element().map(|node| Self { node, steps: self.steps }))
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.step(|| self.node.prev_sibling_element().map(|node| Self { node, steps: self.steps }))
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.node.tag_name().name() == name
    }

    fn attribute_matches(&self, name: &str, operator: AttributeOperator<'_>) -> bool {
        self.node.attribute(name).is_some_and(|value| operator.matches(value))
    }

    fn pseudo_class_matches(&self, class: PseudoClass<'_>) -> bool {
        matches!(class, PseudoClass::FirstChild) && self.prev_sibling_element().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, name: &str) -> Vec<(String, bool)> {
        let document = Document::parse(text).unwrap();
        let mut found = Vec::new();
        Styles::of(&document).properties(document.root_element(), &mut found).unwrap();
        found.iter().filter(|p| p.name == name).map(|p| (p.value.to_owned(), p.is_important)).collect()
    }

    #[test]
    fn attributes_come_first_and_the_own_style_last() {
        let text = "<svg style='fill:red' fill='green'><style>svg{fill:blue!important}</style></svg>";
        let expected = [("green", false), ("blue", true), ("red", false)];
        assert_eq!(values(text, "fill"), expected.map(|(value, important)| (value.to_owned(), important)));
    }

    #[test]
    fn other_programs_attributes_are_none_of_svg() {
        assert_eq!(values("<svg xmlns:i='urn:i' i:width='1e99'/>", "width"), []);
        assert_eq!(values("<i:svg xmlns:i='urn:i' width='1e99'/>", "width"), []);
    }
}
