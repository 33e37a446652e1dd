//! Changes that sanitising made, and where.

use std::fmt;

use crate::expat::{Source, clipped};
use crate::limits::MAX_CHANGES;
use crate::place::Places;

/// What a change did. Names and values are cut to 100 characters.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Action {
    /// The document type declaration was dropped.
    Doctype,
    /// A comment was dropped.
    Comment,
    /// A processing instruction was dropped.
    Instruction,
    /// Text was dropped.
    Text,
    /// The element was dropped with its content.
    Element,
    /// The element became a `g`.
    Unwrapped,
    /// The element was dropped because it lies too deep.
    Depth,
    /// The root element was given the namespace of SVG, or its elements lost their prefix.
    Namespace,
    /// White space between elements was dropped, so that the text fits.
    Layout,
    /// The attribute was dropped.
    Attribute {
        /// Its name as spelled.
        name: String,
    },
    /// The style property became an attribute.
    Style {
        /// Its name.
        property: String,
    },
    /// The style property was dropped.
    Property {
        /// Its name.
        property: String,
    },
    /// The attribute, with a prefix, became `href`.
    Href,
    /// An entity in the value of the attribute was dropped.
    Entity {
        /// Name of the attribute.
        attribute: String,
        /// Name of the entity.
        entity: String,
    },
    /// An id that another element has was dropped.
    Id {
        /// The id.
        id: String,
    },
    /// A reference was dropped: it is external or embedded, or its target is missing or of the wrong kind.
    Reference {
        /// Name of the attribute.
        attribute: String,
        /// Its value.
        value: String,
    },
    /// A reference that closes a cycle was dropped.
    Cycle {
        /// Name of the attribute.
        attribute: String,
    },
    /// A reference that makes the drawing too large or too deep was dropped.
    Expansion {
        /// Name of the attribute.
        attribute: String,
    },
    /// A number was reduced or, if it is not finite, dropped with its attribute.
    Number {
        /// Name of the attribute.
        attribute: String,
        /// Its value before.
        value: String,
    },
}

/// One change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Line in the text that was given, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Local name of the element concerned, empty outside of elements.
    pub element: String,
    /// What was done.
    pub action: Action,
}

impl Change {
    pub(super) fn layout() -> Self {
        Self { line: 1, column: 1, element: String::new(), action: Action::Layout }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let element = &self.element;
        write!(f, "{}:{}: ", self.line, self.column)?;
        match &self.action {
            Action::Doctype => f.write_str("dropped the document type"),
            Action::Comment => f.write_str("dropped a comment"),
            Action::Instruction => f.write_str("dropped a processing instruction"),
            Action::Text => write!(f, "dropped text inside `{element}`"),
            Action::Element => write!(f, "dropped element `{element}`"),
            Action::Unwrapped => write!(f, "made element `{element}` a `g`"),
            Action::Depth => write!(f, "dropped element `{element}`, which lies too deep"),
            Action::Namespace => write!(f, "stated the namespace of SVG on `{element}`"),
            Action::Layout => f.write_str("dropped white space between elements"),
            Action::Attribute { name } => write!(f, "dropped attribute `{name}` of `{element}`"),
            Action::Style { property } => write!(f, "made style property `{property}` of `{element}` an attribute"),
            Action::Property { property } => write!(f, "dropped style property `{property}` of `{element}`"),
            Action::Href => write!(f, "took the prefix off attribute `href` of `{element}`"),
            Action::Entity { attribute, entity } => {
                write!(f, "dropped entity `{entity}` in attribute `{attribute}` of `{element}`")
            }
            Action::Id { id } => write!(f, "dropped id `{id}` of `{element}`, which stands twice"),
            Action::Reference { attribute, value } => {
                write!(f, "dropped reference `{value}` in attribute `{attribute}` of `{element}`")
            }
            Action::Cycle { attribute } => write!(f, "broke a cycle at attribute `{attribute}` of `{element}`"),
            Action::Expansion { attribute } => {
                write!(f, "dropped attribute `{attribute}` of `{element}`, which repeats too much")
            }
            Action::Number { attribute, value } => {
                write!(f, "reduced or dropped the number in attribute `{attribute}` of `{element}`, `{value}`")
            }
        }
    }
}

/// The changes so far, by offset.
#[derive(Default)]
pub(super) struct Changes {
    found: Vec<(usize, String, Action)>,
}

impl Changes {
    pub(super) fn add(&mut self, at: usize, element: &str, action: Action) {
        if self.found.len() < MAX_CHANGES {
            self.found.push((at, clipped(element), action));
        }
    }

    /// The changes to a text that has been read.
    pub(super) fn list(self, text: &str) -> Vec<Change> {
        let Ok(source) = Source::new(text) else { return Vec::new() };
        let mut offsets: Vec<usize> = self.found.iter().map(|&(at, ..)| at).collect();
        offsets.sort_unstable();
        offsets.dedup();
        let mut places = Places::new(&source.text);
        let found: Vec<(u32, u32)> = offsets.iter().map(|&offset| places.of(offset)).collect();
        let place = |at: usize| offsets.binary_search(&at).map_or((1, 1), |index| found[index]);
        let change = |(at, element, action)| {
            let (line, column) = place(at);
            Change { line, column, element, action }
        };
        self.found.into_iter().map(change).collect()
    }
}
