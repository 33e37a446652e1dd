//! Sanitises the attributes and the inline style of an element.

use std::collections::BTreeMap;

use crate::expat::{Attribute, Reader, clipped};
use crate::profile::{ElementRule, Profile};

use super::change::{Action, Changes};
use super::numbers::{bounded, bounded_size};
use super::style::declarations;

/// Names and values, in the order of the text; style properties last.
type Kept<'p> = Vec<(&'p str, String)>;

/// The attributes of the element that a reader has just begun, as far as a profile allows them.
pub(super) fn kept<'p>(
    rule: &'p ElementRule,
    profile: &'p Profile,
    reader: &Reader<'_>,
    changes: &mut Changes,
) -> Kept<'p> {
    let mut pass = Pass { rule, profile, changes, kept: Vec::new(), styled: BTreeMap::new() };
    for attribute in reader.attributes() {
        let namespace = reader.namespace(attribute.name.prefix());
        let has_href = || reader.attributes().iter().any(|other| other.name.spelled == "href");
        match (attribute.name.prefix(), attribute.name.local()) {
            ("", "style") => pass.style(attribute),
            ("", _) => pass.attribute(attribute),
            (_, "href") if namespace.ends_with("/xlink") && !has_href() => {
                pass.note(attribute, Action::Href);
                pass.attribute(attribute);
            }
            _ => pass.drop(attribute),
        }
    }
    pass.finish(rule.name == "svg", reader)
}

struct Pass<'p, 'c> {
    rule: &'p ElementRule,
    profile: &'p Profile,
    changes: &'c mut Changes,
    kept: Kept<'p>,
    /// What `style` says, which takes precedence over attributes of the same name.
    styled: BTreeMap<&'p str, String>,
}

impl<'p> Pass<'p, '_> {
    fn note(&mut self, attribute: &Attribute<'_>, action: Action) {
        self.changes.add(attribute.at, &self.rule.name, action);
    }

    fn drop(&mut self, attribute: &Attribute<'_>) {
        self.note(attribute, Action::Attribute { name: clipped(attribute.name.spelled) });
    }

    fn attribute(&mut self, attribute: &Attribute<'_>) {
        let Some(name) = self.profile.attribute(self.rule, attribute.name.local()) else {
            return self.drop(attribute);
        };
        let value = attribute.value.decoded();
        for entity in attribute.value.entities() {
            let entity = clipped(entity);
            self.note(attribute, Action::Entity { attribute: name.to_owned(), entity });
        }
        if let Some(value) = self.value(name, &value, attribute) {
            self.kept.push((name, value));
        }
    }

    fn style(&mut self, attribute: &Attribute<'_>) {
        let style = attribute.value.decoded();
        let mut is_empty = true;
        for (property, value) in declarations(&style) {
            is_empty = false;
            let common = self.profile.common_attributes.find(&property);
            // Styles spell transforms in another way than attributes; what only some elements have is no property.
            let Some(name) = common.filter(|&name| name != "id" && name != "transform") else {
                self.note(attribute, Action::Property { property: clipped(&property) });
                continue;
            };
            self.note(attribute, Action::Style { property });
            if let Some(value) = self.value(name, value, attribute) {
                self.styled.insert(name, value);
            }
        }
        if is_empty {
            self.drop(attribute);
        }
    }

    /// The value with its numbers bounded, if it may stay.
    fn value(&mut self, name: &str, value: &str, attribute: &Attribute<'_>) -> Option<String> {
        let (name_, value_) = (name.to_owned(), clipped(value));
        let is_embedded = value.to_ascii_lowercase().contains("data:") || value.contains(";base64");
        if is_embedded || (name == "href" && !value.starts_with('#')) {
            self.note(attribute, Action::Reference { attribute: name_, value: value_ });
            return None;
        }
        let bounded = bounded(&self.rule.name, name, value);
        if bounded.as_deref() != Some(value) {
            self.note(attribute, Action::Number { attribute: name_, value: value_ });
        }
        bounded.map(std::borrow::Cow::into_owned)
    }

    fn finish(mut self, is_svg: bool, reader: &Reader<'_>) -> Kept<'p> {
        for (name, value) in std::mem::take(&mut self.styled) {
            match self.kept.iter_mut().find(|(own, _)| *own == name) {
                Some((_, old)) => *old = value,
                None => self.kept.push((name, value)),
            }
        }
        if is_svg {
            self.bound_size(reader);
        }
        self.kept
    }

    fn bound_size(&mut self, reader: &Reader<'_>) {
        let get = |name: &str| self.kept.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str());
        let Some(sides) = bounded_size([get("width"), get("height")]) else { return };
        for (name, side) in ["width", "height"].into_iter().zip(sides) {
            let place = self.kept.iter_mut().find(|(own, _)| *own == name);
            let (Some((_, value)), Some(side)) = (place, side) else { continue };
            let old = clipped(&std::mem::replace(value, side));
            let at = reader.attributes().iter().find(|attribute| attribute.name.spelled == name).map_or(0, |a| a.at);
            self.changes.add(at, &self.rule.name, Action::Number { attribute: name.to_owned(), value: old });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Action, Profile, sanitise};

    fn sanitised(attributes: &str) -> (String, Vec<Action>) {
        let text = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" {attributes}/>");
        let found = sanitise(&text, &Profile::CONTEST).unwrap();
        let rest = found.svg.as_str().split_once("svg\"").unwrap().1.trim_end_matches("/>").trim().to_owned();
        (rest, found.changes.into_iter().map(|change| change.action).collect())
    }

    #[test]
    fn style_goes_before_attributes() {
        let (text, changes) = sanitised("fill='red' style='fill:blue;opacity:.5;cursor:none'");
        assert_eq!((text.as_str(), changes.len()), ("fill=\"blue\" opacity=\".5\"", 3));
    }

    #[test]
    fn sizes_beyond_reason_are_reduced_in_proportion() {
        let (text, changes) = sanitised("width='1e9' height='5e8'");
        assert_eq!((text.as_str(), changes.len()), ("width=\"8192\" height=\"8192\"", 4));
        assert_eq!(sanitised("width='20000' height='10000'").0, "width=\"8192\" height=\"4096\"");
    }

    #[test]
    fn embedded_data_and_numbers_that_are_none_go() {
        let (text, changes) = sanitised("fill='url(DATA:x)' width='NaN' id=';base64' opacity='1'");
        assert_eq!((text.as_str(), changes.len()), ("opacity=\"1\"", 3));
    }

    #[test]
    fn undeclared_entities_are_dropped() {
        let text = "<!DOCTYPE svg><svg xmlns='http://www.w3.org/2000/svg' id='a&b;c'/>";
        let found = sanitise(text, &Profile::CONTEST).unwrap();
        assert!(found.svg.as_str().ends_with(" id=\"ac\"/>"));
    }
}
