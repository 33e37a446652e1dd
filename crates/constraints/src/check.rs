//! Checks a text against a profile: returns a [`ValidSvg`] or every violation.

use linocut_svg::Svg;

use crate::expat::{Attribute, Doctype, Fault, QName, Reader, Source, Token, XmlError, clipped};
use crate::place::Places;
use crate::profile::{ElementRule, Profile};
use crate::valid::ValidSvg;
use crate::violation::{Invalid, Rule, Violation};

/// Most violations that are reported; a text of 10,000 bytes has fewer.
pub const MAX_VIOLATIONS: usize = 10_000;

/// Checks a text against a profile.
///
/// Takes time linear in the text and, in addition to it, memory for the result and for the elements that are open at a time.
///
/// # Errors
///
/// [`Invalid`] with every violation up to [`MAX_VIOLATIONS`], in the order of the text. A text that is too long is not
/// read; one that is not well-formed is read up to the first place where it breaks. Names and values in violations are
/// cut to 100 characters. Where a profile allows more than 10,000 bytes, more than 2,500 levels of elements, attributes of
/// an element or namespaces in scope count as not well-formed.
///
/// # Source
///
/// The contest's reference, which reads with expat 2.5 through Python: XML 1.0, fourth edition, in the declared encoding.
/// Elements and attributes count by local name, `data:` in any case, `;base64` as spelled, `href` of any namespace.
pub fn check(text: &str, profile: &Profile) -> Result<ValidSvg, Invalid> {
    inspect(text, profile)?;
    ValidSvg::new(text).map_err(|fault| broken(&fault, text))
}

/// Checks bytes, which must be UTF-8, against a profile.
///
/// # Errors
///
/// As [`check`], and [`Rule::Utf8`] for the first byte that is not UTF-8.
pub fn check_bytes(bytes: &[u8], profile: &Profile) -> Result<ValidSvg, Invalid> {
    if bytes.len() > profile.max_bytes {
        return Err(Invalid::at(1, 1, Rule::Bytes { actual: bytes.len(), limit: profile.max_bytes }));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => check(text, profile),
        Err(error) => {
            let whole = &bytes[..error.valid_up_to()];
            let (line, column) = Places::new(str::from_utf8(whole).unwrap_or_default()).of(whole.len());
            Err(Invalid::at(line, column, Rule::Utf8 { byte: bytes[whole.len()] }))
        }
    }
}

/// Checks an SVG against a profile.
///
/// # Errors
///
/// As [`check`].
pub fn check_svg(svg: &Svg, profile: &Profile) -> Result<ValidSvg, Invalid> {
    inspect(svg.as_str(), profile).map(|()| ValidSvg::from_svg(svg))
}

fn inspect(text: &str, profile: &Profile) -> Result<(), Invalid> {
    if text.len() > profile.max_bytes {
        return Err(Invalid::at(1, 1, Rule::Bytes { actual: text.len(), limit: profile.max_bytes }));
    }
    let source = Source::new(text).map_err(|fault| broken(&fault, text))?;
    let check = Check { profile, places: Places::new(&source.text), violations: Vec::new(), last: None };
    let violations = check.read(&source);
    if violations.is_empty() { Ok(()) } else { Err(Invalid { violations }) }
}

fn broken(fault: &Fault, text: &str) -> Invalid {
    let (line, column) = Places::new(text).of(fault.at);
    Invalid::at(line, column, rule_of(&fault.error))
}

fn rule_of(error: &XmlError) -> Rule {
    match error {
        XmlError::Doctype => Rule::Dtd,
        error => Rule::Xml(error.clone()),
    }
}

/// A check in progress.
struct Check<'a> {
    profile: &'a Profile,
    places: Places<'a>,
    violations: Vec<Violation>,
    /// The rule of the previous element: most files repeat an element many times.
    last: Option<&'a ElementRule>,
}

