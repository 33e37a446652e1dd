//! Elements and selectors that usvg reads otherwise than other renderers.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use roxmltree::{Document, Node};
use svgtypes::{Length, LengthUnit, ViewBox};

use super::Edits;
use super::property::Style;
use super::transform::View;

const SVG: &str = "http://www.w3.org/2000/svg";
/// Longest value in bytes that is added, so that a short text cannot ask for a long one.
const MAX_LENGTH: usize = 1000;
/// Class that stands for `:root`, of the same specificity.
pub(super) const ROOT_CLASS: &str = "linocut-root";

/// Whether an element is of another namespace than SVG's: nothing of it is drawn.
pub(super) fn is_foreign(node: Node<'_, '_>) -> bool {
    node.is_element()
        && node.parent_element().is_some()
        && node.tag_name().namespace().is_some_and(|namespace| namespace != SVG)
}

/// What amending an element needs to know of the whole document.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    /// Elements by id, of equal ids the first.
    pub(super) ids: HashMap<&'a str, Node<'a, 'a>>,
    /// Ids that a `use` refers to.
    pub(super) used: HashSet<&'a str>,
    /// Whether there is a style sheet.
    pub(super) is_styled: bool,
    pub(super) has_vector_effects: bool,
    /// Size of the root's view.
    pub(super) view: View,
    /// How much larger the root is than its view, if that is known.
    pub(super) enlarged: Option<f64>,
    has_markers: bool,
    has_root_selector: bool,
}

impl<'a> Facts<'a> {
    pub(super) fn of(document: &'a Document<'a>) -> Self {
        let mut ids = HashMap::new();
        let mut used = HashSet::new();
        let (mut is_styled, mut has_markers, mut has_root_selector) = (false, false, false);
        for node in document.descendants().filter(Node::is_element) {
            if let Some(id) = node.attribute("id") {
                ids.entry(id).or_insert(node);
            }
            match node.tag_name().name() {
                "use" => used.extend(target(node)),
                "marker" => has_markers = true,
                "style" => {
                    is_styled = true;
                    has_root_selector |= node.children().any(|text| has_root(text.text().unwrap_or_default()));
                }
                _ => {}
            }
        }
        let root = document.root_element();
        let view = root.attribute("viewBox").and_then(|text| ViewBox::from_str(text).ok()).map(|view| (view.w, view.h));
        let width = root.attribute("width").map(|text| {
            Length::from_str(text)
                .ok()
                .filter(|length| length.unit == LengthUnit::None || length.unit == LengthUnit::Px)
        });
        let enlarged = match (width, view) {
            (Some(Some(width)), Some(view)) => Some(width.number / view.0),
            (Some(None), Some(_)) => None,
            _ => Some(1.0),
        };
        let has_vector_effects = document.input_text().contains("vector-effect");
        Self { ids, used, is_styled, has_vector_effects, view, enlarged, has_markers, has_root_selector }
    }
}

/// The id that an element refers to.
fn target<'a>(node: Node<'a, 'a>) -> Option<&'a str> {
    let href = node.attributes().find(|attribute| attribute.name() == "href")?;
    href.value().strip_prefix('#')
}

/// Amends an element.
pub(super) fn amend(node: Node<'_, '_>, facts: &Facts<'_>, style: &mut Style, edits: &mut Edits) {
    match node.tag_name().name() {
        "ellipse" => ellipse(node, edits),
        "use" => instance(node, facts, edits),
        "svg" if node == node.document().root_element() && facts.has_root_selector => root(node, edits),
        _ => {}
    }
    if facts.has_markers && matches!(node.tag_name().name(), "rect" | "circle" | "ellipse") {
        style.added.push_str("marker-start:none;marker-mid:none;marker-end:none;");
    }
}

/// Whether a style sheet has a selector of the root.
pub(super) fn has_root(sheet: &str) -> bool {
    sheet.contains(":root")
}

fn root(node: Node<'_, '_>, edits: &mut Edits) {
    match node.attribute_node("class") {
        Some(class) => {
            let end = class.range_value().end;
            edits.replace(end..end, format!(" {ROOT_CLASS}"));
        }
        None => insert(node, "class", ROOT_CLASS, edits),
    }
}

