//! Whether a finishing touch changes the scores: the same descriptions with and without it, paired.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "examples talk to the terminal")]

mod cli;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use linocut::batch::{Row, read_rows};
use linocut::finish::{Border, Decoy, Mark};
use linocut::pipeline::BoxRewrite;
use linocut::report::{PairedDifference, interval_plot};
use linocut::{Pipeline, PipelineOptions, Prompt, Stop};

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Touch {
    Border,
    BorderSteps,
    DecoyRings,
    DecoyPlus,
    DecoyLetter,
}

/// Score descriptions with and without a finishing touch
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Descriptions: .csv with columns id and description, or .jsonl with an object of both per line
    prompts: PathBuf,
    /// Finishing touch
    #[arg(long, value_name = "NAME", default_value = "border")]
    rewrite: Touch,
    /// Most descriptions to score
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    count: u16,
    /// Plot to write
    #[arg(long, value_name = "FILE.png", default_value = "ablate.png")]
    out: PathBuf,
    /// Seed of everything random
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
}

/// The values of each part of the score, in the order of the descriptions.
type Parts = BTreeMap<String, Vec<f64>>;

fn main() -> ExitCode {
    cli::main(run)
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let rows: Vec<Row> = read_rows(&arguments.prompts)?.into_iter().take(arguments.count.into()).collect();
    let without = scores(&rows, arguments.seed, Vec::new)?;
    let with = scores(&rows, arguments.seed, || vec![rewrite(arguments.rewrite)])?;
    let mut plotted = Vec::new();
    println!("{:<12} {:>9} {:>20} {:>6}", "part", "mean", "95 % interval", "pairs");
    for (part, values) in &with {
        let Some(d) = without.get(part).and_then(|w| PairedDifference::of(values, w, arguments.seed)) else { continue };
        println!("{part:<12} {:>+9.4} {:>+9.4} to {:>+7.4} {:>6}", d.mean, d.low, d.high, d.pairs);
        plotted.push((part.clone(), d));
    }
    let heading = format!("{:?}: score with it less score without", arguments.rewrite);
    interval_plot(&heading, &plotted)?.save(&arguments.out)?;
    println!("wrote {}", arguments.out.display());
    Ok(())
}

fn rewrite(touch: Touch) -> BoxRewrite {
    let decoy = |mark| Box::new(Decoy { mark, ..Decoy::default() });
    match touch {
        Touch::Border => Box::new(Border::default()),
        Touch::BorderSteps => Box::new(Border { steps: 4, ..Border::default() }),
        Touch::DecoyRings => decoy(Mark::RINGS),
        Touch::DecoyPlus => decoy(Mark::PLUS),
        Touch::DecoyLetter => decoy(Mark::LETTER),
    }
}

/// Scores of the best candidate for each description, by part, with the bytes.
fn scores(rows: &[Row], seed: u64, rewrites: impl Fn() -> Vec<BoxRewrite>) -> Result<Parts, Box<dyn Error>> {
    let mut parts = Parts::new();
    for row in rows {
        let standard = Pipeline::standard();
        let options = PipelineOptions { candidates: 1, ..standard.options };
        let pipeline = Pipeline { options, rewrites: rewrites(), ..standard };
        let outcome = pipeline.run(&Prompt::new(row.description.as_str(), seed), &Stop::never())?;
        let scores = &outcome.best().scores;
        parts.entry("total".to_owned()).or_default().push(scores.total);
        for (name, value) in &scores.parts {
            parts.entry(name.to_string()).or_default().push(*value);
        }
    }
    Ok(parts)
}
