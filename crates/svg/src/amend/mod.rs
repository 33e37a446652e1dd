//! What usvg does not read, written as what it reads: a pass over the text of an SVG before it.
//!
//! - colours in the spellings of CSS 4, and `currentColor` in any case (`colour`)
//! - the CSS property `transform` in a `style` attribute (`transform`)
//! - an ellipse of which one radius is missing, place and size of symbols, elements of other namespaces, `:root` (`element`)

mod colour;
mod element;
mod transform;

use std::ops::Range;

use roxmltree::Document;

/// Places of the text and what is to stand there.
#[derive(Debug, Default)]
struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    fn replace(&mut self, range: Range<usize>, with: String) {
        self.0.push((range, with));
    }

    /// The text with all edits; what lies inside another edit is dropped with it.
    fn applied(mut self, text: &str) -> String {
        self.0.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        for (range, with) in self.0 {
            if range.start >= at {
                out.push_str(&text[at..range.start]);
                out.push_str(&with);
                at = range.end;
            }
        }
        out.push_str(&text[at..]);
        out
    }
}

/// The text of a document as usvg reads it, if that is another.
pub(crate) fn amended(document: &Document<'_>) -> Option<String> {
    let mut edits = Edits::default();
    let symbols = element::symbols(document);
    for node in document.descendants() {
        if element::is_foreign(node) {
            edits.replace(node.range(), String::new());
        } else if node.is_element() {
            colour::amend(node, &mut edits);
            transform::amend(node, &mut edits);
            element::amend(node, &symbols, &mut edits);
        } else if node.is_text() && node.parent_element().is_some_and(|parent| parent.tag_name().name() == "style") {
            element::amend_sheet(node, &mut edits);
        }
    }
    (!edits.0.is_empty()).then(|| edits.applied(document.input_text()))
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn amended_body(body: &str) -> Option<String> {
        let (head, tail) = (r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="urn:x">"#, "</svg>");
        let text = format!("{head}{body}{tail}");
        let found = amended(&Document::parse(&text).unwrap())?;
        Some(found.strip_prefix(head).unwrap().strip_suffix(tail).unwrap().to_owned())
    }

    #[test]
    fn plain_text_stays() {
        let plain = r##"<style>.a{fill:red}</style><g fill="#abc" style="stroke:rgb(1,2,3)" transform="scale(2)"><ellipse rx="3" ry="4"/></g>"##;
        assert_eq!(amended_body(plain), None);
    }

    #[test]
    fn edits_inside_of_what_goes_are_dropped() {
        let text = r#"<x:g><g fill="CurrentColor"/></x:g><g fill="CurrentColor"/>"#;
        assert_eq!(amended_body(text).as_deref(), Some(r#"<g fill="currentColor"/>"#));
    }
}
