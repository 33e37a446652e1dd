//! Start and end tags of elements, and the namespaces that they open and close.

use memchr::memchr2;

use super::fault::{Fault, XmlError, clipped};
use super::reader::{Open, Reader};
use super::tag::{Attribute, QName, check_expanded, first_repeated};
use super::token::Token;
use super::value::Value;
use super::{MAX_COUNT, MAX_NAMESPACE};

impl<'a> Reader<'a> {
    pub(super) fn end_tag(&mut self) -> Result<Token<'a>, Fault> {
        let at = self.at;
        self.at += 2;
        let expected = self.open.last().map_or("", |open| open.name);
        let rest = &self.text[self.at..];
        let name = QName::parse(rest, self.alphabet, "an element's name").map_err(|error| self.fault(error))?;
        if name.spelled != expected {
            let error = XmlError::Tag { found: clipped(name.spelled), expected: clipped(expected) };
            return Err(Fault::new(at, error));
        }
        self.at += expected.len();
        self.skip_space();
        self.expect('>', "`>`")?;
        self.close();
        Ok(Token::End)
    }

    pub(super) fn close(&mut self) {
        if let Some(open) = self.open.pop() {
            self.namespaces.leave(open.scope);
        }
    }

    pub(super) fn start_tag(&mut self) -> Result<Token<'a>, Fault> {
        let at = self.at;
        if self.has_root && self.open.is_empty() {
            return Err(self.unexpected("nothing after the root element"));
        }
        self.at += 1;
        let name = self.name("an element's name")?;
        self.attributes.clear();
        loop {
            let is_spaced = self.skip_space();
            match self.text.as_bytes().get(self.at) {
                Some(b'>') => break,
                Some(b'/') => {
                    self.at += 1;
                    self.is_empty_element = true;
                    break;
                }
                Some(_) if is_spaced => self.attribute()?,
                _ => return Err(self.unexpected("white space, `/>` or `>`")),
            }
        }
        self.expect('>', "`>`")?;
        self.open(at, name)?;
        Ok(Token::Start { at, name })
    }

    fn attribute(&mut self) -> Result<(), Fault> {
        let at = self.at;
        let name = self.name("an attribute's name, `/>` or `>`")?;
        self.skip_space();
        self.expect('=', "`=`")?;
        self.skip_space();
        let Some(quote) = self.text[self.at..].chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            return Err(self.unexpected("a quoted value"));
        };
        self.at += 1;
        let rest = &self.text[self.at..];
        let raw = &rest[..memchr2(quote as u8, b'<', rest.as_bytes()).unwrap_or(rest.len())];
        let value = Value::new(raw, self.alphabet);
        if value.has_references {
            self.check_references(raw)?;
        }
        self.at += raw.len();
        self.expect(quote, "the closing quote, not `<`")?;
        if self.attributes.len() >= MAX_COUNT {
            return Err(Fault::new(at, XmlError::TooMany { what: "attributes of an element", limit: MAX_COUNT }));
        }
        self.attributes.push(Attribute { at, name, value });
        Ok(())
    }

    /// Enters an element's scope: what it declares, then what its names refer to.
    fn open(&mut self, at: usize, name: QName<'a>) -> Result<(), Fault> {
        self.has_root = true;
        if self.open.len() >= MAX_COUNT {
            return Err(Fault::new(at, XmlError::TooMany { what: "levels of elements", limit: MAX_COUNT }));
        }
        if let Some(repeated) = first_repeated(&self.attributes) {
            return Err(Fault::new(repeated.at, XmlError::Duplicate(clipped(repeated.name.spelled))));
        }
        self.open.push(Open { name: name.spelled, scope: self.namespaces.scope() });
        if self.attributes.iter().any(|attribute| attribute.name.declares().is_some()) {
            self.declare()?;
        }
        if !name.prefix().is_empty() && self.namespaces.of(name.prefix()).is_none() {
            return Err(Fault::new(at, XmlError::Prefix(clipped(name.prefix()))));
        }
        check_expanded(&self.attributes, &self.namespaces).map_err(|(at, error)| Fault::new(at, error))
    }

    /// Takes the declarations out of the attributes.
    fn declare(&mut self) -> Result<(), Fault> {
        for attribute in &self.attributes {
            let Some(prefix) = attribute.name.declares() else { continue };
            let fault = |error| Fault::new(attribute.at, error);
            if attribute.value.raw.len() > MAX_NAMESPACE {
                return Err(fault(XmlError::TooMany { what: "bytes of a namespace", limit: MAX_NAMESPACE }));
            }
            self.namespaces.declare(prefix, attribute.value.decoded()).map_err(fault)?;
        }
        self.attributes.retain(|attribute| attribute.name.declares().is_none());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Doctype, Source};
    use super::*;

    fn read(text: &str) -> Result<(), XmlError> {
        let source = Source::new(text).map_err(|fault| fault.error)?;
        let mut reader = Reader::new(&source, Doctype::Refuse);
        while reader.next().map_err(|fault| fault.error)?.is_some() {}
        Ok(())
    }

    #[test]
    fn levels_are_limited() {
        let nested = |levels: usize| read(&format!("{}{}", "<g>".repeat(levels), "</g>".repeat(levels)));
        assert!(nested(MAX_COUNT).is_ok());
        assert!(matches!(nested(MAX_COUNT + 1), Err(XmlError::TooMany { .. })));
    }

    #[test]
    fn attributes_are_limited() {
        let many = |count: usize| read(&format!("<g{}/>", (0..count).map(|n| format!(" a{n}=''")).collect::<String>()));
        assert!(many(MAX_COUNT).is_ok());
        assert!(matches!(many(MAX_COUNT + 1), Err(XmlError::TooMany { .. })));
    }

    #[test]
    fn namespaces_hold_inside_their_element() {
        assert_eq!(read("<a:g xmlns:a='u'><a:g a:id='' xmlns:b='v' b:id=''/></a:g>"), Ok(()));
        assert_eq!(read("<g><g xmlns:a='u'/><g a:id=''/></g>"), Err(XmlError::Prefix("a".to_owned())));
        assert_eq!(read("<g xmlns:a='u' xmlns:b='u' a:id='' b:id=''/>"), Err(XmlError::Duplicate("b:id".to_owned())));
    }
}
