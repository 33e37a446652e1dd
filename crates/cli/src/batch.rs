//! `linocut batch`: a list of descriptions becomes a folder of SVGs; run again, it resumes where it was ended.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use linocut::batch::{Record, Summary};
use linocut::{Batch, BatchOptions, Pipeline, PipelineOptions};
use serde::Serialize;

use crate::arguments::{
    CandidateArguments, ModelArguments, PlaceArguments, SeedArguments, ThreadArguments, WeightArguments, seconds,
};
use crate::ending::Ending;
use crate::failure::Failed;
use crate::lists;
use crate::printer::Printer;
use crate::progress::Progress;

/// Draw a list of descriptions into a folder of SVGs with results.jsonl; run again to resume
#[derive(Args)]
pub(crate) struct Arguments {
    /// List to draw: .csv with columns id and description, or .jsonl with an object of both per line
    prompts: PathBuf,
    /// Folder for the SVGs and results.jsonl; what is finished there is not drawn again
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    threads: ThreadArguments,
    /// Time limit of one row in seconds; results then vary from run to run
    #[arg(long, value_name = "T", value_parser = seconds)]
    seconds_each: Option<Duration>,
    /// Time limit of this run in seconds, shared out over the rows that are left; results then vary from run to run
    #[arg(long, value_name = "T", value_parser = seconds)]
    seconds_total: Option<Duration>,
    #[command(flatten)]
    candidates: CandidateArguments,
    #[command(flatten)]
    seed: SeedArguments,
    #[command(flatten)]
    weights: WeightArguments,
    #[command(flatten)]
    model: ModelArguments,
    #[command(flatten)]
    place: PlaceArguments,
}

/// A row that could not be drawn.
#[derive(Serialize)]
struct Failure {
    id: String,
    error: String,
}

/// What the run has done.
#[derive(Serialize)]
struct Report {
    folder: PathBuf,
    drawn: usize,
    failed: usize,
    finished_before: usize,
    left: usize,
    mean_score: Option<f64>,
    seconds: f64,
    failures: Vec<Failure>,
    cut_short: bool,
    #[serde(skip)]
    summary: Summary,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.folder.display(), self.summary)?;
        if self.cut_short { write!(f, "; cut short, run again to resume") } else { Ok(()) }
    }
}

/// Draws the rows that are not finished yet.
pub(crate) fn run(arguments: &Arguments, printer: Printer) -> Result<Ending, Failed> {
    let rows = lists::rows(&arguments.prompts)?;
    let threads = arguments.threads.count();
    let jobs = threads.min(rows.len()).max(1);
    let Arguments { model, weights, place, candidates, .. } = arguments;
    let standard = weights.judged(Pipeline::standard(), place, printer)?;
    let options = PipelineOptions { candidates: candidates.count(), jobs: threads / jobs, ..standard.options };
    let pipeline = model.drawn(Pipeline { options, ..standard }, weights, place, candidates, printer)?;
    let options = BatchOptions {
        jobs,
        seed: arguments.seed.seed,
        time_each: arguments.seconds_each,
        time_total: arguments.seconds_total,
        ..BatchOptions::default()
    };
    let progress = Progress::of_stage("rows")?;
    let draw = |prompt: &_, stop: &_| pipeline.run(prompt, stop);
    let (mut failures, mut unprinted) = (Vec::new(), None);
    let summary = Batch::new(&arguments.out, options).run(&rows, draw, progress.stop(), |record: &Record| {
        if let Some(error) = &record.error {
            unprinted = progress.text(printer, format_args!("{}: {error}", record.id)).err().or(unprinted.take());
            failures.push(Failure { id: record.id.clone(), error: error.clone() });
        }
    })?;
    let ending = progress.finish();
    if let Some(error) = unprinted {
        return Err(error.into());
    }
    printer.report(&report(arguments, summary, failures, ending))?;
    Ok(ending.of_rows(&rows, summary.failed > 0))
}

fn report(arguments: &Arguments, summary: Summary, failures: Vec<Failure>, ending: Ending) -> Report {
    let Summary { drawn, failed, finished_before, left, mean_score, elapsed } = summary;
    Report {
        folder: arguments.out.clone(),
        drawn,
        failed,
        finished_before,
        left,
        mean_score,
        seconds: elapsed.as_secs_f64(),
        failures,
        cut_short: ending == Ending::CutShort,
        summary,
    }
}
