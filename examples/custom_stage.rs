//! A closure as a stage: a tracer of our own, a mosaic of squares, competes with those of the library.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "examples talk to the terminal")]

mod cli;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use image::RgbImage;
use linocut::raster::{Filter, resize};
use linocut::report::candidates_sheet;
use linocut::svg::{Geometry, Shape};
use linocut::{Drawing, FromFn, Named, Pipeline, PipelineOptions, Prompt, StageError, Stop, Task};

/// Trace pictures with a mosaic beside the library's tracers
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// What the pictures should show
    #[arg(default_value = "a red boat on the sea")]
    description: String,
    /// Sheet of all candidates to write
    #[arg(long, value_name = "FILE.png", default_value = "custom_stage.png")]
    out: PathBuf,
}

fn main() -> ExitCode {
    cli::main(run)
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let mut pipeline = Pipeline::standard();
    pipeline.tracers.push(Named::new("mosaic", Box::new(FromFn(mosaic))));
    pipeline.options = PipelineOptions { candidates: 2, ..pipeline.options };
    let prompt = Prompt::new(arguments.description, 0);
    let outcome = pipeline.run(&prompt, &Stop::never())?;
    candidates_sheet(&outcome, &prompt)?.save(&arguments.out)?;
    for candidate in &outcome.candidates {
        println!("{:.3}  {}", candidate.scores.total, candidate.origin);
    }
    println!("wrote {}", arguments.out.display());
    Ok(())
}

/// The finest mosaic of squares that fits the budget.
fn mosaic(image: &RgbImage, task: &Task<'_>) -> Result<Drawing, StageError> {
    for count in (1..=24).rev() {
        let small = resize(image, count, count, Filter::Bilinear).map_err(|e| StageError::new("mosaic", e))?;
        let mut drawing = Drawing::new(count, count);
        for (x, y, pixel) in small.enumerate_pixels() {
            drawing
                .shapes
                .push(Shape::filled(Geometry::rect(x as i32, y as i32, 1, 1), linocut::svg::Color::from(*pixel)));
        }
        if task.budget.fits(drawing.byte_count()) {
            return Ok(drawing);
        }
    }
    Err(StageError::new("mosaic", format!("budget of {} is too small for one square", task.budget)))
}
