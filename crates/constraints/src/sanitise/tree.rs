//! Reads a text into a tree of the elements that stay.

use crate::expat::{Doctype, Fault, QName, Reader, Source, Token, clipped};
use crate::limits::{MAX_DEPTH, MAX_KEPT, MAX_NODES};
use crate::place::Places;
use crate::profile::{ElementRule, Profile};
use crate::violation::{Invalid, Rule};

use super::SanitiseError;
use super::attributes;
use super::change::{Action, Changes};

/// The namespace of SVG.
pub(super) const SVG: &str = "http://www.w3.org/2000/svg";

/// An element that stays.
#[derive(Debug)]
pub(super) struct Element<'p> {
    /// Offset in the text that was given.
    pub(super) at: usize,
    pub(super) rule: &'p ElementRule,
    /// Names and values, in the order of the text.
    pub(super) attributes: Vec<(&'p str, String)>,
    /// Indices of its children.
    pub(super) children: Vec<usize>,
    /// What its attributes refer to, once that is resolved.
    pub(super) links: Vec<Link<'p>>,
    /// Levels above it.
    pub(super) depth: usize,
}

impl<'p> Element<'p> {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn set(&mut self, name: &'p str, value: String) {
        match self.attributes.iter_mut().find(|(own, _)| *own == name) {
            Some((_, old)) => *old = value,
            None => self.attributes.push((name, value)),
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.attributes.retain(|(own, _)| *own != name);
    }
}

/// A reference by an attribute to an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Link<'p> {
    pub(super) attribute: &'p str,
    pub(super) to: usize,
    /// Whether the attribute is that of an element around.
    pub(super) is_inherited: bool,
}

/// Elements in the order of the text; the first is the root.
pub(super) type Tree<'p> = Vec<Element<'p>>;

/// Reads the elements that a profile allows.
pub(super) fn read<'p>(text: &str, profile: &'p Profile, changes: &mut Changes) -> Result<Tree<'p>, SanitiseError> {
    let source = Source::new(text).map_err(|fault| not_xml(&fault, text))?;
    let kept_limit = MAX_KEPT.max(profile.max_bytes);
    let mut builder = Builder { profile, changes, tree: Vec::new(), open: Vec::new(), skipped: 0, kept: 0, kept_limit };
    let mut reader = Reader::new(&source, Doctype::Skip);
    while let Some(token) = reader.next().map_err(|fault| not_xml(&fault, &source.text))? {
        builder.token(token, &reader, &source.text)?;
    }
    Ok(builder.tree)
}

fn not_xml(fault: &Fault, text: &str) -> SanitiseError {
    let (line, column) = Places::new(text).of(fault.at);
    SanitiseError::Xml(Invalid::at(line, column, Rule::Xml(fault.error.clone())))
}

struct Builder<'p, 'c> {
    profile: &'p Profile,
    changes: &'c mut Changes,
    tree: Tree<'p>,
    open: Vec<usize>,
    /// Open elements, counted from the outermost dropped one.
    skipped: usize,
    /// Bytes of attributes so far.
    kept: usize,
    kept_limit: usize,
}

impl<'p> Builder<'p, '_> {
    fn token(&mut self, token: Token<'_>, reader: &Reader<'_>, text: &str) -> Result<(), SanitiseError> {
        match token {
            Token::Start { .. } if self.skipped > 0 => self.skipped += 1,
            Token::End if self.skipped > 0 => self.skipped -= 1,
            Token::End => drop(self.open.pop()),
            _ if self.skipped > 0 => {}
            Token::Start { at, name } => self.start(at, name, reader)?,
            Token::Text { at, end } => {
                if !text[at..end].trim_ascii().is_empty() {
                    self.add(at, Action::Text);
                }
            }
            Token::Comment { at } => self.add(at, Action::Comment),
            Token::Instruction { at } => self.add(at, Action::Instruction),
            Token::Doctype { at } => self.add(at, Action::Doctype),
        }
        Ok(())
    }

    /// Notes a change inside of the element that is open.
    fn add(&mut self, at: usize, action: Action) {
        let element = self.open.last().map_or("", |&index| &*self.tree[index].rule.name);
        self.changes.add(at, element, action);
    }

    fn start(&mut self, at: usize, name: QName<'_>, reader: &Reader<'_>) -> Result<(), SanitiseError> {
        let is_root = self.tree.is_empty();
        let namespace = reader.namespace(name.prefix());
        let is_svg = namespace == SVG || namespace.is_empty();
        let is_wrapper = is_svg && matches!(name.local(), "a" | "switch");
        let rule = self.profile.element(if is_wrapper { "g" } else { name.local() }).filter(|_| is_svg);
        let Some(rule) = rule.filter(|rule| !is_root || rule.name == "svg") else {
            if is_root {
                return Err(SanitiseError::NoSvg { root: clipped(name.local()) });
            }
            self.skip(at, name, Action::Element);
            return Ok(());
        };
        if self.open.len() >= MAX_DEPTH {
            self.skip(at, name, Action::Depth);
            return Ok(());
        }
        if self.tree.len() >= MAX_NODES {
            return Err(SanitiseError::TooManyNodes);
        }
        if is_wrapper {
            self.changes.add(at, name.local(), Action::Unwrapped);
        }
        if is_root && (namespace.is_empty() || !name.prefix().is_empty()) {
            self.changes.add(at, "svg", Action::Namespace);
        }
        self.keep(at, rule, reader)
    }

    fn skip(&mut self, at: usize, name: QName<'_>, action: Action) {
        self.changes.add(at, name.local(), action);
        self.skipped = 1;
    }

    fn keep(&mut self, at: usize, rule: &'p ElementRule, reader: &Reader<'_>) -> Result<(), SanitiseError> {
        let raw: usize = reader.attributes().iter().map(|attribute| attribute.value.raw_length()).sum();
        self.kept = self.kept.saturating_add(raw);
        if self.kept > self.kept_limit {
            return Err(SanitiseError::TooMuch { limit: self.kept_limit });
        }
        let index = self.tree.len();
        let depth = self.open.len();
        let attributes = attributes::kept(rule, self.profile, reader, self.changes);
        self.tree.push(Element { at, rule, attributes, children: Vec::new(), links: Vec::new(), depth });
        if let Some(&parent) = self.open.last() {
            self.tree[parent].children.push(index);
        }
        self.open.push(index);
        Ok(())
    }
}
