//! `linocut score`: SVGs scored as the contest's metric does, by every judge whose weights are installed: a table, and a
//! page of what the metric sees.

mod judges;
mod page;
mod questions;
mod report;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use linocut::StageError;
use linocut::constraints::{Profile, check};
use linocut::score::contest::metric::{Entry, Looked, Metric, Quiz, join};
use linocut::score::contest::{ContestScore, Recipe};

use crate::arguments::{PlaceArguments, WeightArguments};
use crate::ending::Ending;
use crate::failure::{Failed, Failure};
use crate::files;
use crate::outputs;
use crate::printer::Printer;
use crate::progress::Progress;
use report::Report;

/// Score SVGs by the contest's metric
#[derive(Args)]
pub(crate) struct Arguments {
    /// SVG files; the name of a file without its ending is the id of its row
    #[arg(required = true, value_name = "SVG")]
    svgs: Vec<PathBuf>,
    /// CSV of the columns id, description, question, choices, answer: a line for each question; rows without an SVG are left
    /// out
    #[arg(long, value_name = "CSV")]
    questions: Option<PathBuf>,
    /// Which of the contest's metrics
    #[arg(long, value_enum, default_value_t = Preset::Deployed)]
    metric: Preset,
    /// Judge S by the small SigLIP of this program, which knows flat scenes, and V by its small PaliGemma where it is built in, in
    /// place of published networks
    #[arg(long, conflicts_with = "models")]
    small: bool,
    #[command(flatten)]
    weights: WeightArguments,
    #[command(flatten)]
    place: PlaceArguments,
    /// Page to write
    #[arg(long, value_name = "PAGE.png", default_value = "score.png")]
    out: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Preset {
    Deployed,
    First,
    Second,
    Harmonic,
}

impl Preset {
    const fn recipe(self) -> Recipe {
        match self {
            Self::Deployed => Recipe::DEPLOYED,
            Self::First => Recipe::FIRST,
            Self::Second => Recipe::SECOND,
            Self::Harmonic => Recipe::HARMONIC,
        }
    }
}

/// A row's score, if all its parts are known, and what it was made of.
struct Row<'a> {
    entry: &'a Entry,
    total: Option<f64>,
    looked: Looked,
}

/// Scores, prints the table and writes the page.
pub(crate) fn run(arguments: &Arguments, printer: Printer) -> Result<Ending, Failed> {
    let inputs: Vec<&Path> = arguments.svgs.iter().chain(&arguments.questions).map(PathBuf::as_path).collect();
    outputs::check(&[("page", &arguments.out)], &inputs)?;
    let entries = entries(arguments)?;
    // Where nothing names a folder, one beside.
    let models = arguments.weights.folder().unwrap_or_else(|| PathBuf::from("models"));
    let is_asked = entries.iter().all(|entry| !entry.quiz.questions.is_empty());
    let recipe = arguments.metric.recipe();
    let score = if arguments.small {
        judges::small(recipe, printer)?
    } else {
        judges::scorer(recipe, (&models, &arguments.weights, &arguments.place), is_asked, printer)?
    };
    let metric = checked(score);
    let planned = metric.plan(&entries)?;
    let progress = Progress::of_items(planned.len() as u64)?;
    let mut rows = Vec::new();
    for (planned, svg) in &planned {
        if progress.interrupted() {
            break;
        }
        let looked = metric.look(planned, svg)?;
        let total = if metric.score.missing().is_empty() { Some(metric.score.total(&looked.found)?) } else { None };
        rows.push(Row { entry: planned.entry, total, looked });
        progress.advance();
    }
    if rows.is_empty() {
        return Ok(progress.finish_empty(printer));
    }
    let (ending, cut_short) = (progress.finish(), rows.len() < planned.len());
    files::write_picture(&arguments.out, &page::page(&rows)?)?;
    printer.report(&Report::new(&rows, &arguments.out, cut_short))?;
    Ok(if cut_short { ending } else { Ending::Done })
}

/// The metric, with the contest's constraints for SVGs.
fn checked(score: ContestScore) -> Metric<'static> {
    Metric::new(score).checked_by(|text| match check(text, &Profile::CONTEST) {
        Ok(valid) => Ok(valid.svg().clone()),
        Err(invalid) => Err(StageError::new("check", invalid)),
    })
}

/// What was drawn and what is asked about it.
fn entries(arguments: &Arguments) -> Result<Vec<Entry>, Failed> {
    let drawings = arguments.svgs.iter().map(|path| drawing(path)).collect::<Result<Vec<_>, _>>()?;
    let quizzes = match &arguments.questions {
        Some(path) => questions::read(path)?,
        None => drawings.iter().map(|(id, _)| questions::none(id, "")).collect(),
    };
    let is_drawn = |quiz: &Quiz| drawings.iter().any(|(id, _)| *id == quiz.id);
    let quizzes = quizzes.into_iter().filter(is_drawn).collect();
    Ok(join(drawings, quizzes)?)
}

fn drawing(path: &Path) -> Result<(String, String), Failure> {
    Ok((files::stem(path), files::read_text(path)?))
}
