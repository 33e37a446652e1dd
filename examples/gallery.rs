//! Shows what a batch has drawn, or two batches side by side, on one page for a browser.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "examples talk to the terminal")]

mod cli;

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use linocut::Gallery;

/// Write a page with the pictures of a folder made by `batch`, or of two folders compared
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Folder of results.jsonl and its SVGs
    dir: PathBuf,
    /// Folder to compare with it, paired by id; differences are its scores less those of the first
    other_dir: Option<PathBuf>,
    /// Page to write
    #[arg(long, value_name = "FILE.html", default_value = "gallery.html")]
    out: PathBuf,
}

fn main() -> ExitCode {
    cli::main(run)
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let mut gallery = Gallery::read(&arguments.dir)?;
    if let Some(other) = &arguments.other_dir {
        gallery = gallery.compare(Gallery::read(other)?);
    }
    let page = gallery.page();
    fs::write(&arguments.out, &page).map_err(|error| format!("cannot write {}: {error}", arguments.out.display()))?;
    println!("{}: {} bytes", arguments.out.display(), page.len());
    Ok(())
}
