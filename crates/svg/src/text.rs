//! Well-formed SVG text.

use std::fmt;

use thiserror::Error;

/// Most XML nodes that a text may have.
pub(crate) const MAX_NODES: u32 = 200_000;

/// Well-formed XML without a DTD, meant as SVG.
///
/// This says nothing about a contest's rules, which `linocut-constraints` checks, nor about whether the SVG draws anything,
/// which shows when it is rendered.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Svg(String);

impl Svg {
    /// Checks that the text is well-formed XML without a DTD.
    ///
    /// # Errors
    ///
    /// [`SvgError`] for text that is not well-formed or has a DTD or more than 200,000 nodes.
    pub fn new(text: impl Into<String>) -> Result<Self, SvgError> {
        let text = text.into();
        let options = roxmltree::ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..Default::default() };
        roxmltree::Document::parse_with_options(&text, options)?;
        Ok(Self(text))
    }

    /// Text that is known to be well-formed, such as by another parser; it is not looked at. Who reads it, a renderer
    /// for one, reports what cannot be read.
    #[must_use]
    pub const fn trusted(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Length of the text in bytes of UTF-8.
    #[must_use]
    pub fn byte_count(&self) -> usize {
        self.0.len()
    }

    /// The text, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl AsRef<str> for Svg {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Svg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text is not an [`Svg`]: not well-formed, or beyond the limits.
#[derive(Debug, Error)]
#[error("not well-formed XML: {0}")]
pub struct SvgError(#[from] roxmltree::Error);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_a_minimal_picture() {
        assert_eq!(Svg::new("<svg/>").unwrap().byte_count(), 6);
    }

    #[test]
    fn refuses_broken_xml_and_a_dtd() {
        for text in ["", "<svg>", "<svg></g>", "<!DOCTYPE svg><svg/>", "plain"] {
            assert!(Svg::new(text).is_err(), "{text}");
        }
    }
}
