//! Writes a tree of elements as SVG text.

use super::tree::{SVG, Tree};

/// Writes a tree, without white space between elements.
pub(super) fn write(tree: &Tree<'_>) -> String {
    let mut text = String::new();
    if !tree.is_empty() {
        element(tree, 0, &mut text);
    }
    text
}

/// Writes an element and what is inside; there are at most as many levels as a file may have.
fn element(tree: &Tree<'_>, index: usize, text: &mut String) {
    let element_ = &tree[index];
    let name = &*element_.rule.name;
    text.push('<');
    text.push_str(name);
    if index == 0 {
        attribute("xmlns", SVG, text);
    }
    for (name, value) in &element_.attributes {
        attribute(name, value, text);
    }
    if element_.children.is_empty() {
        return text.push_str("/>");
    }
    text.push('>');
    for &child in &element_.children {
        element(tree, child, text);
    }
    text.push_str("</");
    text.push_str(name);
    text.push('>');
}

fn attribute(name: &str, value: &str, text: &mut String) {
    text.push(' ');
    text.push_str(name);
    text.push_str("=\"");
    for c in value.chars() {
        match c {
            '"' => text.push_str("&quot;"),
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '\t' => text.push_str("&#9;"),
            '\n' => text.push_str("&#10;"),
            '\r' => text.push_str("&#13;"),
            c => text.push(c),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_back_as_they_are() {
        let mut text = String::new();
        attribute("id", "a\"<&>'\n\té", &mut text);
        assert_eq!(text, " id=\"a&quot;&lt;&amp;>'&#10;&#9;é\"");
    }
}
