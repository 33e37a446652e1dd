//! Shows how to plug in your own tracer: a mosaic of squares competes with the library's. `cargo run --example custom_stage -- [FOLDER]`

#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::error::Error;
use std::path::PathBuf;

use image::RgbImage;
use linocut::raster::{Filter, resize};
use linocut::report::candidates_sheet;
use linocut::svg::{Color, Geometry, Shape};
use linocut::{Drawing, FromFn, Named, Pipeline, PipelineOptions, Prompt, StageError, Stop, Task};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let mut pipeline = Pipeline::standard();
    pipeline.tracers.push(Named::new("mosaic", Box::new(FromFn(mosaic))));
    pipeline.options = PipelineOptions { candidates: 1, finalists: 0, ..pipeline.options };
    let prompt = Prompt::new("a red boat on the sea", 0);
    let outcome = pipeline.run(&prompt, &Stop::never())?;
    for candidate in &outcome.candidates {
        println!("{:.3}  {}", candidate.scores.total, candidate.origin);
    }
    let sheet = folder.join("custom_stage.png");
    candidates_sheet(&outcome, &prompt)?.save(&sheet)?;
    println!("all candidates: {}", sheet.display());
    Ok(())
}

/// The finest mosaic of squares that fits the budget.
fn mosaic(image: &RgbImage, task: &Task<'_>) -> Result<Drawing, StageError> {
    for count in (1..=24).rev() {
        let small = resize(image, count, count, Filter::Bilinear).map_err(|error| StageError::new("mosaic", error))?;
        let square = |(x, y, pixel): (u32, u32, &image::Rgb<u8>)| {
            Shape::filled(Geometry::rect(x as i32, y as i32, 1, 1), Color::from(*pixel))
        };
        let shapes = small.enumerate_pixels().map(square).collect();
        let drawing = Drawing { shapes, ..Drawing::new(count, count) };
        if task.budget.fits(drawing.byte_count()) {
            return Ok(drawing);
        }
    }
    Err(StageError::new("mosaic", format!("budget of {} is too small for one square", task.budget)))
}
