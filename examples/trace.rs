//! Traces a picture as an SVG of at most 3,000 bytes. `cargo run --example trace -- [FOLDER] [PICTURE]`

#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::error::Error;
use std::path::PathBuf;

use linocut::collage::Collage;
use linocut::raster::{DecodeLimits, composite, decode};
use linocut::svg::Color;
use linocut::trace::{BudgetTracer, Work};
use linocut::{ByteBudget, Profile, Prompt, Stop, Task, check};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let stop = Stop::never();
    let picture = match arguments.next() {
        Some(path) => composite(&decode(&std::fs::read(path)?, &DecodeLimits::default())?, Color::WHITE.into()),
        None => Collage::default().picture(&Prompt::new("a red boat on the sea", 1), &stop)?,
    };
    // More sweeps come closer; the result depends on their number, never on time or threads.
    let tracer = BudgetTracer::default().with_work(Work::Sweeps(5));
    let drawing = tracer.trace(&picture, &Task::new(ByteBudget::new(3000), &stop))?;
    let svg = check(drawing.write().as_str(), &Profile::CONTEST)?;
    let path = folder.join("traced.svg");
    std::fs::write(&path, svg.as_str())?;
    println!("{}: {} shapes in {} bytes", path.display(), drawing.shapes.len(), svg.byte_count());
    Ok(())
}
