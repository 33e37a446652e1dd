//! Tokens: the pieces that the reader splits a text into.

use super::tag::QName;

/// A piece of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Token<'a> {
    /// An element begins; its attributes are [`Reader::attributes`](super::Reader::attributes).
    Start {
        /// Offset of its `<` in bytes.
        at: usize,
        /// Its name.
        name: QName<'a>,
    },
    /// The innermost element ends.
    End,
    /// Text or a CDATA section inside an element, or white space outside.
    Text {
        /// Offset in bytes.
        at: usize,
        /// Where it ends.
        end: usize,
    },
    /// A comment.
    Comment {
        /// Offset in bytes.
        at: usize,
    },
    /// A processing instruction.
    Instruction {
        /// Offset in bytes.
        at: usize,
    },
    /// A document type declaration.
    Doctype {
        /// Offset in bytes.
        at: usize,
    },
}
