//! Errors of reading a written drawing.

use std::fmt;

use roxmltree::Node;
use thiserror::Error;

/// What [`Drawing::write`](crate::Drawing::write) would never have written, and where.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{line}:{column}: {problem}")]
pub struct ParseError {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a text.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Problem {
    /// It is not well-formed XML; the parser's message.
    Xml(String),
    /// An element that is never written.
    Element(String),
    /// An attribute that is never written on this element, or a value that is not.
    Attribute {
        /// The element.
        element: String,
        /// The attribute.
        attribute: String,
        /// Its value; empty where it is missing.
        value: String,
    },
    /// A reference to a gradient that is not defined.
    Reference(String),
    /// Text between elements.
    Text,
    /// Groups nested too deeply.
    Depth {
        /// The deepest nesting that is read.
        most: usize,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Xml(message) => write!(f, "not well-formed: {message}"),
            Self::Element(name) => write!(f, "element `{name}` is not part of a written drawing"),
            Self::Attribute { element, attribute, value } => {
                write!(f, "attribute `{attribute}` of `{element}` is `{value}`, which is never written")
            }
            Self::Reference(id) => write!(f, "gradient `{id}` is not defined"),
            Self::Text => f.write_str("text between elements"),
            Self::Depth { most } => write!(f, "groups are nested more than {most} deep"),
        }
    }
}

impl ParseError {
    pub(super) fn at(node: Node<'_, '_>, problem: Problem) -> Self {
        let position = node.document().text_pos_at(node.range().start);
        Self { line: position.row, column: position.col, problem }
    }

    pub(super) fn element(node: Node<'_, '_>) -> Self {
        Self::at(node, Problem::Element(node.tag_name().name().to_owned()))
    }

    pub(super) fn attribute(node: Node<'_, '_>, attribute: &str) -> Self {
        let value = node.attribute(attribute).unwrap_or_default().to_owned();
        let element = node.tag_name().name().to_owned();
        Self::at(node, Problem::Attribute { element, attribute: attribute.to_owned(), value })
    }
}

impl From<roxmltree::Error> for ParseError {
    fn from(error: roxmltree::Error) -> Self {
        let position = error.pos();
        Self { line: position.row, column: position.col, problem: Problem::Xml(error.to_string()) }
    }
}
