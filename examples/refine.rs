//! Refines an SVG towards a picture by gradient, then by search on the grid, within a byte budget.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "examples talk to the terminal")]

mod cli;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use image::RgbImage;
use linocut::Drawing;
use linocut::core::{ByteBudget, FromFn, StageError, Task};
use linocut::raster::{DecodeLimits, Filter, composite, decode, psnr, resize, ssim};
use linocut::refine::{Objective, Refiner};
use linocut::score::METRIC_SIDE;
use linocut::svg::{Color, rasterize, read_foreign};
use linocut::trace::{BudgetTracer, TraceError, Work};

#[derive(Clone, Copy, PartialEq, Debug, ValueEnum)]
enum Like {
    Psnr,
    Ssim,
    Both,
}

/// Move an SVG's points and colours by gradient towards a picture
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// SVG to refine
    svg: PathBuf,
    /// Picture that it should look like, PNG or JPEG
    target: PathBuf,
    /// SVG to write
    #[arg(long, value_name = "OUT.svg")]
    out: PathBuf,
    /// Gradient steps
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    steps: u32,
    /// Sweeps of the tracer's search afterwards, for drawings of filled polygons; 0 only rounds
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    search: u32,
    /// Most bytes of the SVG; without it, as many as it has
    #[arg(long, value_name = "B", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    bytes: Option<u32>,
    /// What the result should have
    #[arg(long, value_name = "WHAT", default_value = "psnr")]
    objective: Like,
    /// Longest step of a point in px of the comparison
    #[arg(long, value_name = "PX", default_value_t = Refiner::default().point_rate)]
    point_rate: f32,
    /// Longest step of a colour channel in levels
    #[arg(long, value_name = "LEVELS", default_value_t = Refiner::default().color_rate)]
    color_rate: f32,
    /// Colour behind everything
    #[arg(long, value_name = "COLOUR", default_value = "white")]
    background: Color,
}

fn main() -> ExitCode {
    cli::main(run)
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let drawing = read_drawing(&arguments.svg)?;
    let data =
        std::fs::read(&arguments.target).map_err(|e| format!("cannot read {}: {e}", arguments.target.display()))?;
    let picture =
        decode(&data, &DecodeLimits::default()).map_err(|e| format!("{}: {e}", arguments.target.display()))?;
    let picture = composite(&picture, arguments.background.into());
    let bytes = arguments.bytes.map_or_else(|| drawing.byte_count(), |bytes| bytes as usize);
    let (stop, bar) = cli::with_progress("refine")?;
    let task = Task { image: Some(&picture), ..Task::new(ByteBudget::new(bytes), &stop) };
    let sweeps = arguments.search;
    let settle = FromFn(move |drawing, task: &Task<'_>| search(sweeps, drawing, task));
    let refined = refiner(&arguments).settled_by(settle).refine(&drawing, &picture, &task)?;
    bar.finish_and_clear();
    std::fs::write(&arguments.out, refined.drawing.write().as_str())
        .map_err(|e| format!("cannot write {}: {e}", arguments.out.display()))?;
    println!("wrote {}", arguments.out.display());
    println!("before  {}", figures(&drawing, &picture, arguments.background)?);
    println!("after   {}, {} steps", figures(&refined.drawing, &picture, arguments.background)?, refined.steps);
    Ok(())
}

fn refiner(arguments: &Arguments) -> Refiner {
    let objective = match arguments.objective {
        Like::Psnr => Objective::Mse,
        Like::Ssim => Objective::Ssim,
        Like::Both => Objective::Both(0.02),
    };
    Refiner {
        steps: arguments.steps,
        point_rate: arguments.point_rate,
        color_rate: arguments.color_rate,
        objective,
        background: arguments.background,
        ..Refiner::default()
    }
}

/// The tracer's search, which leaves curves and strokes as they are.
fn search(sweeps: u32, drawing: Drawing, task: &Task<'_>) -> Result<Drawing, StageError> {
    let Some(image) = task.image.filter(|_| sweeps > 0) else { return Ok(drawing) };
    let tracer = BudgetTracer { work: Work::Sweeps(sweeps), ..BudgetTracer::default() };
    match tracer.improve(&drawing, image, task) {
        Err(TraceError::Shape { .. } | TraceError::TooManyShapes { .. }) => Ok(drawing),
        found => found.map_err(|error| StageError::new("search", error)),
    }
}

/// Our own subset exactly, anything else through usvg on a grid of the scored size.
fn read_drawing(path: &Path) -> Result<Drawing, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    if let Ok(drawing) = Drawing::parse(&text) {
        return Ok(drawing);
    }
    let foreign = read_foreign(&text, METRIC_SIDE).map_err(|e| format!("{}: {e}", path.display()))?;
    for lost in &foreign.lost {
        eprintln!("note: {lost}");
    }
    Ok(foreign.drawing)
}

/// Bytes, and PSNR and SSIM of the drawing as resvg renders it at the scored size.
fn figures(drawing: &Drawing, picture: &RgbImage, background: Color) -> Result<String, Box<dyn Error>> {
    let rendered = composite(&rasterize(&drawing.write(), METRIC_SIDE, METRIC_SIDE)?, background.into());
    let target = resize(picture, METRIC_SIDE, METRIC_SIDE, Filter::Lanczos)?;
    let (psnr, ssim) = (psnr(&rendered, &target)?, ssim(&rendered, &target)?);
    Ok(format!("{} bytes, PSNR {psnr:.2} dB, SSIM {ssim:.4} at {METRIC_SIDE} px", drawing.byte_count()))
}
