//! Traces a picture: PNG or JPEG in, the closest SVG within a byte budget out.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "examples talk to the terminal")]

mod cli;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};
use image::RgbImage;
use linocut::Drawing;
use linocut::constraints::Profile;
use linocut::core::{ByteBudget, Stop, Task};
use linocut::raster::{DecodeLimits, Filter, composite, decode, psnr, resize, ssim};
use linocut::score::{METRIC_SIDE, MetricRenderer};
use linocut::svg::Color;
use linocut::trace::{BudgetTracer, Contours, Objective, VTracer, Work};

#[derive(Clone, Copy, PartialEq, Debug, ValueEnum)]
enum Method {
    Budget,
    Vtracer,
    Contours,
}

#[derive(Clone, Copy, PartialEq, Debug, ValueEnum)]
enum Seen {
    Raw,
    Defended,
}

/// Trace a picture as an SVG
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Picture to trace, PNG or JPEG
    input: PathBuf,
    /// SVG to write
    #[arg(long, value_name = "OUT.svg")]
    out: PathBuf,
    /// Most bytes of the SVG
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(200..=1_000_000))]
    bytes: u32,
    /// Tracer
    #[arg(long, value_name = "NAME", default_value = "budget")]
    method: Method,
    /// Trace for so long; the result then varies from run to run. Without it, a fixed amount of work
    #[arg(long, value_name = "T", value_parser = cli::seconds)]
    seconds: Option<Duration>,
    /// Sweeps of the budgeted tracer
    #[arg(long, value_name = "N", conflicts_with = "seconds", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    sweeps: Option<u32>,
    /// Whether the error counts as it is or as the contest's filters leave it (budgeted tracer)
    #[arg(long, value_name = "EYES", default_value = "raw")]
    objective: Seen,
    /// Seed of the search
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Threads of the budgeted tracer, 0 for as many as the machine has; does not change the result
    #[arg(long, value_name = "J", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=64))]
    threads: u16,
    /// Colour behind transparent parts
    #[arg(long, value_name = "COLOUR", default_value = "white")]
    background: Color,
}

fn main() -> ExitCode {
    cli::main(run)
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let data =
        std::fs::read(&arguments.input).map_err(|e| format!("cannot read {}: {e}", arguments.input.display()))?;
    let picture = decode(&data, &DecodeLimits::default()).map_err(|e| format!("{}: {e}", arguments.input.display()))?;
    let picture = composite(&picture, arguments.background.into());
    let drawing = trace(&picture, &arguments)?;
    let profile = Profile { max_bytes: arguments.bytes as usize, ..Profile::CONTEST };
    let svg = linocut::constraints::check_svg(&drawing.write(), &profile)?;
    std::fs::write(&arguments.out, svg.as_str())
        .map_err(|e| format!("cannot write {}: {e}", arguments.out.display()))?;
    println!("wrote {}", arguments.out.display());
    let (bytes, seconds) = (svg.as_str().len(), start.elapsed().as_secs_f64());
    let drawn = MetricRenderer.picture(svg.svg(), METRIC_SIDE, METRIC_SIDE)?;
    let source = resize(&picture, METRIC_SIDE, METRIC_SIDE, Filter::Lanczos)?;
    let (psnr, ssim) = (psnr(&source, &drawn)?, ssim(&source, &drawn)?);
    println!("{bytes} bytes, {psnr:.2} dB, SSIM {ssim:.3} at {METRIC_SIDE} px, {:?}, {seconds:.1} s", arguments.method);
    Ok(())
}

fn trace(picture: &RgbImage, arguments: &Arguments) -> Result<Drawing, Box<dyn Error>> {
    let stop = match (arguments.method, arguments.seconds) {
        (Method::Budget, _) | (_, None) => Stop::never(),
        (_, Some(seconds)) => Stop::after(seconds),
    };
    let budget = ByteBudget::new(arguments.bytes as usize);
    let task = Task { image: Some(picture), seed: arguments.seed, ..Task::new(budget, &stop) };
    Ok(match arguments.method {
        Method::Budget => budgeted(arguments).trace(picture, &task)?,
        Method::Vtracer => VTracer::default().trace(picture, &task)?,
        Method::Contours => Contours::default().trace(picture, &task)?,
    })
}

fn budgeted(arguments: &Arguments) -> BudgetTracer {
    let default = BudgetTracer::default();
    let work = match (arguments.seconds, arguments.sweeps) {
        (Some(seconds), _) => Work::Time(seconds),
        (None, Some(sweeps)) => Work::Sweeps(sweeps),
        (None, None) => default.work,
    };
    let objective = match arguments.objective {
        Seen::Raw => Objective::Raw,
        Seen::Defended => Objective::Defended,
    };
    BudgetTracer { work, objective, threads: arguments.threads.into(), ..default }
}
