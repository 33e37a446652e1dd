//! The reference graph of a document: its elements, their children, and what they refer to.

use roxmltree::Document;

use super::error::{BoundError, Place, clipped};
use super::link::Times;
use super::size::Size;

/// Elements whose content is not drawn where it stands.
const UNDRAWN: &[&str] =
    &["defs", "symbol", "marker", "pattern", "mask", "clipPath", "filter", "linearGradient", "radialGradient"];

pub(super) struct Link {
    pub(super) to: usize,
    pub(super) times: Times,
    pub(super) name: &'static str,
    pub(super) at: usize,
}

pub(super) struct Element<'a> {
    pub(super) name: &'a str,
    pub(super) at: usize,
    pub(super) children: Vec<usize>,
    pub(super) links: Vec<Link>,
    pub(super) own: Size,
    /// Attributes that say `none` where they could refer, and so are not inherited.
    pub(super) none: Vec<&'static str>,
}

/// The elements of a document in its order, with what they contain and refer to.
pub(super) struct Graph<'a> {
    pub(super) document: &'a Document<'a>,
    pub(super) elements: Vec<Element<'a>>,
}

impl Graph<'_> {
    pub(super) fn excess(
        &self,
        index: usize,
        at: Option<(&str, usize)>,
        what: &'static str,
        actual: u64,
        limit: u64,
    ) -> BoundError {
        BoundError::Expansion { place: self.place(index, at), what, actual, limit }
    }

    pub(super) fn place(&self, index: usize, attribute: Option<(&str, usize)>) -> Place {
        let element = &self.elements[index];
        let position = self.document.text_pos_at(attribute.map_or(element.at, |(_, at)| at));
        let attribute = attribute.map(|(name, _)| clipped(name));
        Place { line: position.row, column: position.col, element: clipped(element.name), attribute }
    }

    /// Which elements are drawn, by themselves or through references.
    pub(super) fn shown(&self) -> Vec<bool> {
        let mut shown = vec![false; self.elements.len()];
        let mut open: Vec<usize> = if self.elements.is_empty() { vec![] } else { vec![0] };
        while let Some(index) = open.pop() {
            if std::mem::replace(&mut shown[index], true) {
                continue;
            }
            let element = &self.elements[index];
            let drawn = |&&child: &&usize| !UNDRAWN.contains(&self.elements[child].name);
            open.extend(element.children.iter().filter(drawn));
            open.extend(element.links.iter().map(|link| link.to));
        }
        shown
    }
}
