//! XML as expat reads it: the fourth edition's names, its own view of declarations and encodings, namespaces.
//!
//! The contest's reference reads with expat, so its verdict begins with expat's. A [`Source`] is the text decoded as its
//! declaration says; a [`Reader`] returns its tokens and refuses what expat refuses.

mod alphabet;
mod declaration;
mod element;
mod encoding;
mod fault;
mod markup;
mod namespaces;
mod reader;
mod reference;
mod source;
mod tag;
mod token;
mod value;

pub use fault::XmlError;
pub(crate) use fault::{Fault, clipped};
pub(crate) use reader::{Doctype, Reader};
pub(crate) use source::Source;
pub(crate) use tag::{Attribute, QName};
pub(crate) use token::Token;

/// Most levels of elements, attributes of one element and namespaces in scope: no valid text of 10,000 bytes has as many,
/// so that the contest's verdict does not depend on it.
pub(crate) const MAX_COUNT: usize = 2_500;

/// Most bytes of a namespace's name, for the same reason.
pub(crate) const MAX_NAMESPACE: usize = 10_000;
