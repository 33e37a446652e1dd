//! Draws every description and looks at the pictures.

use std::path::{Path, PathBuf};

use image::RgbImage;
use linocut::batch::Row;
use linocut::core::{derive_seed, with_causes};
use linocut::finish::Decoy;
use linocut::score::{METRIC_SIDE, MetricRenderer};
use linocut::suite::Item;
use linocut::{ByteBudget, Candidate, Pipeline, PipelineOptions, Profile, Prompt, Render, Rewrite, Stop, Task, check};

use super::evaluated::{Evaluated, write};
use super::lookers::Lookers;
use super::summary::Summary;
use super::{Arguments, task};
use crate::ending::Ending;
use crate::failure::Failed;
use crate::lists;
use crate::named_values::NamedValues;
use crate::outputs::{self, Output};
use crate::printer::Printer;
use crate::progress::Progress;

/// Evaluates, writes the table and prints the summary.
pub(crate) fn run(arguments: &Arguments, printer: Printer) -> Result<Ending, Failed> {
    let task::Task { rows, items } = task::Task::of(arguments)?;
    let written: Vec<Output<'_>> = arguments.out.iter().map(|path| ("table", path.as_path())).collect();
    let read: Vec<&Path> = arguments.descriptions.iter().map(PathBuf::as_path).collect();
    outputs::check(&written, &read)?;
    let Arguments { candidates, weights, model, place, .. } = arguments;
    let standard = weights.judged(Pipeline::standard(), place, printer)?;
    let options = PipelineOptions { candidates: candidates.count(), ..standard.options };
    let pipeline = model.drawn(Pipeline { options, ..standard }, weights, place, candidates, printer)?;
    let mut descriptions: Vec<String> = described(&rows).collect();
    for path in &arguments.among {
        descriptions.extend(described(&lists::rows(path)?));
    }
    let lookers = Lookers::new(descriptions, if items.is_empty() { None } else { weights.asked(place)? })?;
    let total = rows.len() * usize::from(arguments.pictures);
    let progress = Progress::of_items(total as u64)?;
    let (mut pictures, mut failures) = (Vec::with_capacity(total), Vec::new());
    let each = |at: usize| (0..u64::from(arguments.pictures)).map(move |picture| (at, picture));
    for (at, picture) in (0..rows.len()).flat_map(each) {
        let (row, item) = (&rows[at], items.get(at));
        let seed = derive_seed(arguments.seed.seed, picture);
        let found = evaluate(&pipeline, &lookers, (row, item), seed, progress.stop());
        if progress.interrupted() {
            break;
        }
        match found {
            Ok(picture) => pictures.push(picture),
            Err(error) => failures.push(format!("{}: {}", row.id, with_causes(&*error))),
        }
        progress.advance();
    }
    if pictures.is_empty() && progress.interrupted() {
        return Ok(progress.finish_empty(printer));
    }
    let ending = progress.finish();
    if let Some(path) = &arguments.out {
        write(path, &pictures)?;
    }
    let failed = !failures.is_empty();
    printer.report(&Summary::new(&pictures, failures, ending == Ending::CutShort))?;
    Ok(ending.of_rows(&rows, failed))
}

/// The descriptions of the rows that could be read.
fn described(rows: &[Row]) -> impl Iterator<Item = String> {
    rows.iter().filter(|row| row.error.is_none()).map(|row| row.description.clone())
}

fn evaluate(
    pipeline: &Pipeline,
    lookers: &Lookers,
    (row, item): (&Row, Option<&Item>),
    seed: u64,
    stop: &Stop,
) -> Result<Evaluated, Failed> {
    if let Some(error) = &row.error {
        return Err(Box::new(error.clone()));
    }
    let prompt = Prompt::new(row.description.as_str(), seed);
    let outcome = pipeline.run(&prompt, stop)?;
    let best = outcome.best();
    check(best.svg.as_str(), &Profile::CONTEST)?;
    Ok(Evaluated {
        id: row.id.clone(),
        seed,
        description: row.description.clone(),
        bytes: best.svg.byte_count(),
        seconds: outcome.elapsed.as_secs_f64(),
        coverage: best.scores.part("coverage").unwrap_or(0.0),
        scores: NamedValues(best.scores.parts.clone()),
        kind: item.map(|item| item.kind),
        matched: lookers.matched(&best.image, &prompt, item)?,
        affirmed: item.map(|item| lookers.affirmed(&best.image, item)).transpose()?.flatten(),
        plain: lookers.text(&best.image, seed)?,
        decoyed: lookers.text(&with_decoy(best)?, seed)?,
    })
}

/// The same drawing with a decoy, as the metric would render it; a decoy may take more bytes than the budget here.
fn with_decoy(candidate: &Candidate) -> Result<RgbImage, Failed> {
    let decoy = Decoy::default();
    let stop = Stop::never();
    let budget = ByteBudget::new(candidate.svg.byte_count() + decoy.reserve());
    let drawing =
        decoy.rewrite(candidate.drawing.clone(), &Task { seed: candidate.origin.seed, ..Task::new(budget, &stop) })?;
    Ok(MetricRenderer.render(&drawing.write(), METRIC_SIDE, METRIC_SIDE)?)
}