impl Check<'_> {
    /// Reads a source and returns its violations.
    fn read(mut self, source: &Source<'_>) -> Vec<Violation> {
        let mut reader = Reader::new(source, Doctype::Refuse);
        while self.violations.len() < MAX_VIOLATIONS {
            match reader.next() {
                Ok(None) => break,
                Ok(Some(Token::Start { at, name })) => self.element(at, name, reader.attributes()),
                Ok(Some(_)) => {}
                Err(fault) => {
                    self.add(fault.at, None, None, rule_of(&fault.error));
                    break;
                }
            }
        }
        self.violations.truncate(MAX_VIOLATIONS);
        self.violations
    }

    fn element(&mut self, at: usize, name: QName<'_>, attributes: &[Attribute<'_>]) {
        let element = name.local();
        if self.last.is_none_or(|last| last.name != element) {
            self.last = self.profile.element(element);
        }
        match self.last {
            None => self.add(at, Some(element), None, Rule::Element),
            Some(rule) => attributes.iter().for_each(|attribute| self.attribute(rule, attribute)),
        }
    }

    fn attribute(&mut self, element: &ElementRule, attribute: &Attribute<'_>) {
        let (name, value) = (attribute.name.local(), &attribute.value);
        let reference = || {
            let beginning = value.beginning();
            (!beginning.starts_with('#')).then(|| Rule::Reference(clipped(&beginning)))
        };
        let (has_data, has_base64) = value.embeds();
        let broken = [
            (!self.profile.allows(element, name)).then_some(Rule::Attribute),
            has_data.then_some(Rule::EmbeddedData),
            has_base64.then_some(Rule::Base64),
            if name == "href" { reference() } else { None },
        ];
        for rule in broken.into_iter().flatten() {
            self.add(attribute.at, Some(&element.name), Some(name), rule);
        }
    }

    fn add(&mut self, at: usize, element: Option<&str>, attribute: Option<&str>, rule: Rule) {
        let (line, column) = self.places.of(at);
        let (element, attribute) = (element.map(clipped), attribute.map(clipped));
        self.violations.push(Violation { line, column, element, attribute, rule });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(body: &str) -> Vec<Rule> {
        let text =
            format!("<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>{body}</svg>");
        check(&text, &Profile::CONTEST)
            .err()
            .map_or_else(Vec::new, |e| e.violations.into_iter().map(|v| v.rule).collect())
    }

    #[test]
    fn internal_references_of_any_prefix_are_valid() {
        assert_eq!(rules("<use href='#a'/><use xlink:href='#b'/><rect clip-path='url(#c)'/>"), []);
        assert_eq!(rules("<use xlink:href='a.svg#b'/>"), [Rule::Reference("a.svg#b".to_owned())]);
    }

    #[test]
    fn every_violation_is_reported_up_to_the_first_break() {
        let found = rules("<image/><rect style='fill:red' id='DATA:;base64'/><g>&x;");
        let broken = Rule::Xml(XmlError::Entity("x".to_owned()));
        assert_eq!(found, [Rule::Element, Rule::Attribute, Rule::EmbeddedData, Rule::Base64, broken]);
    }

    #[test]
    fn violations_say_where_they_are() {
        let error = check("<svg>\n  <g x='1'/></svg>", &Profile::CONTEST).unwrap_err();
        let violation = &error.violations[0];
        assert_eq!((violation.line, violation.column), (2, 6));
        assert_eq!(error.to_string(), "2:6: attribute `x` is not allowed on `g`");
    }

    #[test]
    fn one_byte_too_many_is_too_many() {
        let text = |bytes: usize| format!("<svg id='{}'/>", "a".repeat(bytes - "<svg id=''/>".len()));
        assert!(check(&text(10_000), &Profile::CONTEST).is_ok());
        let error = check(&text(10_001), &Profile::CONTEST).unwrap_err();
        assert_eq!(error.violations[0].rule, Rule::Bytes { actual: 10_001, limit: 10_000 });
    }

    #[test]
    fn a_document_type_is_refused_as_such() {
        let error = check("<!DOCTYPE svg><svg/>", &Profile::CONTEST).unwrap_err();
        assert_eq!(error.violations[0].rule, Rule::Dtd);
    }

    #[test]
    fn bytes_that_are_not_utf8_are_refused_where_they_are() {
        assert!(check_bytes(b"<svg/>", &Profile::CONTEST).is_ok());
        let error = check_bytes(b"<svg>\n\xc3\xa9\xff</svg>", &Profile::CONTEST).unwrap_err();
        assert_eq!(error.to_string(), "2:2: byte 0xff is not UTF-8");
    }

    #[test]
    fn thousands_of_levels_neither_crash_nor_hang() {
        let text = format!("{}{}", "<g>".repeat(1400), "</g>".repeat(1400));
        assert!(check(&text, &Profile::CONTEST).is_ok());
    }
}
