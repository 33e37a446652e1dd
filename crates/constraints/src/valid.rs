//! Valid SVG: text that has passed the check.

use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use linocut_svg::{Svg, SvgError};

use crate::expat::{Fault, Source, XmlError};

/// Longest text in bytes that the library's XML parser accepts whatever is in it; longer ones may have too many nodes.
const MAX_UNPARSED: usize = 100_000;

/// SVG that has passed [`check`](crate::check).
#[derive(Clone, Debug)]
pub struct ValidSvg {
    text: String,
    svg: OnceLock<Svg>,
}

impl ValidSvg {
    /// Keeps a text that is valid.
    ///
    /// # Errors
    ///
    /// [`XmlError::Parser`] if the text is long and the library's XML parser accepts neither it nor its equivalent.
    pub(crate) fn new(text: &str) -> Result<Self, Fault> {
        let valid = Self { text: text.to_owned(), svg: OnceLock::new() };
        if text.len() > MAX_UNPARSED {
            let svg = readable(text).map_err(|error| Fault::new(0, XmlError::Parser(error.to_string())))?;
            return Ok(Self { svg: svg.into(), ..valid });
        }
        Ok(valid)
    }

    /// Keeps an SVG that is valid.
    pub(crate) fn from_svg(svg: &Svg) -> Self {
        Self { text: svg.as_str().to_owned(), svg: svg.clone().into() }
    }

    /// The SVG for readers of UTF-8: [`Self::as_str`], or its equivalent without XML declaration if that names another
    /// encoding or a version that such readers refuse.
    ///
    /// It is parsed on the first call. No valid text is known that the library's XML parser reads neither as it is nor in its
    /// equivalent; it would be returned as it is, and whoever reads it reports why that fails.
    #[must_use]
    pub fn svg(&self) -> &Svg {
        self.svg.get_or_init(|| readable(&self.text).unwrap_or_else(|_| Svg::trusted(self.text.clone())))
    }

    /// The text, as it was checked.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Length of the text in bytes of UTF-8.
    #[must_use]
    pub const fn byte_count(&self) -> usize {
        self.text.len()
    }
}

/// The text, or its equivalent that the library's XML parser accepts, for a text that expat accepts.
pub(crate) fn readable(text: &str) -> Result<Svg, SvgError> {
    Svg::new(text).or_else(|error| {
        let Ok(source) = Source::new(text) else { return Err(error) };
        // Names that expat takes and the parser does not: three letters, in some encodings only, and elements of the
        // namespace that `xml` is bound to without a declaration. Nothing of that name is drawn.
        let plain =
            |body: &str| body.replace(['ª', 'µ', 'º'], "o").replace("<xml:", "<xml.").replace("</xml:", "</xml.");
        Svg::new(source.body()).or_else(|_| Svg::new(plain(source.body())))
    })
}

impl PartialEq for ValidSvg {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for ValidSvg {}

impl Hash for ValidSvg {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl AsRef<Svg> for ValidSvg {
    fn as_ref(&self) -> &Svg {
        self.svg()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Profile, check};

    #[test]
    fn the_text_is_kept_as_it_was_checked() {
        for text in ["<svg/>", "<\0s\0v\0g\0/\0>\0", "<?xml version='7' encoding='latin1'?><svg id='é'/>"] {
            let valid = check(text, &Profile::CONTEST).unwrap();
            assert_eq!((valid.as_str(), valid.byte_count()), (text, text.len()));
        }
    }

    #[test]
    fn other_encodings_become_utf8_for_readers() {
        let text = "<\0?\0p\0?\0>\0<\0s\0v\0g\0 \0i\0d\0=\0'\0\u{30}\u{4}'\0/\0>\0";
        assert_eq!(check(text, &Profile::CONTEST).unwrap().svg().as_str(), "<?p?><svg id='\u{430}'/>");
    }

    #[test]
    fn what_only_expat_takes_is_readable_too() {
        for text in ["<svg><xml:g/></svg>", "<?xml version='1' encoding='iso-8859-1'?><g xmlns:ª='u'/>"] {
            assert!(check(text, &Profile::CONTEST).is_ok() && readable(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn long_texts_have_no_more_nodes_than_the_parser_takes() {
        let text = |count: usize| format!("<svg>{}</svg>", "<g/>".repeat(count));
        let profile = Profile { max_bytes: 10_000_000, ..Profile::CONTEST };
        assert!(check(&text(100_000), &profile).is_ok());
        let error = check(&text(200_001), &profile).unwrap_err();
        assert!(error.to_string().contains("nodes limit"), "{error}");
    }
}
