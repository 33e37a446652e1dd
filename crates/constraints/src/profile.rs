//! Profiles: which elements and attributes an SVG may have, and how long it may be.

use std::borrow::Cow;

use crate::names::Names;

/// An element and the attributes that only it may have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ElementRule {
    /// Local name.
    pub name: Cow<'static, str>,
    /// Attributes allowed in addition to the common ones, by local name.
    pub attributes: Names,
}

/// What is allowed in an SVG.
///
/// [`Profile::CONTEST`] holds the contest's rules. Other profiles may be built from names that are known only at run time:
///
/// ```
/// use linocut_constraints::{ElementRule, Profile, check};
///
/// let rule = |name: &str, attributes: &[&str]| ElementRule {
///     name: name.to_owned().into(),
///     attributes: attributes.iter().copied().collect(),
/// };
/// let icons = Profile {
///     max_bytes: 500,
///     elements: vec![rule("svg", &["viewBox"]), rule("path", &["d"])].into(),
///     common_attributes: ["fill"].into_iter().collect(),
/// };
/// assert!(check(r#"<svg viewBox="0 0 9 9"><path fill="red" d="M0 0h9v9"/></svg>"#, &icons).is_ok());
/// assert!(check("<svg><rect/></svg>", &icons).is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Profile {
    /// Most bytes of UTF-8.
    pub max_bytes: usize,
    /// Allowed elements by local name; their namespace does not matter.
    pub elements: Cow<'static, [ElementRule]>,
    /// Attributes that every element may have, by local name.
    pub common_attributes: Names,
}

impl Profile {
    /// The rule of an element, if it is allowed.
    #[must_use]
    pub fn element(&self, name: &str) -> Option<&ElementRule> {
        self.elements.iter().find(|element| element.name == name)
    }

    /// Whether an element may have an attribute.
    #[must_use]
    pub fn allows(&self, element: &ElementRule, attribute: &str) -> bool {
        self.attribute(element, attribute).is_some()
    }

    /// The name of an attribute as the profile holds it, if an element may have it.
    pub(crate) fn attribute<'p>(&'p self, element: &'p ElementRule, attribute: &str) -> Option<&'p str> {
        element.attributes.find(attribute).or_else(|| self.common_attributes.find(attribute))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Action, Invalid, Rule, check, sanitise};

    /// A profile whose names exist at run time only.
    fn own() -> Profile {
        let text = |name: &str| name.to_uppercase().to_lowercase();
        let rule = |name: &str, attributes: &[&str]| ElementRule {
            name: text(name).into(),
            attributes: attributes.iter().map(|name| text(name)).collect(),
        };
        Profile {
            max_bytes: 200,
            elements: vec![rule("svg", &[]), rule("g", &[]), rule("use", &["href"])].into(),
            common_attributes: [text("id")].into_iter().collect(),
        }
    }

    #[test]
    fn a_profile_of_ones_own_decides_what_is_valid() {
        let rules = |text: &str| match check(text, &own()) {
            Ok(_) => vec![],
            Err(Invalid { violations }) => violations.into_iter().map(|violation| violation.rule).collect(),
        };
        assert_eq!(rules("<svg><g id='a'/><use href='#a'/></svg>"), []);
        assert_eq!(
            rules("<svg><path/><g fill='red' href='#a'/></svg>"),
            [Rule::Element, Rule::Attribute, Rule::Attribute]
        );
        assert_eq!(rules(&" ".repeat(201)), [Rule::Bytes { actual: 201, limit: 200 }]);
    }

    #[test]
    fn a_profile_of_ones_own_decides_what_is_kept() {
        let text = "<svg xmlns='http://www.w3.org/2000/svg'><g id='a' fill='red'/><use href='#a'/><rect/></svg>";
        let found = sanitise(text, &own()).unwrap();
        assert!(found.svg.as_str().ends_with(r##"><g id="a"/><use href="#a"/></svg>"##), "{found:?}");
        let actions: Vec<Action> = found.changes.into_iter().map(|change| change.action).collect();
        assert_eq!(actions, [Action::Attribute { name: "fill".to_owned() }, Action::Element]);
    }
}
