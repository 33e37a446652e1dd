//! Namespaces in scope, by prefix.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::MAX_COUNT;
use super::fault::{XmlError, clipped};

/// What `xml` is bound to, and nothing else may be.
const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// What nothing may be bound to.
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// The namespaces in scope, by prefix; the default one has the empty prefix.
#[derive(Debug, Default)]
pub(super) struct Namespaces<'a> {
    bound: BTreeMap<&'a str, Vec<Cow<'a, str>>>,
    declared: Vec<&'a str>,
}

impl<'a> Namespaces<'a> {
    /// Binds a prefix.
    ///
    /// # Errors
    ///
    /// [`XmlError::Namespace`] for what must not be bound, [`XmlError::TooMany`] beyond [`MAX_COUNT`] in scope.
    pub(super) fn declare(&mut self, prefix: &'a str, namespace: Cow<'a, str>) -> Result<(), XmlError> {
        let reserved = prefix == "xmlns" || (prefix == "xml") != (namespace == XML) || namespace == XMLNS;
        // expat uses `}` to join namespace and name, and Python tells it so.
        if reserved || (namespace.is_empty() && !prefix.is_empty()) || namespace.contains('}') {
            return Err(XmlError::Namespace { prefix: clipped(prefix), namespace: clipped(&namespace) });
        }
        if self.declared.len() >= MAX_COUNT {
            return Err(XmlError::TooMany { what: "namespaces in scope", limit: MAX_COUNT });
        }
        self.bound.entry(prefix).or_default().push(namespace);
        self.declared.push(prefix);
        Ok(())
    }

    /// Number of declarations so far; an element's scope begins there.
    pub(super) const fn scope(&self) -> usize {
        self.declared.len()
    }

    /// Forgets the declarations from a scope on.
    pub(super) fn leave(&mut self, scope: usize) {
        if scope == self.declared.len() {
            return;
        }
        for prefix in self.declared.drain(scope..) {
            if let Some(stack) = self.bound.get_mut(prefix) {
                stack.pop();
                if stack.is_empty() {
                    self.bound.remove(prefix);
                }
            }
        }
    }

    /// The namespace of a prefix, if it is bound; without a default namespace, that of no prefix is empty.
    pub(super) fn of(&self, prefix: &str) -> Option<&str> {
        match self.bound.get(prefix).and_then(|stack| stack.last()) {
            Some(namespace) => Some(namespace),
            None if prefix == "xml" => Some(XML),
            None if prefix.is_empty() => Some(""),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declare(prefix: &str, namespace: &str) -> bool {
        Namespaces::default().declare(prefix, Cow::Borrowed(namespace)).is_ok()
    }

    #[test]
    fn the_nearest_declaration_counts() {
        let mut namespaces = Namespaces::default();
        namespaces.declare("a", "1".into()).unwrap();
        let scope = namespaces.scope();
        namespaces.declare("a", "2".into()).unwrap();
        assert_eq!(namespaces.of("a"), Some("2"));
        namespaces.leave(scope);
        assert_eq!((namespaces.of("a"), namespaces.of("b"), namespaces.of("")), (Some("1"), None, Some("")));
    }

    #[test]
    fn reserved_names_stay_reserved() {
        assert!(declare("xml", XML) && declare("", "") && declare("x", " "));
        for (prefix, namespace) in [("xml", "x"), ("a", XML), ("", XML), ("xmlns", "x"), ("", XMLNS), ("a", XMLNS)] {
            assert!(!declare(prefix, namespace), "{prefix} {namespace}");
        }
    }

    #[test]
    fn a_prefix_is_not_unbound_and_no_namespace_has_a_brace() {
        assert!(!declare("a", "") && !declare("", "a}b") && declare("", "a{b"));
    }
}