/// A missing radius is as long as the other (SVG 2, `auto`).
fn ellipse(node: Node<'_, '_>, edits: &mut Edits) {
    let radius = |name| node.attribute(name).filter(|value| *value != "auto");
    for (has, lacks) in [("rx", "ry"), ("ry", "rx")] {
        let (Some(length), None) = (radius(has), radius(lacks)) else { continue };
        match node.attribute_node(lacks) {
            Some(auto) => edits.replace(auto.range_value(), length.to_owned()),
            None => insert(node, lacks, length, edits),
        }
    }
}

/// A symbol's own place is added to that of its use, and its own size counts where the use states none.
fn instance(node: Node<'_, '_>, facts: &Facts<'_>, edits: &mut Edits) {
    let Some(&symbol) = target(node).and_then(|id| facts.ids.get(id)) else { return };
    if symbol.tag_name().name() != "symbol" {
        return;
    }
    for name in ["x", "y"] {
        let number =
            |node: Node<'_, '_>| node.attribute(name).map_or(Some(0.0), |value| value.trim().parse::<f64>().ok());
        let (Some(own), Some(outer)) = (number(symbol).filter(|own| *own != 0.0), number(node)) else { continue };
        set(node, name, &(own + outer).to_string(), edits);
    }
    for name in ["width", "height"] {
        if let (None, Some(own)) = (node.attribute(name), symbol.attribute(name)) {
            insert(node, name, own, edits);
        }
    }
}

/// Gives an attribute of an element a value.
pub(super) fn set(node: Node<'_, '_>, name: &str, value: &str, edits: &mut Edits) {
    match node.attribute_node(name) {
        Some(attribute) => edits.replace(attribute.range_value(), value.to_owned()),
        None => insert(node, name, value, edits),
    }
}

/// Adds an attribute behind the name of an element. The value holds no quotes.
pub(super) fn insert(node: Node<'_, '_>, name: &str, value: &str, edits: &mut Edits) {
    let start = node.range().start;
    let tag = &node.document().input_text()[start..];
    let end = tag.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(tag.len());
    if value.len() <= MAX_LENGTH && !value.contains(['"', '<', '&']) {
        edits.replace(start + end..start + end, format!(" {name}=\"{value}\""));
    }
}

#[cfg(test)]
mod tests {
    use super::super::amended;
    use super::super::tests::amended_body;
    use super::*;

    #[test]
    fn the_other_radius_counts_for_a_missing_one() {
        assert_eq!(amended_body(r#"<ellipse rx="4"/>"#).as_deref(), Some(r#"<ellipse ry="4" rx="4"/>"#));
        assert_eq!(amended_body(r#"<ellipse rx="auto" ry="5%"/>"#).as_deref(), Some(r#"<ellipse rx="5%" ry="5%"/>"#));
        assert_eq!(amended_body("<ellipse/>"), None);
    }

    #[test]
    fn place_and_size_of_a_symbol_count() {
        let symbol = r#"<symbol id="s" x="-10" width="20"/>"#;
        let found = amended_body(&format!(r##"{symbol}<use href="#s" x="50" y="5"/>"##)).unwrap();
        assert_eq!(found, format!(r##"{symbol}<use width="20" href="#s" x="40" y="5"/>"##));
        assert_eq!(amended_body(r##"<symbol id="s"/><use href="#s" x="1"/>"##), None);
        assert_eq!(amended_body(r##"<g id="s" x="3"/><use href="#s"/>"##), None);
    }

    #[test]
    fn shapes_without_vertices_have_no_markers() {
        let found = amended_body(r#"<marker/><rect style="fill:red"/><path/>"#).unwrap();
        let none = "marker-start:none;marker-mid:none;marker-end:none;";
        assert_eq!(found, format!(r#"<marker/><rect style="fill:red;{none}"/><path/>"#));
    }

    #[test]
    fn root_is_a_class_of_the_root() {
        let text = r#"<svg xmlns="http://www.w3.org/2000/svg" class="a"><style>:root{fill:red}</style></svg>"#;
        let found = amended(&Document::parse(text).unwrap()).unwrap().text.unwrap();
        assert!(
            found.contains(r#"class="a linocut-root""#) && found.contains("<style>.linocut-root{fill:red}"),
            "{found}"
        );
    }
}
