//! Errors of text that is not well-formed XML to expat.

use thiserror::Error;

/// Why a text is not well-formed XML to expat.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum XmlError {
    /// A character that XML never has.
    #[error("character U+{code:04X} is not allowed", code = u32::from(*.0))]
    Character(char),
    /// A byte that the declared encoding leaves out.
    #[error("byte {byte:#04X} is no character of encoding `{encoding}`")]
    Byte {
        /// The byte.
        byte: u8,
        /// The encoding's name as declared.
        encoding: String,
    },
    /// The declared encoding is unknown or is not that of the text.
    #[error("encoding `{0}` is not that of the text, or not known")]
    Encoding(String),
    /// The XML declaration is malformed.
    #[error("malformed XML declaration, expected {0}")]
    Declaration(&'static str),
    /// The text ends too early.
    #[error("the text ends, expected {0}")]
    End(&'static str),
    /// A character that does not belong there.
    #[error("unexpected `{found}`, expected {expected}")]
    Unexpected {
        /// The character.
        found: char,
        /// What may stand there.
        expected: &'static str,
    },
    /// `]]>` in text.
    #[error("`]]>` outside a CDATA section")]
    CdataEnd,
    /// `--` in a comment.
    #[error("`--` inside a comment")]
    DoubleHyphen,
    /// A processing instruction named `xml` in any case, not at the start.
    #[error("processing instruction `{0}` is not allowed here")]
    Instruction(String),
    /// An end tag that does not fit its start tag.
    #[error("end tag `{found}`, expected `{expected}`")]
    Tag {
        /// Its name.
        found: String,
        /// The name of the open element.
        expected: String,
    },
    /// An attribute stands twice, as spelled or by its namespace and local name.
    #[error("attribute `{0}` stands twice")]
    Duplicate(String),
    /// A character reference to no character.
    #[error("reference `{0}` is to no character")]
    Reference(String),
    /// An entity that is not declared.
    #[error("entity `{0}` is not declared")]
    Entity(String),
    /// A prefix without a namespace.
    #[error("prefix `{0}` is not bound to a namespace")]
    Prefix(String),
    /// A reserved or empty namespace, or one with `}` in its name.
    #[error("prefix `{prefix}` must not be bound to namespace `{namespace}`")]
    Namespace {
        /// The prefix, empty for the default namespace.
        prefix: String,
        /// The namespace.
        namespace: String,
    },
    /// The text has a document type declaration.
    #[error("a document type declaration is not allowed")]
    Doctype,
    /// The text goes beyond a limit that no text of 10,000 bytes reaches.
    #[error("more than {limit} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// Only the library's XML parser refuses the text; its message.
    #[error("{0}")]
    Parser(String),
}

/// An [`XmlError`] and where it is, as a byte offset into the text that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    pub(crate) at: usize,
    pub(crate) error: XmlError,
}

impl Fault {
    pub(crate) const fn new(at: usize, error: XmlError) -> Self {
        Self { at, error }
    }
}

/// The first 100 characters of a name or value, for a message.
pub(crate) fn clipped(text: &str) -> String {
    match text.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut() {
        assert_eq!(clipped(&"é".repeat(100)), "é".repeat(100));
        assert_eq!(clipped(&"é".repeat(101)), format!("{}…", "é".repeat(100)));
    }

    #[test]
    fn characters_are_named_by_code() {
        assert_eq!(XmlError::Character('\0').to_string(), "character U+0000 is not allowed");
    }
}
