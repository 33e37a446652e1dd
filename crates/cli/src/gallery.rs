//! `linocut gallery`: what a batch has drawn, or two batches side by side, on one page for a browser.

use std::path::PathBuf;

use clap::Args;
use linocut::Gallery;
use serde_json::json;

use crate::ending::Ending;
use crate::failure::Failed;
use crate::files;
use crate::outputs;
use crate::printer::Printer;

/// Write a page with the pictures of a folder made by `linocut batch`, or of two folders compared
#[derive(Args)]
pub(crate) struct Arguments {
    /// Folder of results.jsonl and its SVGs
    dir: PathBuf,
    /// Folder to compare with it, paired by id; differences are its scores less those of the first
    other_dir: Option<PathBuf>,
    /// Page to write
    #[arg(long, value_name = "FILE.html", default_value = "gallery.html")]
    out: PathBuf,
}

/// Reads the folders and writes the page.
pub(crate) fn run(arguments: &Arguments, printer: Printer) -> Result<Ending, Failed> {
    outputs::check(&[("page", &arguments.out)], &[])?;
    let mut gallery = Gallery::read(&arguments.dir)?;
    if let Some(other) = &arguments.other_dir {
        gallery = gallery.compare(Gallery::read(other)?);
    }
    let page = gallery.page();
    files::write(&arguments.out, &page)?;
    printer.text(format_args!("{}: {} bytes", arguments.out.display(), page.len()))?;
    printer.document(&json!({ "file": arguments.out, "bytes": page.len() }))?;
    Ok(Ending::Done)
}
