//! The gate: text in, [`ValidSvg`] or every violation out.

use linocut_svg::Svg;
use roxmltree::{Attribute, Document, Node, ParsingOptions};

use crate::profile::Profile;
use crate::violation::{Invalid, Rule, Violation};

/// SVG that has passed [`check`].
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ValidSvg(Svg);

impl ValidSvg {
    /// The SVG.
    #[must_use]
    pub const fn svg(&self) -> &Svg {
        &self.0
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Length of the text in bytes of UTF-8.
    #[must_use]
    pub fn byte_count(&self) -> usize {
        self.0.byte_count()
    }
}

impl AsRef<Svg> for ValidSvg {
    fn as_ref(&self) -> &Svg {
        self.svg()
    }
}

/// Checks a text against a profile.
///
/// # Errors
///
/// [`Invalid`] with every violation. A text that is too long is not read further, one that is not well-formed has the
/// first place where it breaks.
///
/// # Source
///
/// The contest's reference: elements and attributes by local name, `data:` in any case, `;base64` as spelled, `href` of
/// any namespace.
pub fn check(text: &str, profile: &Profile) -> Result<ValidSvg, Invalid> {
    let one = |violation| Invalid { violations: vec![violation] };
    if text.len() > profile.max_bytes {
        let rule = Rule::Bytes { actual: text.len(), limit: profile.max_bytes };
        return Err(one(Violation { line: 1, column: 1, element: None, attribute: None, rule }));
    }
    // No text within the limit has more nodes than bytes.
    let nodes_limit = u32::try_from(text.len()).unwrap_or(u32::MAX).max(1);
    let options = ParsingOptions { allow_dtd: false, nodes_limit, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| one(from_xml(&error)))?;
    let violations: Vec<Violation> =
        document.descendants().filter(Node::is_element).flat_map(|node| violations_of(node, profile)).collect();
    if !violations.is_empty() {
        return Err(Invalid { violations });
    }
    Svg::new(text).map(ValidSvg).map_err(|error| {
        one(Violation { line: 1, column: 1, element: None, attribute: None, rule: Rule::Xml(error.to_string()) })
    })
}

/// Checks an SVG against a profile.
///
/// # Errors
///
/// As [`check`].
pub fn check_svg(svg: &Svg, profile: &Profile) -> Result<ValidSvg, Invalid> {
    check(svg.as_str(), profile)
}

fn from_xml(error: &roxmltree::Error) -> Violation {
    let position = error.pos();
    let rule = match error {
        roxmltree::Error::DtdDetected => Rule::Dtd,
        _ => Rule::Xml(error.to_string()),
    };
    Violation { line: position.row, column: position.col, element: None, attribute: None, rule }
}

fn violations_of(node: Node<'_, '_>, profile: &Profile) -> Vec<Violation> {
    let name = node.tag_name().name();
    let found = |start: usize, attribute: Option<&str>, rule: Rule| {
        let position = node.document().text_pos_at(start);
        let attribute = attribute.map(str::to_owned);
        Violation { line: position.row, column: position.col, element: Some(name.to_owned()), attribute, rule }
    };
    let Some(element) = profile.element(name) else {
        return vec![found(node.range().start, None, Rule::Element)];
    };
    let mut violations = Vec::new();
    for attribute in node.attributes() {
        let mut add = |rule| violations.push(found(attribute.range().start, Some(attribute.name()), rule));
        if !profile.allows(element, attribute.name()) {
            add(Rule::Attribute);
        }
        value_rules(&attribute).into_iter().flatten().for_each(add);
    }
    violations
}

fn value_rules(attribute: &Attribute<'_, '_>) -> [Option<Rule>; 3] {
    let value = attribute.value();
    [
        value.to_lowercase().contains("data:").then_some(Rule::EmbeddedData),
        value.contains(";base64").then_some(Rule::Base64),
        (attribute.name() == "href" && !value.starts_with('#')).then(|| Rule::Reference(value.to_owned())),
    ]
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
    fn every_violation_is_reported() {
        let found = rules("<image/><rect style='fill:red' id='DATA:;base64'/>");
        assert_eq!(found, [Rule::Element, Rule::Attribute, Rule::EmbeddedData, Rule::Base64]);
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
    fn thousands_of_levels_neither_crash_nor_hang() {
        let text = format!("{}{}", "<g>".repeat(1400), "</g>".repeat(1400));
        assert!(check(&text, &Profile::CONTEST).is_ok());
    }
}
