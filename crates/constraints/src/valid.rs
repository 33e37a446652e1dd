//! SVG that has passed the gate.

use linocut_svg::Svg;

use crate::expat::{Fault, Source, XmlError};

/// SVG that has passed [`check`](crate::check).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ValidSvg {
    svg: Svg,
    /// The text, where `svg` has another.
    text: Option<String>,
}

impl ValidSvg {
    /// Keeps a text that is valid.
    ///
    /// # Errors
    ///
    /// [`XmlError::Parser`] if the library's XML parser takes neither the text nor its equivalent in UTF-8.
    pub(crate) fn new(text: &str, source: &Source<'_>) -> Result<Self, Fault> {
        if let Ok(svg) = Svg::new(text) {
            return Ok(Self { svg, text: None });
        }
        // The three letters that expat takes in names of some encodings only; nothing that is drawn has them.
        let plain = |body: &str| body.replace(['ª', 'µ', 'º'], "o");
        let svg = Svg::new(source.body()).or_else(|_| Svg::new(plain(source.body())));
        let svg = svg.map_err(|error| Fault::new(0, XmlError::Parser(error.to_string())))?;
        Ok(Self { svg, text: Some(text.to_owned()) })
    }

    /// The SVG as readers of UTF-8 take it: [`Self::as_str`], or its equivalent without XML declaration if that is in
    /// another encoding or of a version that such readers refuse.
    #[must_use]
    pub const fn svg(&self) -> &Svg {
        &self.svg
    }

    /// The text, as it was checked.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.as_deref().unwrap_or(self.svg.as_str())
    }

    /// Length of the text in bytes of UTF-8.
    #[must_use]
    pub fn byte_count(&self) -> usize {
        self.as_str().len()
    }
}

impl AsRef<Svg> for ValidSvg {
    fn as_ref(&self) -> &Svg {
        self.svg()
    }
}

#[cfg(test)]
mod tests {
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
}
