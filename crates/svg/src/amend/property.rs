//! Properties of CSS that usvg takes from attributes alone, as attributes.

use roxmltree::Node;
use svgtypes::Length;

use super::element::{Facts, set};
use super::{Edits, Unread, colour, sheet, transform};
use crate::bounds::BoundError;
use crate::style::{Property, Styles};

/// What becomes of an element's `style` attribute.
#[derive(Debug, Default)]
pub(super) struct Style {
    /// Whether its transform has been taken out.
    is_moved: bool,
    /// Declarations to add at its end.
    pub(super) added: String,
}

/// The properties of an element by origin.
pub(super) struct Declared<'a> {
    attributes: Vec<Property<'a>>,
    styles: Vec<Property<'a>>,
}

impl<'a> Declared<'a> {
    /// # Errors
    ///
    /// [`BoundError::Styles`]
    pub(super) fn of(node: Node<'a, 'a>, styles: &Styles<'a>) -> Result<Self, BoundError> {
        let mut attributes = Vec::new();
        styles.properties(node, &mut attributes)?;
        let own = attributes
            .iter()
            .filter(|property| node.attribute_node(property.name).is_some_and(|a| a.range().start == property.at));
        let count = own.count().min(attributes.len());
        let styles = attributes.split_off(count);
        Ok(Self { attributes, styles })
    }

    /// The value that a style gives a property.
    pub(super) fn styled(&self, name: &str) -> Option<&'a str> {
        let named = || self.styles.iter().filter(|property| property.name.eq_ignore_ascii_case(name));
        let chosen = named().rfind(|property| property.is_important).or_else(|| named().next_back());
        chosen.map(|property| property.value.trim())
    }

    /// The value that counts for a property, without inheritance.
    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        let attribute =
            || self.attributes.iter().find(|property| property.name == name).map(|property| property.value.trim());
        self.styled(name).or_else(attribute)
    }
}

/// Properties of an element that are its geometry (SVG 2, "Geometry properties").
fn geometry(element: &str) -> &'static [&'static str] {
    match element {
        "rect" => &["x", "y", "width", "height", "rx", "ry"],
        "circle" => &["cx", "cy", "r"],
        "ellipse" => &["cx", "cy", "rx", "ry"],
        "image" | "foreignObject" => &["x", "y", "width", "height"],
        "path" => &["d"],
        _ => &[],
    }
}

/// Moves what an element's styles say about its geometry and its transform into attributes.
///
/// # Errors
///
/// [`BoundError::Styles`]
pub(super) fn amend<'a>(
    node: Node<'a, 'a>,
    styles: &Styles<'a>,
    facts: &Facts<'a>,
    edits: &mut Edits,
    unread: &mut Unread,
) -> Result<Style, BoundError> {
    let mut style = Style::default();
    if !facts.is_styled && node.attribute("style").is_none() {
        return Ok(style);
    }
    let declared = Declared::of(node, styles)?;
    for name in geometry(node.tag_name().name()) {
        let Some(value) = declared.styled(name) else { continue };
        match attribute(name, value) {
            Some(value) => set(node, name, value, edits),
            None => unread.styles |= value != "auto",
        }
    }
    unread.styles |= declared.styles.iter().any(|property| property.value.contains("var("));
    match transform::of(&declared, facts.view) {
        transform::Found::Nothing => {}
        transform::Found::Attribute(value) => {
            set(node, "transform", &value, edits);
            style.is_moved = true;
        }
        transform::Found::Unread => {
            unread.transforms = true;
            style.is_moved = true;
        }
    }
    Ok(style)
}

/// The value of an attribute that says what a property of the geometry says.
fn attribute<'a>(name: &str, value: &'a str) -> Option<&'a str> {
    if name == "d" {
        let inner = value.strip_prefix("path(")?.strip_suffix(')')?.trim();
        return inner.strip_prefix(['"', '\'']).and_then(|inner| inner.strip_suffix(['"', '\'']));
    }
    value.parse::<Length>().is_ok().then_some(value)
}

/// Writes an element's `style` attribute anew where something of it has changed.
pub(super) fn write_style(node: Node<'_, '_>, style: &Style, edits: &mut Edits) {
    let Some(attribute) = node.attribute_node("style") else {
        if !style.added.is_empty() {
            super::element::insert(node, "style", &style.added, edits);
        }
        return;
    };
    let range = attribute.range_value();
    let old = &node.document().input_text()[range.clone()];
    let mut text = if style.is_moved { sheet::without_transforms(old) } else { old.to_owned() };
    if let Some(coloured) = colour::amended(&text) {
        text = coloured;
    }
    if !style.added.is_empty() {
        text.push(';');
        text.push_str(&style.added);
    }
    if text != old {
        edits.replace(range, text);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Unread;
    use super::super::tests::amended_whole;

    #[test]
    fn geometry_of_styles_counts() {
        for (body, expected) in [
            (r#"<rect width="3" style="width:5px"/>"#, r#"<rect width="5px" style="width:5px"/>"#),
            ("<style>circle{r:25%}</style><circle/>", r#"<style>circle{r:25%}</style><circle r="25%"/>"#),
            (r#"<path style="d:path('M0 0h3')"/>"#, r#"<path d="M0 0h3" style="d:path('M0 0h3')"/>"#),
        ] {
            assert_eq!(amended_whole(body), (Some(expected.to_owned()), Unread::default()));
        }
        let unread = Unread { styles: true, ..Unread::default() };
        assert_eq!(amended_whole(r#"<rect style="width:calc(1px + 2px)"/>"#), (None, unread));
        assert_eq!(amended_whole(r#"<rect style="fill:var(--a)"/>"#), (None, unread));
        assert_eq!(amended_whole(r#"<g style="width:5px"/>"#), (None, Unread::default()));
    }
}
