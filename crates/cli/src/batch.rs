//! `linocut batch`: a list of descriptions becomes a folder of SVGs; run again, it resumes where it was ended.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use linocut::batch::{Merged, Record, Row, Shard, Summary, merge};
use linocut::{Batch, BatchOptions, Pipeline, PipelineOptions};
use serde::Serialize;

use crate::arguments::{
    CandidateArguments, ModelArguments, PlaceArguments, SeedArguments, ThreadArguments, TracerArguments,
    WeightArguments, seconds,
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
    /// Draw one of N parts of the list into the folder `shard-I-of-N` within DIR, for job arrays; the parts need not know of each other
    #[arg(long, value_name = "I/N", conflicts_with = "merge")]
    shard: Option<Shard>,
    /// Draw nothing: put what all parts have drawn together in DIR, in the order of the list
    #[arg(long)]
    merge: bool,
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
    tracers: TracerArguments,
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
    if arguments.merge {
        return merged(arguments, &rows, printer);
    }
    let (rows, out) = match arguments.shard {
        Some(shard) => (shard.of(rows), shard.folder(&arguments.out)),
        None => (rows, arguments.out.clone()),
    };
    let threads = arguments.threads.count();
    let jobs = threads.min(rows.len()).max(1);
    let Arguments { model, weights, place, candidates, .. } = arguments;
    let standard = weights.judged(Pipeline::standard(), place, printer)?;
    let options = PipelineOptions { candidates: candidates.count(), jobs: threads / jobs, ..standard.options };
    let standard = Pipeline { options, tracers: arguments.tracers.tracers(), ..standard };
    let pipeline = model.drawn(standard, weights, place, candidates, printer)?;
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
    let summary = Batch::new(&out, options).run(&rows, draw, progress.stop(), |record: &Record| {
        if let Some(error) = &record.error {
            unprinted = progress.text(printer, format_args!("{}: {error}", record.id)).err().or(unprinted.take());
            failures.push(Failure { id: record.id.clone(), error: error.clone() });
        }
    })?;
    let ending = progress.finish();
    if let Some(error) = unprinted {
        return Err(error.into());
    }
    printer.report(&report(out, summary, failures, ending))?;
    // A part may have no rows; then there is nothing that could not be read.
    Ok(if rows.is_empty() { ending } else { ending.of_rows(&rows, summary.failed > 0) })
}

/// What was put together.
#[derive(Serialize)]
struct MergeReport {
    folder: PathBuf,
    drawn: usize,
    failed: usize,
    left: usize,
    shards: u32,
    missing: Vec<u32>,
    #[serde(skip)]
    merged: Merged,
}

impl fmt::Display for MergeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.folder.display(), self.merged)
    }
}

/// Puts the shards of the list together.
fn merged(arguments: &Arguments, rows: &[Row], printer: Printer) -> Result<Ending, Failed> {
    let merged = merge(&arguments.out, rows)?;
    let Merged { drawn, failed, left, ref missing, shards } = merged;
    let (folder, missing) = (arguments.out.clone(), missing.clone());
    printer.report(&MergeReport { folder, drawn, failed, left, shards, missing, merged })?;
    Ok(Ending::Done.with_found(failed > 0 || left > 0))
}

fn report(folder: PathBuf, summary: Summary, failures: Vec<Failure>, ending: Ending) -> Report {
    let Summary { drawn, failed, finished_before, left, mean_score, elapsed } = summary;
    Report {
        folder,
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
