//! Names and attributes of start tags, and checks that no attribute occurs twice.

use super::alphabet::Alphabet;
use super::fault::{XmlError, clipped};
use super::namespaces::Namespaces;
use super::reference::broken;
use super::value::Value;

/// A name with an optional prefix.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct QName<'a> {
    /// As spelled, `prefix:local`.
    pub(crate) spelled: &'a str,
    /// Bytes of the prefix with its colon, 0 without.
    prefixed: usize,
}

impl<'a> QName<'a> {
    /// The name that a text begins with.
    ///
    /// # Errors
    ///
    /// [`XmlError::Unexpected`] or [`XmlError::End`] if it begins with none.
    pub(super) fn parse(text: &'a str, alphabet: Alphabet, expected: &'static str) -> Result<Self, XmlError> {
        let first = alphabet.name_length(text);
        if first == 0 {
            return Err(broken(text, expected));
        }
        let Some(local) = text[first..].strip_prefix(':') else {
            return Ok(Self { spelled: &text[..first], prefixed: 0 });
        };
        match alphabet.name_length(local) {
            0 => Err(broken(local, "a name after the prefix")),
            length => Ok(Self { spelled: &text[..first + 1 + length], prefixed: first + 1 }),
        }
    }

    /// The prefix, empty without.
    pub(crate) fn prefix(&self) -> &'a str {
        &self.spelled[..self.prefixed.saturating_sub(1)]
    }

    /// The name without prefix.
    pub(crate) fn local(&self) -> &'a str {
        &self.spelled[self.prefixed..]
    }

    /// The prefix that an attribute of this name declares: empty for `xmlns`.
    pub(super) fn declares(&self) -> Option<&'a str> {
        match (self.prefix(), self.local()) {
            ("", "xmlns") => Some(""),
            ("xmlns", prefix) => Some(prefix),
            _ => None,
        }
    }
}

/// An attribute other than a declaration of a namespace.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attribute<'a> {
    /// Offset of its name in bytes.
    pub(crate) at: usize,
    /// Its name.
    pub(crate) name: QName<'a>,
    /// Its value.
    pub(crate) value: Value<'a>,
}

/// The first attribute whose name as spelled stands before it too.
pub(super) fn first_repeated<'s, 'a>(attributes: &'s [Attribute<'a>]) -> Option<&'s Attribute<'a>> {
    if attributes.len() <= 12 {
        let seen = |index: usize| attributes[..index].iter().any(|a| a.name.spelled == attributes[index].name.spelled);
        return (0..attributes.len()).find(|&index| seen(index)).map(|index| &attributes[index]);
    }
    let mut sorted: Vec<&Attribute<'_>> = attributes.iter().collect();
    sorted.sort_by_key(|attribute| (attribute.name.spelled, attribute.at));
    let repeated = sorted.windows(2).filter(|pair| pair[0].name.spelled == pair[1].name.spelled).map(|pair| pair[1]);
    repeated.min_by_key(|attribute| attribute.at)
}

/// Checks that prefixes are bound and no two attributes have one namespace and local name.
///
/// # Errors
///
/// [`XmlError::Prefix`], [`XmlError::Duplicate`], each with the attribute's offset.
pub(super) fn check_expanded(attributes: &[Attribute<'_>], bound: &Namespaces<'_>) -> Result<(), (usize, XmlError)> {
    let mut expanded = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.name.prefixed > 0) {
        let prefix = attribute.name.prefix();
        let namespace = bound.of(prefix).ok_or_else(|| (attribute.at, XmlError::Prefix(clipped(prefix))))?;
        expanded.push((attribute.name.local(), namespace, attribute));
    }
    expanded.sort_by_key(|&(local, namespace, attribute)| (local, namespace, attribute.at));
    let twice = expanded.windows(2).find(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1));
    twice.map_or(Ok(()), |pair| Err((pair[1].2.at, XmlError::Duplicate(clipped(pair[1].2.name.spelled)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<(&str, &str)> {
        QName::parse(text, Alphabet::Xml, "a name").ok().map(|name| (name.prefix(), name.local()))
    }

    fn attributes<'a>(names: &[&'a str]) -> Vec<Attribute<'a>> {
        let attribute = |(at, name): (usize, &&'a str)| Attribute {
            at,
            name: QName::parse(name, Alphabet::Xml, "a name").unwrap(),
            value: Value::new("", Alphabet::Xml),
        };
        names.iter().enumerate().map(attribute).collect()
    }

    #[test]
    fn names_have_at_most_one_prefix() {
        assert_eq!(
            [parse("a:b c"), parse("a="), parse("a:b:c")],
            [Some(("a", "b")), Some(("", "a")), Some(("a", "b"))]
        );
        assert_eq!([parse(":a"), parse("a:"), parse("a:1"), parse("")], [None; 4]);
    }

    #[test]
    fn repeated_names_are_found_in_short_and_long_tags() {
        let many: Vec<String> = (0..20).map(|index| format!("a{}", index % 19)).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(first_repeated(&attributes(&many)).map(|a| a.at), Some(19));
        assert_eq!(first_repeated(&attributes(&["a", "b", "a", "b"])).map(|a| a.at), Some(2));
        assert!(first_repeated(&attributes(&["a", "b:a"])).is_none());
    }

    #[test]
    fn two_prefixes_of_one_namespace_are_one() {
        let mut bound = Namespaces::default();
        for (prefix, namespace) in [("a", "1"), ("b", "1"), ("c", "2")] {
            bound.declare(prefix, namespace.into()).unwrap();
        }
        assert!(check_expanded(&attributes(&["x", "a:x", "c:x"]), &bound).is_ok());
        assert!(matches!(check_expanded(&attributes(&["b:x", "a:x"]), &bound), Err((1, XmlError::Duplicate(_)))));
        assert!(matches!(check_expanded(&attributes(&["d:x"]), &bound), Err((0, XmlError::Prefix(_)))));
    }
}
