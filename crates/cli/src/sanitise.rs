//! `linocut sanitise`: any SVG becomes a valid one, with a list of what was changed.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use linocut::constraints::{Change, Profile, sanitise};
use serde::Serialize;

use crate::ending::Ending;
use crate::failure::{Failed, Failure};
use crate::files;
use crate::outputs;
use crate::printer::Printer;

/// Make a valid SVG of any SVG: what the contest does not allow is dropped or rewritten
#[derive(Args)]
pub(crate) struct Arguments {
    /// SVG to sanitise
    svg: PathBuf,
    /// SVG to write
    #[arg(long, value_name = "OUT.svg")]
    out: PathBuf,
    /// Byte limit of the SVG
    #[arg(long, value_name = "N", default_value_t = Profile::CONTEST.max_bytes)]
    bytes: usize,
}

/// One change, where it was made in the file that was given.
#[derive(Serialize)]
struct Changed {
    line: u32,
    column: u32,
    element: String,
    message: String,
}

impl From<&Change> for Changed {
    fn from(change: &Change) -> Self {
        let message = change.to_string();
        Self { line: change.line, column: change.column, element: change.element.clone(), message }
    }
}

/// The valid SVG and what was done to make it so.
#[derive(Serialize)]
struct Report {
    #[serde(skip)]
    source: PathBuf,
    file: PathBuf,
    bytes: usize,
    changes: Vec<Changed>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in &self.changes {
            writeln!(f, "{}:{}", self.source.display(), change.message)?;
        }
        write!(f, "wrote {}: {} bytes, {} changes", self.file.display(), self.bytes, self.changes.len())
    }
}

/// Sanitises, writes and lists the changes.
pub(crate) fn run(arguments: &Arguments, printer: Printer) -> Result<Ending, Failed> {
    let profile = Profile { max_bytes: arguments.bytes, ..Profile::CONTEST };
    outputs::check(&[("SVG", &arguments.out)], &[])?;
    let text = files::read_text(&arguments.svg)?;
    let sanitised = sanitise(&text, &profile).map_err(Failure::inside(&arguments.svg))?;
    files::write(&arguments.out, sanitised.svg.as_str())?;
    printer.report(&Report {
        source: arguments.svg.clone(),
        file: arguments.out.clone(),
        bytes: sanitised.svg.byte_count(),
        changes: sanitised.changes.iter().map(Changed::from).collect(),
    })?;
    Ok(Ending::Done)
}
