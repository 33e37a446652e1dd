//! Draws a description: the best SVG of many candidates, its picture, and a sheet of all candidates.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "examples talk to the terminal")]

mod cli;
#[cfg(feature = "diffusion")]
#[path = "cli/model.rs"]
mod model;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use linocut::collage::Collage;
use linocut::finish::{Border, Decoy};
use linocut::pipeline::{BoxRewrite, BoxTrace, Named};
use linocut::report::candidates_sheet;
use linocut::trace::{BudgetTracer, Contours, VTracer};
use linocut::{ByteBudget, Outcome, Pipeline, PipelineOptions, Profile, Prompt};

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Tracer {
    Budget,
    Vtracer,
    Contours,
}

/// Draw a description as an SVG
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// What the picture should show
    #[cfg_attr(
        feature = "diffusion",
        arg(required = false, required_unless_present = "list", default_value_if("list", "true", ""))
    )]
    description: String,
    /// SVG to write; the PNGs are written beside it
    #[arg(long, value_name = "FILE.svg", default_value = "drawing.svg")]
    out: PathBuf,
    /// Seeds to try; each gives a candidate per tracer and one drawn as vectors
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    candidates: u16,
    /// Tracers to use
    #[arg(long, value_name = "A,B", value_delimiter = ',', default_value = "budget")]
    tracers: Vec<Tracer>,
    /// Seed of everything random
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Most bytes of the SVG
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(200..=1_000_000))]
    bytes: u32,
    /// Stop after this time with the best so far; results then vary from run to run
    #[arg(long, value_name = "T", value_parser = cli::seconds)]
    seconds: Option<Duration>,
    /// Threads; the result does not depend on it
    #[arg(long, value_name = "J", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Say where the art of the drawing comes from, and under which licence
    #[arg(long)]
    credits: bool,
    /// Add a mark for text readers to find
    #[arg(long)]
    decoy: bool,
    /// Add a dark frame
    #[arg(long)]
    border: bool,
    #[cfg(feature = "diffusion")]
    #[command(flatten)]
    model: model::ModelArguments,
}

fn main() -> ExitCode {
    cli::main(run)
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    #[cfg(feature = "diffusion")]
    if arguments.model.list {
        model::list();
        return Ok(());
    }
    #[cfg_attr(not(feature = "diffusion"), expect(unused_mut, reason = "a model takes the generator's place"))]
    let mut pipeline = pipeline(&arguments)?;
    #[cfg_attr(not(feature = "diffusion"), expect(unused_mut, reason = "a model takes the composer's place"))]
    let mut composed = true;
    #[cfg(feature = "diffusion")]
    if let Some(generator) = arguments.model.generator()? {
        pipeline.generator = Some(generator);
        pipeline.drawers.clear();
        composed = false;
    }
    let prompt = Prompt::new(arguments.description.as_str(), arguments.seed);
    let (stop, bar) = cli::with_progress("candidates")?;
    let outcome = pipeline.run(&prompt, &stop)?;
    bar.finish_and_clear();
    write(&outcome, &prompt, &arguments.out)?;
    tell(&outcome);
    if arguments.credits {
        credits(&outcome, &prompt, composed)?;
    }
    Ok(())
}

fn pipeline(arguments: &Arguments) -> Result<Pipeline, Box<dyn Error>> {
    let bytes = arguments.bytes as usize;
    let standard = cli::judged(Pipeline::standard())?;
    let options = PipelineOptions {
        candidates: arguments.candidates.into(),
        budget: ByteBudget::new(bytes),
        profile: Profile { max_bytes: bytes, ..Profile::CONTEST },
        jobs: arguments.jobs.map_or(standard.options.jobs, usize::from),
        time: arguments.seconds,
        ..standard.options
    };
    let tracers = arguments.tracers.iter().map(|tracer| named(*tracer)).collect();
    let mut rewrites: Vec<BoxRewrite> = Vec::new();
    if arguments.border {
        rewrites.push(Box::new(Border::default()));
    }
    if arguments.decoy {
        rewrites.push(Box::new(Decoy::default()));
    }
    Ok(Pipeline { options, tracers, rewrites, ..standard })
}

fn named(tracer: Tracer) -> Named<BoxTrace> {
    match tracer {
        Tracer::Budget => Named::new("budget", Box::new(BudgetTracer { threads: 1, ..BudgetTracer::default() })),
        Tracer::Vtracer => Named::new("vtracer", Box::<VTracer>::default()),
        Tracer::Contours => Named::new("contours", Box::<Contours>::default()),
    }
}

fn write(outcome: &Outcome, prompt: &Prompt, out: &Path) -> Result<(), Box<dyn Error>> {
    let written = |path: PathBuf, result: Result<(), Box<dyn Error>>| {
        result.map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        println!("wrote {}", path.display());
        Ok::<(), Box<dyn Error>>(())
    };
    let best = outcome.best();
    written(out.to_path_buf(), std::fs::write(out, best.svg.as_str()).map_err(Into::into))?;
    let picture = out.with_extension("png");
    written(picture.clone(), best.image.save(&picture).map_err(Into::into))?;
    let sheet = out.with_extension("candidates.png");
    written(sheet.clone(), candidates_sheet(outcome, prompt)?.save(&sheet).map_err(Into::into))
}

fn tell(outcome: &Outcome) {
    let best = outcome.best();
    for failure in &outcome.failures {
        println!("no candidate from {}: {}", failure.origin, failure.error);
    }
    if !best.unused_words.is_empty() {
        println!("not shown: {}", first_words(&best.unused_words));
    }
    println!(
        "{} bytes, score {:.3}, best of {} candidates ({}), {:.1} s",
        best.svg.byte_count(),
        best.scores.total,
        outcome.candidates.len(),
        best.origin,
        outcome.elapsed.as_secs_f64()
    );
}

/// The sources of what the best candidate shows; a model has none, nor have pictures that are drawn line by line.
fn credits(outcome: &Outcome, prompt: &Prompt, composed: bool) -> Result<(), Box<dyn Error>> {
    let best = Prompt::new(prompt.text.as_str(), outcome.best().origin.seed);
    let credits = if composed { Collage::default().compose(&best)?.credits } else { Vec::new() };
    if credits.is_empty() {
        println!("no bundled art");
    }
    for credit in credits {
        println!("art: {} by {} ({}), {}", credit.title, credit.author, credit.license, credit.url);
    }
    Ok(())
}

/// The first dozen words of a list, and how many more there are.
fn first_words(words: &[String]) -> String {
    let shown = words.iter().take(12).cloned().collect::<Vec<_>>().join(", ");
    if words.len() > 12 { format!("{shown} and {} more", words.len() - 12) } else { shown }
}
