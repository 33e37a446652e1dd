//! Draws a list of descriptions into a folder; run again, it draws only what is not there yet. `cargo run --example batch -- [FOLDER]`

#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::error::Error;
use std::path::PathBuf;

use linocut::batch::Row;
use linocut::{Batch, BatchOptions, Pipeline, PipelineOptions, Stop};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from).join("linocut-batch");
    let rows = [
        Row::new("boat", "a red boat on the sea"),
        Row::new("forest", "a purple forest at dusk"),
        Row::new("../boat", "an id that cannot name a file costs its row, not the batch"),
    ];
    let standard = Pipeline::standard();
    let options = PipelineOptions { candidates: 1, finalists: 0, jobs: 1, ..standard.options };
    let pipeline = Pipeline { options, ..standard };
    let batch = Batch::new(&folder, BatchOptions { jobs: 2, ..BatchOptions::default() });
    let summary = batch.run(
        &rows,
        |prompt, stop| pipeline.run(prompt, stop),
        &Stop::never(),
        |record| match &record.error {
            None => println!("{}: {:?} bytes, score {:?}", record.id, record.bytes, record.score),
            Some(error) => println!("{}: {error}", record.id),
        },
    )?;
    println!("{}: {summary}", folder.display());
    Ok(())
}
