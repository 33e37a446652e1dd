//! What usvg does not read, written as what it reads: a pass over the text of an SVG before it.
//!
//! - colours in the spellings of CSS 4, and `currentColor` in any case (`colour`)
//! - properties of style sheets and `style` attributes that usvg takes from attributes alone (`property`): geometry, and transforms
//!   in CSS's notation (`transform`)
//! - lines that keep their width under transforms (`stroke`)
//! - values that do not count, and keywords in other cases (`value`)
//! - an ellipse of which one radius is missing, place and size of symbols, elements of other namespaces, markers on shapes that have
//!   none, `:root` (`element`)
//!
//! What remains unread is told by [`Unread`].

mod colour;
mod element;
mod property;
mod sheet;
mod stroke;
mod transform;
mod value;

use std::ops::Range;

use roxmltree::Document;

use crate::bounds::BoundError;
use crate::style::Styles;

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

/// Features of a document that stay unread.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Unread {
    /// Selectors, rules or values of style sheets.
    pub(crate) styles: bool,
    /// Transforms of CSS.
    pub(crate) transforms: bool,
    /// Widths of lines that should not scale.
    pub(crate) strokes: bool,
}

/// A document as usvg should read it.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Amended {
    /// The text, if it is another than the document's.
    pub(crate) text: Option<String>,
    pub(crate) unread: Unread,
}

/// Amends a document.
///
/// # Errors
///
/// [`BoundError::Styles`] if style sheets take too many steps.
pub(crate) fn amended(document: &Document<'_>) -> Result<Amended, BoundError> {
    let (mut edits, mut unread) = (Edits::default(), Unread::default());
    let styles = Styles::of(document);
    let facts = element::Facts::of(document);
    for node in document.descendants() {
        if element::is_foreign(node) {
            edits.replace(node.range(), String::new());
        } else if node.is_element() {
            let mut style = property::amend(node, &styles, &facts, &mut edits, &mut unread)?;
            stroke::amend(node, &styles, &facts, &mut style, &mut unread)?;
            element::amend(node, &facts, &mut style, &mut edits);
            property::write_style(node, &style, &mut edits);
            value::amend(node, &facts, &mut edits);
            colour::amend(node, &mut edits);
        } else if node.is_text() && node.parent_element().is_some_and(|parent| parent.tag_name().name() == "style") {
            sheet::amend(node, &mut edits, &mut unread);
        }
    }
    let text = (!edits.0.is_empty()).then(|| edits.applied(document.input_text()));
    Ok(Amended { text, unread })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A body as it is amended, if it is, and what remains unread.
    pub(super) fn amended_whole(body: &str) -> (Option<String>, Unread) {
        let (head, tail) =
            (r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="urn:x" viewBox="0 0 40 20">"#, "</svg>");
        let text = format!("{head}{body}{tail}");
        let found = amended(&Document::parse(&text).unwrap()).unwrap();
        let body = |text: String| text.strip_prefix(head).unwrap().strip_suffix(tail).unwrap().to_owned();
        (found.text.map(body), found.unread)
    }

    pub(super) fn amended_body(body: &str) -> Option<String> {
        amended_whole(body).0
    }

    #[test]
    fn plain_text_stays() {
        let plain = r##"<style>.a{fill:red}</style><g fill="#abc" style="stroke:rgb(1,2,3)" transform="scale(2)"><ellipse rx="3" ry="4"/></g>"##;
        assert_eq!(amended_whole(plain), (None, Unread::default()));
    }

    #[test]
    fn edits_inside_of_what_goes_are_dropped() {
        let text = r#"<x:g><g fill="CurrentColor"/></x:g><g fill="CurrentColor"/>"#;
        assert_eq!(amended_body(text).as_deref(), Some(r#"<g fill="currentColor"/>"#));
    }
}
