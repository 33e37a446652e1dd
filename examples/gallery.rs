//! Draws a list from two seeds and writes one page that compares both runs. `cargo run --example gallery -- [FOLDER]`

#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::error::Error;
use std::path::{Path, PathBuf};

use linocut::batch::Row;
use linocut::{Batch, BatchError, BatchOptions, Gallery, Pipeline, PipelineOptions, Stop};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let (first, second) = (folder.join("linocut-seed-1"), folder.join("linocut-seed-2"));
    draw(&first, 1)?;
    draw(&second, 2)?;
    let gallery = Gallery::read(&first)?.compare(Gallery::read(&second)?);
    let page = folder.join("gallery.html");
    std::fs::write(&page, gallery.page())?;
    println!("open {} in a browser", page.display());
    Ok(())
}

/// Draws the list with vectors only, which is quick: no tracer, no candidates made again.
fn draw(folder: &Path, seed: u64) -> Result<(), BatchError> {
    let rows = [Row::new("boat", "a red boat on the sea"), Row::new("forest", "a purple forest at dusk")];
    let standard = Pipeline::standard();
    let options = PipelineOptions { candidates: 1, finalists: 0, ..standard.options };
    let pipeline = Pipeline { options, tracers: Vec::new(), ..standard };
    let batch = Batch::new(folder, BatchOptions { seed, ..BatchOptions::default() });
    batch.run(&rows, |prompt, stop| pipeline.run(prompt, stop), &Stop::never(), |_| {}).map(drop)
}
