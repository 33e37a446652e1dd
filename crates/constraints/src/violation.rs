//! Violations: which rule an SVG breaks, and where.

use std::fmt;

use thiserror::Error;

use crate::expat::XmlError;

/// A rule that is broken.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Rule {
    /// The text is too long.
    Bytes {
        /// Its length in bytes of UTF-8.
        actual: usize,
        /// The most that is allowed.
        limit: usize,
    },
    /// The text is not UTF-8; the first byte that is not.
    Utf8 {
        /// The byte.
        byte: u8,
    },
    /// The text is not well-formed XML.
    Xml(XmlError),
    /// The text has a document type declaration.
    Dtd,
    /// The element is not allowed.
    Element,
    /// The attribute is not allowed on this element.
    Attribute,
    /// The attribute's value contains `data:`.
    EmbeddedData,
    /// The attribute's value contains `;base64`.
    Base64,
    /// The attribute `href` does not begin with `#`; its value, at most 100 characters of it.
    Reference(String),
}

/// One violation of a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Local name of the element concerned, if any.
    pub element: Option<String>,
    /// Local name of the attribute concerned, if any.
    pub attribute: Option<String>,
    /// The rule.
    pub rule: Rule,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let element = self.element.as_deref().unwrap_or_default();
        let attribute = self.attribute.as_deref().unwrap_or_default();
        write!(f, "{}:{}: ", self.line, self.column)?;
        match &self.rule {
            Rule::Bytes { actual, limit } => write!(f, "{actual} bytes, at most {limit} are allowed"),
            Rule::Utf8 { byte } => write!(f, "byte {byte:#04x} is not UTF-8"),
            Rule::Xml(message) => write!(f, "not well-formed: {message}"),
            Rule::Dtd => f.write_str("a document type declaration is not allowed"),
            Rule::Element => write!(f, "element `{element}` is not allowed"),
            Rule::Attribute => write!(f, "attribute `{attribute}` is not allowed on `{element}`"),
            Rule::EmbeddedData => write!(f, "attribute `{attribute}` of `{element}` contains `data:`"),
            Rule::Base64 => write!(f, "attribute `{attribute}` of `{element}` contains `;base64`"),
            Rule::Reference(value) => {
                write!(f, "attribute `{attribute}` of `{element}` is `{value}`, expected a value that begins with `#`")
            }
        }
    }
}

/// Why an SVG is not valid: all violations, in the order of the text.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub struct Invalid {
    /// At least one violation.
    pub violations: Vec<Violation>,
}

impl Invalid {
    /// One violation of the text as a whole.
    pub(crate) fn at(line: u32, column: u32, rule: Rule) -> Self {
        Self { violations: vec![Violation { line, column, element: None, attribute: None, rule }] }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.violations.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{violation}")?;
        }
        Ok(())
    }
}
