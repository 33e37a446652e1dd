//! Draws a list of descriptions into a folder; started again, it goes on where it was ended.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "examples talk to the terminal")]

mod cli;

use std::error::Error;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use linocut::batch::read_rows;
use linocut::{Batch, BatchOptions, Pipeline, PipelineOptions};

/// Draw a list of descriptions into a folder of SVGs with results.jsonl; run again to go on
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// List to draw: .csv with columns id and description, or .jsonl with an object of both per line
    prompts: PathBuf,
    /// Folder for the SVGs and results.jsonl; what is finished there is not drawn again
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Threads, which are rows at the same time as long as there are so many
    #[arg(long, value_name = "J", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Most time for one row; results then vary from run to run
    #[arg(long, value_name = "T", value_parser = cli::seconds)]
    seconds_each: Option<Duration>,
    /// Most time for this run, shared out over the rows that are left; results then vary from run to run
    #[arg(long, value_name = "T", value_parser = cli::seconds)]
    seconds_total: Option<Duration>,
    /// Seeds to try per row; each gives a candidate per tracer and one drawn as vectors
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    candidates: u16,
    /// Seed of everything random; a row's picture depends on nothing but this and its description
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
}

fn main() -> ExitCode {
    cli::main(run)
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let rows = read_rows(&arguments.prompts)?;
    let threads = arguments.jobs.map_or_else(available, usize::from);
    let jobs = threads.min(rows.len()).max(1);
    let standard = cli::judged(Pipeline::standard())?;
    let candidates = arguments.candidates.into();
    let options = PipelineOptions { candidates, jobs: threads / jobs, ..standard.options };
    let pipeline = Pipeline { options, ..standard };
    let options = BatchOptions {
        jobs,
        seed: arguments.seed,
        time_each: arguments.seconds_each,
        time_total: arguments.seconds_total,
        ..BatchOptions::default()
    };
    let (stop, bar) = cli::with_progress("rows")?;
    let draw = |prompt: &_, stop: &_| pipeline.run(prompt, stop);
    let summary = Batch::new(&arguments.out, options).run(&rows, draw, &stop, |record| {
        if let Some(error) = &record.error {
            bar.suspend(|| println!("{}: {error}", record.id));
        }
    })?;
    bar.finish_and_clear();
    println!("{}: {summary}", arguments.out.display());
    Ok(())
}

fn available() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}
