//! What a subcommand says: text for people or JSON for machines on standard output, notes on standard error.

use std::fmt::Display;
use std::io::{self, Write};

use serde::Serialize;

use crate::failure::Failure;

/// Prints in the form that was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printer {
    /// Whether standard output is JSON.
    pub(crate) json: bool,
}

impl Printer {
    /// Prints what a subcommand found: as text, or as one line of JSON.
    pub(crate) fn report(self, report: &(impl Display + Serialize)) -> Result<(), Failure> {
        self.text(report)?;
        self.document(report)
    }

    /// Prints lines of text, unless JSON was asked for.
    pub(crate) fn text(self, text: impl Display) -> Result<(), Failure> {
        if !self.json {
            writeln!(io::stdout().lock(), "{text}")?;
        }
        Ok(())
    }

    /// Prints one line of JSON, if that was asked for.
    pub(crate) fn document(self, document: &impl Serialize) -> Result<(), Failure> {
        if self.json {
            let mut out = io::stdout().lock();
            serde_json::to_writer(&mut out, document).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        Ok(())
    }

    /// Prints a remark that is no result.
    pub(crate) fn note(self, note: impl Display) {
        eprintln!("note: {note}");
    }
}
