//! References that attributes and properties make, and how often each repeats its target.

use crate::reference::{PAINT_SERVERS, url_targets};
use crate::style::Property;

/// How often a reference repeats its target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Times {
    /// Once, in place of the element.
    Use,
    /// Once for the element.
    Once,
    /// For every element inside: paint is inherited.
    Elements,
    /// For every vertex inside: so are markers.
    Vertices,
}

impl Times {
    /// Whether elements inside inherit the reference.
    pub(super) const fn is_inherited(self) -> bool {
        matches!(self, Self::Elements | Self::Vertices)
    }
}

/// What an attribute or property refers to.
#[derive(Clone, Debug)]
pub(super) struct Reference<'a> {
    /// Ids.
    pub(super) ids: Vec<&'a str>,
    /// Names of elements that it may refer to; if empty, any.
    pub(super) meant: &'static [&'static str],
    pub(super) times: Times,
}

/// What a property of an element refers to, if it can refer.
pub(super) fn reference<'a>(element: &str, property: Property<'a>) -> Option<Reference<'a>> {
    let times = match (property.name, element) {
        ("href", "use" | "feImage") => return Some(Reference { ids: own_id(property), meant: &[], times: Times::Use }),
        ("href", "pattern" | "linearGradient" | "radialGradient") => {
            return Some(Reference { ids: own_id(property), meant: PAINT_SERVERS, times: Times::Once });
        }
        ("fill" | "stroke", _) => Times::Elements,
        ("marker" | "marker-start" | "marker-mid" | "marker-end", _) => Times::Vertices,
        _ => Times::Once,
    };
    let meant = url_targets(property.name)?;
    Some(Reference { ids: url_ids(property.value).collect(), meant, times })
}

/// The id that an `href` leads to.
fn own_id(property: Property<'_>) -> Vec<&str> {
    property.value.trim().strip_prefix('#').into_iter().collect()
}

/// The ids in `url(#id)`.
fn url_ids(value: &str) -> impl Iterator<Item = &str> {
    value.split("url(").skip(1).filter_map(|rest| {
        let address = rest.split(')').next()?.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
        address.strip_prefix('#')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids<'a>(element: &str, name: &'a str, value: &'a str) -> Option<Vec<&'a str>> {
        reference(element, Property { name, value, at: 0, is_important: false }).map(|reference| reference.ids)
    }

    #[test]
    fn addresses_are_read_in_any_spelling() {
        assert_eq!(ids("g", "fill", "url( '#a b' ) red"), Some(vec!["a b"]));
        assert_eq!(ids("g", "filter", "url(#a) blur(2) url(\"#b\""), Some(vec!["a", "b"]));
        assert_eq!(ids("use", "href", " #a"), Some(vec!["a"]));
    }

    #[test]
    fn what_leads_elsewhere_is_no_reference() {
        assert_eq!(ids("g", "fill", "url(a.svg#b)"), Some(vec![]));
        assert_eq!([ids("a", "href", "#b"), ids("g", "d", "url(#a)")], [None, None]);
    }
}
