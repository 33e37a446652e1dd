//! The tokenizer: splits a text into tokens as expat does.

use memchr::memchr;

use super::alphabet::{Alphabet, first_bad_char, is_space};
use super::fault::{Fault, XmlError, clipped};
use super::markup;
use super::namespaces::Namespaces;
use super::reference::{self, Reference, broken};
use super::source::Source;
use super::tag::{Attribute, QName};
use super::token::Token;

/// What to do with a document type declaration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Doctype {
    /// It is an error, and so is an entity that is not one of the five.
    Refuse,
    /// It is a token, and entities read as nothing.
    Skip,
}

/// An element that has not ended: its name and the scope of its namespaces.
#[derive(Debug)]
pub(super) struct Open<'a> {
    pub(super) name: &'a str,
    pub(super) scope: usize,
}

/// Reads a [`Source`] token by token; `None` is the end of a well-formed text.
pub(crate) struct Reader<'a> {
    /// The text up to its first bad character.
    pub(super) text: &'a str,
    bad: Option<(usize, char)>,
    pub(super) at: usize,
    pub(super) alphabet: Alphabet,
    doctype: Doctype,
    pub(super) open: Vec<Open<'a>>,
    pub(super) attributes: Vec<Attribute<'a>>,
    pub(super) namespaces: Namespaces<'a>,
    pub(super) has_root: bool,
    pub(super) is_empty_element: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(source: &'a Source<'_>, doctype: Doctype) -> Self {
        let bad = first_bad_char(&source.text);
        Self {
            text: bad.map_or(&source.text, |(at, _)| &source.text[..at]),
            bad,
            at: source.body,
            alphabet: source.alphabet,
            doctype,
            open: Vec::new(),
            attributes: Vec::new(),
            namespaces: Namespaces::default(),
            has_root: false,
            is_empty_element: false,
        }
    }

    /// The attributes of the element that began last, without declarations of namespaces.
    pub(crate) fn attributes(&self) -> &[Attribute<'a>] {
        &self.attributes
    }

    /// The namespace of a prefix that the text uses where the reader is; empty for none.
    pub(crate) fn namespace(&self, prefix: &str) -> &str {
        self.namespaces.of(prefix).unwrap_or_default()
    }

    /// The next token.
    ///
    /// # Errors
    ///
    /// The first [`Fault`] of the text; nothing is to be read after it.
    pub(crate) fn next(&mut self) -> Result<Option<Token<'a>>, Fault> {
        self.step().map_err(|fault| match (self.bad, &fault.error) {
            (Some((at, c)), XmlError::End(_)) => Fault::new(at, XmlError::Character(c)),
            _ => fault,
        })
    }

    fn step(&mut self) -> Result<Option<Token<'a>>, Fault> {
        if self.is_empty_element {
            self.is_empty_element = false;
            self.close();
            return Ok(Some(Token::End));
        }
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            let missing = if self.has_root { "the end tag of an element" } else { "an element" };
            let is_whole = self.has_root && self.open.is_empty() && self.bad.is_none();
            return if is_whole { Ok(None) } else { Err(self.fault(XmlError::End(missing))) };
        }
        if !rest.starts_with('<') {
            return if self.open.is_empty() { self.space() } else { self.characters() }.map(Some);
        }
        self.markup().map(Some)
    }

    /// What begins with `<`.
    fn markup(&mut self) -> Result<Token<'a>, Fault> {
        let (at, rest) = (self.at, &self.text[self.at..]);
        match rest.as_bytes().get(1) {
            Some(b'!') if rest.starts_with("<!--") => {
                self.at = markup::comment(self.text, at)?;
                Ok(Token::Comment { at })
            }
            Some(b'!') if rest.starts_with("<![CDATA[") && !self.open.is_empty() => {
                self.at = markup::cdata(self.text, at)?;
                Ok(Token::Text { at, end: self.at })
            }
            Some(b'!') if rest.starts_with("<!DOCTYPE") && !self.has_root => self.document_type(),
            Some(b'?') => {
                self.at = markup::instruction(self.text, at, self.alphabet)?;
                Ok(Token::Instruction { at })
            }
            Some(b'/') if !self.open.is_empty() => self.end_tag(),
            _ => self.start_tag(),
        }
    }

    fn document_type(&mut self) -> Result<Token<'a>, Fault> {
        if self.doctype == Doctype::Refuse {
            return Err(self.fault(XmlError::Doctype));
        }
        let at = self.at;
        self.at = markup::doctype(self.text, at)?;
        Ok(Token::Doctype { at })
    }

    fn space(&mut self) -> Result<Token<'a>, Fault> {
        let at = self.at;
        self.skip_space();
        let rest = &self.text[self.at..];
        if rest.is_empty() || rest.starts_with('<') {
            Ok(Token::Text { at, end: self.at })
        } else {
            Err(self.unexpected("`<`"))
        }
    }

    fn characters(&mut self) -> Result<Token<'a>, Fault> {
        let rest = &self.text[self.at..];
        let run = &rest[..memchr(b'<', rest.as_bytes()).unwrap_or(rest.len())];
        let closed = memchr(b']', run.as_bytes()).and_then(|at| Some(at + run[at..].find("]]>")?));
        if let Some(at) = closed {
            return Err(Fault::new(self.at + at, XmlError::CdataEnd));
        }
        self.check_references(run)?;
        let at = self.at;
        self.at += run.len();
        Ok(Token::Text { at, end: self.at })
    }

    pub(super) fn check_references(&self, run: &str) -> Result<(), Fault> {
        let mut next = 0;
        while let Some(found) = memchr(b'&', &run.as_bytes()[next..]) {
            let at = next + found;
            let fault = |error| Fault::new(self.at + at, error);
            let (reference, length) = reference::parse(&run[at..], self.alphabet).map_err(fault)?;
            if let (Reference::Entity(name), Doctype::Refuse) = (reference, self.doctype) {
                return Err(fault(XmlError::Entity(clipped(name))));
            }
            next = at + length;
        }
        Ok(())
    }

    pub(super) fn name(&mut self, expected: &'static str) -> Result<QName<'a>, Fault> {
        let rest = &self.text[self.at..];
        let name = QName::parse(rest, self.alphabet, expected).map_err(|error| self.fault(error))?;
        self.at += name.spelled.len();
        Ok(name)
    }

    pub(super) fn skip_space(&mut self) -> bool {
        let length = self.text.as_bytes()[self.at..].iter().take_while(|&&byte| is_space(byte)).count();
        self.at += length;
        length > 0
    }

    pub(super) fn expect(&mut self, c: char, expected: &'static str) -> Result<(), Fault> {
        if !self.text[self.at..].starts_with(c) {
            return Err(self.unexpected(expected));
        }
        self.at += c.len_utf8();
        Ok(())
    }

    pub(super) fn unexpected(&self, expected: &'static str) -> Fault {
        self.fault(broken(&self.text[self.at..], expected))
    }

    pub(super) const fn fault(&self, error: XmlError) -> Fault {
        Fault::new(self.at, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, doctype: Doctype) -> Result<usize, XmlError> {
        let source = Source::new(text).map_err(|fault| fault.error)?;
        let mut reader = Reader::new(&source, doctype);
        let mut count = 0;
        while reader.next().map_err(|fault| fault.error)?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    #[test]
    fn takes_what_is_well_formed() {
        for text in ["<a b='>' c=\"'\"/>", "<a >x<![CDATA[<]]>]]<b\n/>&lt;</a\t>\r", " <?p?><!--x--><a/>\n<!---->"] {
            assert!(read(text, Doctype::Refuse).is_ok(), "{text}: {:?}", read(text, Doctype::Refuse));
        }
    }

    #[test]
    fn refuses_what_is_not() {
        for text in [
            "<a b=''c=''/>",
            "<a b/>",
            "<a b=x/>",
            "<a b='<'/>",
            "<a/ >",
            "< a/>",
            "<a></ a>",
            "<a></b>",
            "<a>&x;</a>",
            "<a/>x",
            "x<a/>",
            "<a/><![CDATA[]]>",
            "<a><!DOCTYPE b></a>",
            "<a></a></a>",
            "<a b:c:d=''/>",
        ] {
            assert!(read(text, Doctype::Refuse).is_err(), "{text}");
        }
    }

    #[test]
    fn the_first_fault_is_the_one_reported() {
        assert_eq!(read("<a>\0&x;", Doctype::Refuse), Err(XmlError::Character('\0')));
        assert!(matches!(read("<a>&x;\0", Doctype::Refuse), Err(XmlError::Entity(_))));
        assert_eq!(read("<a/>\u{ffff}", Doctype::Refuse), Err(XmlError::Character('\u{ffff}')));
    }

    #[test]
    fn document_types_may_be_passed_over() {
        let text = "<!DOCTYPE a [<!ENTITY x 'y'>]><a b='&x;'>&x;</a>";
        assert_eq!(read(text, Doctype::Refuse), Err(XmlError::Doctype));
        assert_eq!(read(text, Doctype::Skip), Ok(4));
    }
}
