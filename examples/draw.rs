//! Draws a description: the best SVG of several candidates, and its picture. `cargo run --example draw -- [FOLDER]`

#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::error::Error;
use std::path::PathBuf;

use linocut::{Pipeline, PipelineOptions, Prompt, Stop};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let standard = Pipeline::standard();
    // Drafts only, to be quick; by default the best candidates are made again with more work.
    let options = PipelineOptions { candidates: 2, finalists: 0, ..standard.options };
    let pipeline = Pipeline { options, ..standard };
    let outcome = pipeline.run(&Prompt::new("a lighthouse overlooking the ocean", 0), &Stop::never())?;
    let best = outcome.best();
    std::fs::write(folder.join("lighthouse.svg"), best.svg.as_str())?;
    best.image.save(folder.join("lighthouse.png"))?;
    println!("{} bytes by {}, score {:.3}", best.svg.byte_count(), best.origin, best.scores.total);
    for (part, value) in &best.scores.parts {
        println!("  {part} {value:.3}");
    }
    println!("written to {}", folder.display());
    Ok(())
}
