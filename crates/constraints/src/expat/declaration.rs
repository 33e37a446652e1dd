//! The XML declaration by expat's grammar: any version, and any letters, digits, `.`, `_` and `-` as a value.

use super::alphabet::is_space;
use super::fault::{Fault, XmlError};

/// An XML declaration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Declaration<'a> {
    /// The encoding that it names.
    pub(super) encoding: Option<&'a str>,
    /// Its length in bytes.
    pub(super) length: usize,
}

/// The declaration that a text begins with, if it has one.
///
/// # Errors
///
/// [`XmlError::Declaration`] if it is malformed, [`XmlError::End`] if it does not end.
pub(super) fn read(text: &str) -> Result<Option<Declaration<'_>>, Fault> {
    let is_declaration = |rest: &str| rest.starts_with("?>") || rest.bytes().next().is_none_or(is_space);
    let Some(rest) = text.strip_prefix("<?xml").filter(|rest| is_declaration(rest)) else {
        return Ok(None);
    };
    let Some(length) = rest.find("?>") else {
        return Err(Fault::new(text.len(), XmlError::End("`?>`")));
    };
    let mut pseudo = Pseudo { rest: &rest[..length] };
    let encoding = pseudo
        .declaration()
        .map_err(|expected| Fault::new("<?xml".len() + length - pseudo.rest.len(), XmlError::Declaration(expected)))?;
    Ok(Some(Declaration { encoding, length: "<?xml?>".len() + length }))
}

/// The pseudo-attributes that are left.
struct Pseudo<'a> {
    rest: &'a str,
}

type Expected = &'static str;

impl<'a> Pseudo<'a> {
    /// Version, encoding and standalone in this order; the encoding.
    fn declaration(&mut self) -> Result<Option<&'a str>, Expected> {
        if !matches!(self.attribute()?, Some(("version", _))) {
            return Err("a version");
        }
        let mut next = self.attribute()?;
        let mut encoding = None;
        if let Some(("encoding", value)) = next {
            if !value.starts_with(|c: char| c.is_ascii_alphabetic()) {
                return Err("an encoding's name");
            }
            encoding = Some(value);
            next = self.attribute()?;
        }
        match next {
            None => return Ok(encoding),
            Some(("standalone", "yes" | "no")) => {}
            Some(("standalone", _)) => return Err("`yes` or `no`"),
            Some(_) => return Err("`encoding`, `standalone` or `?>`"),
        }
        self.skip_space();
        if self.rest.is_empty() { Ok(encoding) } else { Err("`?>`") }
    }

    fn attribute(&mut self) -> Result<Option<(&'a str, &'a str)>, Expected> {
        let spaced = self.skip_space();
        if self.rest.is_empty() {
            return Ok(None);
        }
        if !spaced {
            return Err("white space");
        }
        let end = self.rest.find(|c: char| c == '=' || !c.is_ascii() || is_space(c as u8));
        let name = self.take(end.unwrap_or(self.rest.len()));
        self.skip_space();
        self.rest = self.rest.strip_prefix('=').filter(|_| !name.is_empty()).ok_or("a name and `=`")?;
        self.skip_space();
        let quote = self.rest.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or("a quoted value")?;
        self.rest = &self.rest[1..];
        let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let value = self.take(self.rest.find(|c| !is_letter(c)).unwrap_or(self.rest.len()));
        self.rest = self.rest.strip_prefix(quote).ok_or("letters, digits, `.`, `-` or `_` and the closing quote")?;
        Ok(Some((name, value)))
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn skip_space(&mut self) -> bool {
        let length = self.rest.bytes().take_while(|&byte| is_space(byte)).count();
        !self.take(length).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoding(text: &str) -> Result<Option<&str>, XmlError> {
        read(text).map(|found| found.and_then(|d| d.encoding)).map_err(|fault| fault.error)
    }

    #[test]
    fn any_version_is_taken() {
        for text in ["<?xml version='1.1'?>", "<?xml version=''?>", "<?xml\nversion = \"x\" ?>"] {
            assert_eq!(encoding(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn the_order_is_fixed() {
        assert_eq!(encoding("<?xml version='1.0' encoding='a-1' standalone='no' ?>"), Ok(Some("a-1")));
        for text in ["<?xml encoding='a'?>", "<?xml version='1' standalone='yes' encoding='a'?>", "<?xml?>"] {
            assert!(matches!(encoding(text), Err(XmlError::Declaration(_))), "{text}");
        }
    }

    #[test]
    fn values_have_few_characters() {
        for text in ["<?xml version='1 0'?>", "<?xml version='1' encoding='1'?>", "<?xml version='1'standalone='no'?>"]
        {
            assert!(matches!(encoding(text), Err(XmlError::Declaration(_))), "{text}");
        }
    }

    #[test]
    fn other_instructions_are_no_declaration() {
        assert_eq!(read("<?xml-stylesheet a?>"), Ok(None));
        assert!(matches!(encoding("<?xml version='1.0'"), Err(XmlError::End(_))));
    }
}
