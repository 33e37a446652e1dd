//! Sanitises SVG: what is not allowed is dropped or rewritten, and each change is listed.

mod attributes;
mod change;
mod expansion;
mod links;
mod numbers;
mod order;
mod style;
mod tree;
mod write;

use thiserror::Error;

use crate::check::check;
use crate::limits::MAX_NODES;
use crate::profile::Profile;
use crate::valid::ValidSvg;
use crate::violation::{Invalid, Rule};

pub use change::{Action, Change};

/// A valid SVG and the changes that made it valid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sanitised {
    /// The SVG; the text itself if nothing had to be changed.
    pub svg: ValidSvg,
    /// What was changed, in the order of the passes: reading, references, expansion. At most 10,000 changes are listed.
    pub changes: Vec<Change>,
}

/// Makes a valid SVG from a text.
///
/// Elements that the profile does not allow are dropped with their content (`a` and `switch` become `g`). So are attributes
/// that it does not allow, comments, processing instructions, text, the document type, all but the first of equal ids, and
/// references that are external, lead nowhere or to the wrong kind of element, or close a cycle. `style` becomes attributes,
/// `xlink:href` becomes `href`, prefixes are dropped. Style sheets are dropped unread. Numbers beyond
/// [`MAX_NUMBER`](crate::MAX_NUMBER) or, in relative units, [`MAX_RELATIVE`](crate::MAX_RELATIVE), and sides beyond
/// [`MAX_SIDE`](crate::MAX_SIDE) are reduced; numbers that are not finite are dropped. Elements deeper than
/// [`MAX_DEPTH`](crate::MAX_DEPTH) levels, and references that would draw more than [`MAX_NODES`] elements, are dropped.
///
/// # Errors
///
/// [`SanitiseError::Xml`] for text that is not well-formed, [`SanitiseError::NoSvg`] if its root is not `svg`, and
/// [`SanitiseError::TooLong`], [`SanitiseError::TooManyNodes`] or [`SanitiseError::TooMuch`] if too much is left.
pub fn sanitise(text: &str, profile: &Profile) -> Result<Sanitised, SanitiseError> {
    let mut changes = change::Changes::default();
    let mut tree = tree::read(text, profile, &mut changes)?;
    links::resolve(&mut tree, &mut changes);
    let order = order::break_cycles(&mut tree, &mut changes);
    expansion::bound(&mut tree, &order, &mut changes);
    let changes = changes.list(text);
    if let Some(Ok(svg)) = changes.is_empty().then(|| check(text, profile)) {
        return Ok(Sanitised { svg, changes });
    }
    let svg = check(&write::write(&tree), profile).map_err(|invalid| match invalid.violations[..] {
        [crate::Violation { rule: Rule::Bytes { actual, limit }, .. }] => SanitiseError::TooLong { actual, limit },
        _ => SanitiseError::Invalid(invalid),
    })?;
    let changes = if changes.is_empty() { vec![Change::layout()] } else { changes };
    Ok(Sanitised { svg, changes })
}

/// Why no valid SVG could be made.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum SanitiseError {
    /// The text is not well-formed.
    #[error(transparent)]
    Xml(Invalid),
    /// The root element is not `svg`, or the profile does not allow it.
    #[error("root element is `{root}`, expected `svg`")]
    NoSvg {
        /// Local name of the root element.
        root: String,
    },
    /// What is left is too long.
    #[error("{actual} bytes are left, at most {limit} are allowed")]
    TooLong {
        /// Bytes that are left.
        actual: usize,
        /// The most that are allowed.
        limit: usize,
    },
    /// Too many elements are left.
    #[error("more than {MAX_NODES} elements are left")]
    TooManyNodes,
    /// The attributes that are left are too long to copy.
    #[error("more than {limit} bytes of attributes are left")]
    TooMuch {
        /// The most that are copied.
        limit: usize,
    },
    /// What was written is not valid by the profile, which does not allow what every SVG needs.
    #[error("the profile refuses what was made: {0}")]
    Invalid(Invalid),
}

#[cfg(test)]
mod tests {
    use super::*;

