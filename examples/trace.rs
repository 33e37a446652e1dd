//! Traces a picture: PNG or JPEG in, the closest SVG within a byte budget out.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "examples talk to the terminal")]

mod cli;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};
use image::RgbImage;
use linocut::constraints::Profile;
use linocut::core::{ByteBudget, Prompt, Score, Stop, Subject, Task, Trace};
use linocut::raster::{DecodeLimits, composite, decode};
use linocut::score::{Likeness, METRIC_SIDE, MetricRenderer};
use linocut::svg::Color;
use linocut::trace::{Contours, VTracer};

#[derive(Clone, Copy, PartialEq, Debug, ValueEnum)]
enum Method {
    Vtracer,
    Contours,
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
    /// Tracer; without it, all are tried and the result most like the picture is kept
    #[arg(long, value_name = "NAME")]
    method: Option<Method>,
    /// Stop after this time with the best so far; results then vary from run to run
    #[arg(long, value_name = "T", value_parser = cli::seconds)]
    seconds: Option<Duration>,
    /// Tracers that run at the same time
    #[arg(long, value_name = "J", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
    /// Colour behind transparent parts
    #[arg(long, value_name = "COLOUR", default_value = "white")]
    background: Color,
}

struct Traced {
    method: Method,
    svg: String,
    likeness: f64,
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
    let stop = arguments.seconds.map_or_else(Stop::never, Stop::after);
    let best = best(&picture, &arguments, &stop)?;
    std::fs::write(&arguments.out, &best.svg).map_err(|e| format!("cannot write {}: {e}", arguments.out.display()))?;
    println!("wrote {}", arguments.out.display());
    let (bytes, seconds) = (best.svg.len(), start.elapsed().as_secs_f64());
    println!("{bytes} bytes, SSIM {:.3} at {METRIC_SIDE} px, {:?}, {seconds:.1} s", best.likeness, best.method);
    Ok(())
}

/// Traces by every method asked for; of equal results the first listed wins.
fn best(picture: &RgbImage, arguments: &Arguments, stop: &Stop) -> Result<Traced, Box<dyn Error>> {
    let mut methods: Vec<Method> = arguments.method.map_or_else(|| Method::value_variants().to_vec(), |m| vec![m]);
    methods.reverse();
    let count = methods.len();
    let (queue, results) = (Mutex::new(methods), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..usize::from(arguments.jobs).min(count) {
            scope.spawn(|| {
                while let Some(method) = queue.lock().ok().and_then(|mut queue| queue.pop()) {
                    let result = trace(picture, method, arguments.bytes as usize, stop).map_err(|e| e.to_string());
                    results.lock().expect("no worker panics while it holds the lock").push(result);
                }
            });
        }
    });
    let mut results = results.into_inner()?.into_iter().collect::<Result<Vec<Traced>, String>>()?;
    results.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then((a.method as u8).cmp(&(b.method as u8))));
    Ok(results.swap_remove(0))
}

fn trace(picture: &RgbImage, method: Method, bytes: usize, stop: &Stop) -> Result<Traced, Box<dyn Error>> {
    let task = Task { image: Some(picture), ..Task::new(ByteBudget::new(bytes), stop) };
    let drawing = match method {
        Method::Vtracer => Trace::trace(&VTracer::default(), picture, &task)?,
        Method::Contours => Trace::trace(&Contours::default(), picture, &task)?,
    };
    let profile = Profile { max_bytes: bytes, ..Profile::CONTEST };
    let svg = linocut::constraints::check_svg(&drawing.write(), &profile)?;
    let image = MetricRenderer.picture(svg.svg(), METRIC_SIDE, METRIC_SIDE)?;
    let prompt = Prompt::default();
    let subject = Subject {
        image: &image,
        drawing: Some(&drawing),
        source: Some(picture),
        prompt: &prompt,
        questions: &[],
        unused_words: &[],
        seed: 0,
    };
    let likeness = Likeness::default().score(&subject)?.part("fidelity").unwrap_or(0.0);
    Ok(Traced { method, svg: svg.as_str().to_owned(), likeness })
}
