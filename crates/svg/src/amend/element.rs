//! Elements and selectors that usvg reads otherwise than other renderers.

use std::collections::HashMap;

use roxmltree::{Document, Node};

use super::{Edits, colour};

const SVG: &str = "http://www.w3.org/2000/svg";
/// Longest value in bytes that is added, so that a short text cannot ask for a long one.
const MAX_LENGTH: usize = 1000;
/// Class that stands for `:root`, of the same specificity.
const ROOT_CLASS: &str = "linocut-root";

/// Whether an element is of another namespace than SVG's: nothing of it is drawn.
pub(super) fn is_foreign(node: Node<'_, '_>) -> bool {
    node.is_element()
        && node.parent_element().is_some()
        && node.tag_name().namespace().is_some_and(|namespace| namespace != SVG)
}

/// Symbols by id, of equal ids the first element.
pub(super) type Symbols<'a> = HashMap<&'a str, Node<'a, 'a>>;

/// The symbols of a document.
pub(super) fn symbols<'a>(document: &'a Document<'a>) -> Symbols<'a> {
    let mut elements = HashMap::new();
    for node in document.descendants() {
        if let Some(id) = node.attribute("id") {
            elements.entry(id).or_insert(node);
        }
    }
    elements.retain(|_, node| node.tag_name().name() == "symbol");
    elements
}

/// Amends an element.
pub(super) fn amend(node: Node<'_, '_>, symbols: &Symbols<'_>, edits: &mut Edits) {
    match node.tag_name().name() {
        "ellipse" => ellipse(node, edits),
        "use" => instance(node, symbols, edits),
        "svg" if node == node.document().root_element() && has_root_selector(node.document()) => root(node, edits),
        _ => {}
    }
}

/// Amends a text of a style sheet.
pub(super) fn amend_sheet(node: Node<'_, '_>, edits: &mut Edits) {
    let text = &node.document().input_text()[node.range()];
    let rooted = has_root(text).then(|| text.replace(":root", &format!(".{ROOT_CLASS}")));
    let coloured = colour::amended(rooted.as_deref().unwrap_or(text));
    if let Some(amended) = coloured.or(rooted) {
        edits.replace(node.range(), amended);
    }
}

fn has_root(sheet: &str) -> bool {
    sheet.contains(":root")
}

fn has_root_selector(document: &Document<'_>) -> bool {
    let sheets = document.descendants().filter(|node| node.tag_name().name() == "style");
    sheets.flat_map(|sheet| sheet.children()).any(|text| has_root(text.text().unwrap_or_default()))
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
fn instance(node: Node<'_, '_>, symbols: &Symbols<'_>, edits: &mut Edits) {
    let href = node.attributes().find(|attribute| attribute.name() == "href").map(|attribute| attribute.value());
    let Some(&symbol) = href.and_then(|href| symbols.get(href.strip_prefix('#')?)) else { return };
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

fn set(node: Node<'_, '_>, name: &str, value: &str, edits: &mut Edits) {
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
    fn root_is_a_class_of_the_root() {
        let text = r#"<svg xmlns="http://www.w3.org/2000/svg" class="a"><style>:root{fill:red}</style></svg>"#;
        let found = amended(&Document::parse(text).unwrap()).unwrap();
        assert!(
            found.contains(r#"class="a linocut-root""#) && found.contains("<style>.linocut-root{fill:red}"),
            "{found}"
        );
    }
}
