//! `linocut draw`: a description becomes the best SVG of many candidates, its picture, and a sheet of all candidates.

mod report;

use std::path::PathBuf;

use clap::Args;
use linocut::collage::Collage;
use linocut::finish::{Border, Decoy};
use linocut::pipeline::{BoxRewrite, COMPOSER, Maker};
use linocut::report::candidates_sheet;
use linocut::{Outcome, Pipeline, PipelineOptions, Prompt};

use crate::arguments::{
    BudgetArguments, CandidateArguments, ModelArguments, PlaceArguments, SeedArguments, ThreadArguments, TimeArguments,
    TracerArguments, WeightArguments, WriterArguments,
};
use crate::ending::Ending;
use crate::failure::{Failed, Failure};
use crate::files;
use crate::outputs;
use crate::printer::Printer;
use crate::progress::Progress;
use report::{Credited, Report, Written};

/// Draw a description as an SVG
#[derive(Args)]
pub(crate) struct Arguments {
    /// What the picture should show
    description: String,
    /// SVG to write; PNGs of the picture and of all candidates are written beside it
    #[arg(long, value_name = "FILE.svg", default_value = "drawing.svg")]
    out: PathBuf,
    #[command(flatten)]
    candidates: CandidateArguments,
    #[command(flatten)]
    tracers: TracerArguments,
    #[command(flatten)]
    seed: SeedArguments,
    #[command(flatten)]
    budget: BudgetArguments,
    #[command(flatten)]
    time: TimeArguments,
    #[command(flatten)]
    threads: ThreadArguments,
    /// Say where the art of the drawing comes from, and under which licence
    #[arg(long)]
    credits: bool,
    /// Add a small mark in a corner for OCR to read
    #[arg(long)]
    decoy: bool,
    /// Add a dark frame
    #[arg(long)]
    border: bool,
    #[command(flatten)]
    weights: WeightArguments,
    #[command(flatten)]
    model: ModelArguments,
    #[command(flatten)]
    writer: WriterArguments,
    #[command(flatten)]
    place: PlaceArguments,
}

/// Runs the pipeline and writes what came of it.
pub(crate) fn run(arguments: &Arguments, printer: Printer) -> Result<Ending, Failed> {
    let written = Written::beside(&arguments.out);
    outputs::check(&written.outputs(), &[])?;
    let Arguments { model, writer, weights, place, candidates, .. } = arguments;
    let pipeline = model.drawn(pipeline(arguments, printer)?, weights, place, candidates, printer)?;
    let pipeline = writer.joined(pipeline, weights, place, model.leaves_out_all_else(), printer)?;
    let prompt = Prompt::new(arguments.description.as_str(), arguments.seed.seed);
    let progress = Progress::of_stage("candidates")?;
    let outcome = pipeline.run(&prompt, progress.stop())?;
    let ending = progress.finish();
    write(&outcome, &prompt, &written)?;
    let credits = if arguments.credits { Some(credits(&pipeline, &outcome, &prompt)?) } else { None };
    printer.report(&Report::new(&outcome, written, credits, ending == Ending::CutShort))?;
    Ok(ending)
}

fn pipeline(arguments: &Arguments, printer: Printer) -> Result<Pipeline, Failed> {
    let standard = arguments.weights.judged(Pipeline::standard(), &arguments.place, printer)?;
    let options = PipelineOptions {
        candidates: arguments.candidates.count(),
        budget: arguments.budget.budget(),
        profile: arguments.budget.profile(),
        jobs: arguments.threads.count(),
        time: arguments.time.seconds,
        ..standard.options
    };
    let mut rewrites: Vec<BoxRewrite> = Vec::new();
    if arguments.border {
        rewrites.push(Box::new(Border::default()));
    }
    if arguments.decoy {
        rewrites.push(Box::new(Decoy::default()));
    }
    Ok(Pipeline { options, tracers: arguments.tracers.tracers(), rewrites, ..standard })
}

fn write(outcome: &Outcome, prompt: &Prompt, to: &Written) -> Result<(), Failure> {
    let best = outcome.best();
    files::write(&to.svg, best.svg.as_str())?;
    files::write_picture(&to.picture, &best.image)?;
    let sheet = candidates_sheet(outcome, prompt).map_err(Failure::io("write", &to.candidates))?;
    files::write_picture(&to.candidates, &sheet)
}

/// The sources of what the best candidate shows; a model has none, nor have pictures that are drawn line by line.
fn credits(pipeline: &Pipeline, outcome: &Outcome, prompt: &Prompt) -> Result<Vec<Credited>, Failed> {
    let origin = &outcome.best().origin;
    let best = Prompt::new(prompt.text.as_str(), origin.seed);
    let only = || pipeline.generators.first().map(|generator| &generator.name);
    let by = match &origin.maker {
        Maker::Drawer(drawer) => Some(drawer),
        _ => origin.generator.as_ref().or_else(only),
    };
    let by_the_composer = by.is_some_and(|name| name == COMPOSER);
    let credits = if by_the_composer { Collage::default().compose(&best)?.credits } else { Vec::new() };
    Ok(credits.into_iter().map(Credited::from).collect())
}