    const NS: &str = "xmlns=\"http://www.w3.org/2000/svg\"";

    fn sanitised(body: &str) -> String {
        let found = sanitise(&format!("<svg {NS}>{body}</svg>"), &Profile::CONTEST).unwrap();
        let text = found.svg.as_str().strip_prefix(&format!("<svg {NS}>")).unwrap();
        text.strip_suffix("</svg>").unwrap().to_owned()
    }

    #[test]
    fn a_file_that_needs_nothing_comes_back_as_it_is() {
        let text = format!("<svg {NS} viewBox='0 0 9 9'>\n <rect width='9'  height='9'></rect>\n</svg>\n");
        let found = sanitise(&text, &Profile::CONTEST).unwrap();
        assert_eq!((found.svg.as_str(), found.changes), (text.as_str(), vec![]));
    }

    #[test]
    fn what_was_made_needs_nothing_more() {
        let text = "<!DOCTYPE s:svg><s:svg xmlns:s='http://www.w3.org/2000/svg' version='1.1'><s:a><s:path style='fill:red' \
                    class='x' d='M0 0&#10;h1'/></s:a><s:text>x</s:text></s:svg>";
        let once = sanitise(text, &Profile::CONTEST).unwrap();
        let made = "<svg xmlns=\"http://www.w3.org/2000/svg\"><g><path d=\"M0 0&#10;h1\" fill=\"red\"/></g></svg>";
        assert_eq!(once.svg.as_str(), made);
        let twice = sanitise(made, &Profile::CONTEST).unwrap();
        assert_eq!((twice.svg.as_str(), twice.changes), (made, vec![]));
    }

    #[test]
    fn changes_say_what_and_where() {
        let text = format!("<svg {NS}>\n<rect class='a' style='fill:red;font:x' xml:space='b'/><image/></svg>");
        let said: Vec<String> =
            sanitise(&text, &Profile::CONTEST).unwrap().changes.iter().map(Change::to_string).collect();
        assert_eq!(
            said,
            [
                "2:7: dropped attribute `class` of `rect`",
                "2:17: made style property `fill` of `rect` an attribute",
                "2:17: dropped style property `font` of `rect`",
                "2:41: dropped attribute `xml:space` of `rect`",
                "2:56: dropped element `image`",
            ]
        );
    }

    #[test]
    fn references_become_internal_and_plain() {
        let text = format!(
            "<svg {NS} xmlns:x='http://www.w3.org/1999/xlink'><use x:href='#a'/><use href='b.svg#c'/><g id='a'/></svg>"
        );
        let found = sanitise(&text, &Profile::CONTEST).unwrap();
        assert!(found.svg.as_str().ends_with(r##"<use href="#a"/><use/><g id="a"/></svg>"##), "{found:?}");
    }

    #[test]
    fn text_comments_and_instructions_go() {
        assert_eq!(sanitised("a<g><!--b--><![CDATA[c]]></g><?d?><rect>e</rect>"), "<g/><rect/>");
    }

    #[test]
    fn white_space_goes_where_that_makes_a_file_fit() {
        let text = format!("<svg {NS}>{}<g/></svg>", " ".repeat(10_000));
        let found = sanitise(&text, &Profile::CONTEST).unwrap();
        assert_eq!((found.svg.byte_count() < 100, found.changes.len()), (true, 1));
    }

    #[test]
    fn what_cannot_be_made_valid_is_an_error() {
        let error = |text: &str| sanitise(text, &Profile::CONTEST).unwrap_err();
        assert_eq!(error("<g/>"), SanitiseError::NoSvg { root: "g".to_owned() });
        assert!(matches!(error("<svg>"), SanitiseError::Xml(_)));
        let long = format!("<svg {NS}>{}</svg>", "<path d='M0 0'/>".repeat(700));
        assert_eq!(error(&long), SanitiseError::TooLong { actual: 46 + 16 * 700, limit: 10_000 });
        assert_eq!(error(&format!("<svg {NS}>{}</svg>", "<g/>".repeat(100_001))), SanitiseError::TooManyNodes);
    }
}
