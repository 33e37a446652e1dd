//! Errors of SVG that goes beyond a bound of reading or rendering.

use std::fmt;

use thiserror::Error;

/// A place in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Name of the element.
    pub element: String,
    /// Name of the attribute or property, if it is in one.
    pub attribute: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.line, self.column)?;
        if let Some(attribute) = &self.attribute {
            write!(f, "`{attribute}` of ")?;
        }
        write!(f, "`{}`", self.element)
    }
}

/// Why an SVG is not read or rendered: it asks for more than is allowed.
///
/// Names and values are cut to 100 characters.
#[derive(Clone, PartialEq, Debug, Error)]
#[non_exhaustive]
pub enum BoundError {
    /// The text is too long.
    #[error("{actual} bytes of text, at most {limit} bytes are read")]
    Bytes {
        /// Its length in bytes.
        actual: usize,
        /// The most that are read.
        limit: usize,
    },
    /// There is too much of something in the markup.
    #[error("{line}:{column}: more than {limit} {what}")]
    Markup {
        /// Line, from 1.
        line: u32,
        /// Column in characters, from 1.
        column: u32,
        /// What there is too much of.
        what: &'static str,
        /// The most that is read.
        limit: usize,
    },
    /// A number is too large, or too large for its unit.
    #[error("{place}: number `{value}` is outside -{limit} to {limit}")]
    Number {
        /// Where it is.
        place: Place,
        /// The number as written.
        value: String,
        /// The largest that is read there.
        limit: f64,
    },
    /// Relative sizes (`em`, `ex`, `%`) within one another grow too large.
    #[error("{place}: relative sizes grow {growth:.0} times, at most {limit} times are read")]
    Growth {
        /// The element around them.
        place: Place,
        /// How large they grow, infinite if beyond `f64`.
        growth: f64,
        /// The most that is read.
        limit: f64,
    },
    /// Elements and references lead back to where they began.
    #[error("{place} leads back to an element around it")]
    Cycle {
        /// The reference that closes the cycle.
        place: Place,
    },
    /// Elements, or elements and references, are nested too deeply.
    #[error("{place}: more than {limit} levels")]
    Depth {
        /// The element that has too many levels above or below.
        place: Place,
        /// The most that are read.
        limit: usize,
    },
    /// References repeat too much.
    #[error("{place} makes {actual} {what}, at most {limit} are read")]
    Expansion {
        /// The element or reference where it becomes too much.
        place: Place,
        /// What is repeated.
        what: &'static str,
        /// How many there are with all repetitions up to there.
        actual: u64,
        /// The most that are read.
        limit: u64,
    },
    /// A renderer would need more than is allowed.
    #[error("{element} asks for {actual:.0} {what}, at most {limit:.0} are given")]
    Drawing {
        /// What asks for it: kind and id.
        element: String,
        /// What it asks for, with the unit.
        what: &'static str,
        /// How much it asks for, with all before it.
        actual: f64,
        /// The most that is allowed.
        limit: f64,
    },
    /// Style sheets have more selectors than may be tried on every element.
    #[error("selectors of style sheets take {actual} steps or more, at most {limit} are taken")]
    Styles {
        /// Steps from element to element until matching was given up.
        actual: usize,
        /// The most that are taken.
        limit: usize,
    },
    /// A library panicked.
    #[error("the SVG library panicked: {message}")]
    Panic {
        /// Its message.
        message: String,
    },
    /// The system refuses the thread that a deep file needs.
    #[error("no thread for {levels} levels")]
    Thread {
        /// Levels of the file.
        levels: usize,
    },
}

/// A text cut to 100 characters.
pub(crate) fn clipped(text: &str) -> String {
    match text.char_indices().nth(100) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
