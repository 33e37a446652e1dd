//! Scores SVGs as the contest's metric does, as far as there are weights: a table, and a page of what the metric sees.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "examples talk to the terminal")]

mod cli;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use linocut::StageError;
use linocut::constraints::{Profile, check};
use linocut::raster::encode_png;
use linocut::report::{Cell, Sheet};
use linocut::score::contest::metric::{Entry, Looked, Metric, Quiz, join, parse_choices, question};
use linocut::score::contest::{ContestScore, Judges, Part, Recipe, VqaForm};

/// Score SVGs by the contest's metric
#[derive(Parser)]
#[command(version)]
struct Arguments {
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
    /// Folder of published weights, with a folder in it for each repository [default: `$LINOCUT_MODELS`, else models]
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
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

/// A row's score, if all its parts are known, and what it was made of.
struct Row<'a> {
    entry: &'a Entry,
    total: Option<f64>,
    looked: Looked,
}

fn main() -> ExitCode {
    cli::main(run)
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let entries = entries(&arguments)?;
    let models = arguments.models.or_else(|| std::env::var_os("LINOCUT_MODELS").map(PathBuf::from));
    let is_asked = entries.iter().all(|entry| !entry.quiz.questions.is_empty());
    let score = scorer(arguments.metric, &models.unwrap_or_else(|| PathBuf::from("models")), is_asked)?;
    let is_whole = score.missing().is_empty();
    let metric = Metric::new(score).checked_by(|text| match check(text, &Profile::CONTEST) {
        Ok(valid) => Ok(valid.svg().clone()),
        Err(invalid) => Err(StageError::new("check", invalid)),
    });
    let mut rows = Vec::new();
    for (planned, svg) in metric.plan(&entries)? {
        let looked = metric.look(&planned, &svg)?;
        let total = if is_whole { Some(metric.score.total(&looked.found)?) } else { None };
        rows.push(Row { entry: planned.entry, total, looked });
    }
    table(&rows);
    let (out, page) = (&arguments.out, page(&rows)?);
    std::fs::write(out, encode_png(&page)?).map_err(|e| format!("cannot write {}: {e}", out.display()))?;
    println!("wrote {}", out.display());
    Ok(())
}

/// The metric with those of its judges that there are files for; says which files are missing.
fn scorer(metric: Preset, models: &Path, is_asked: bool) -> Result<ContestScore, Box<dyn Error>> {
    let recipe = match metric {
        Preset::Deployed => Recipe::DEPLOYED,
        Preset::First => Recipe::FIRST,
        Preset::Second => Recipe::SECOND,
        Preset::Harmonic => Recipe::HARMONIC,
    };
    let files = |part: &Part| part.published_files().iter().map(|file| models.join(file));
    let (mut found, lost): (Vec<Part>, Vec<Part>) =
        recipe.formula.needs().into_iter().partition(|part| files(part).all(|file| file.is_file()));
    if !lost.is_empty() {
        let mut missing: Vec<&str> = lost.iter().flat_map(|part| part.published_files()).copied().collect();
        missing.retain(|file| !models.join(file).is_file());
        missing.sort_unstable();
        missing.dedup();
        println!("{} cannot be scored without {}, not found in {}", names(&lost), missing.join(", "), models.display());
    }
    if !is_asked && recipe.vqa == VqaForm::Choices && found.contains(&Part::Vqa) {
        println!("V cannot be scored without --questions for every SVG");
        found.retain(|part| *part != Part::Vqa);
    }
    Ok(ContestScore { judges: embedded(judges(&found, models)?)?, recipe })
}

/// The contest's judges of these parts.
#[cfg(feature = "neural")]
fn judges(found: &[Part], models: &Path) -> Result<Judges, Box<dyn Error>> {
    Ok(Judges::open(models, found, &linocut::score::Device::Cpu)?)
}

#[cfg(not(feature = "neural"))]
fn judges(found: &[Part], models: &Path) -> Result<Judges, Box<dyn Error>> {
    if !found.is_empty() {
        println!("{} has weights for {}: build with `--features neural` to use them", models.display(), names(found));
    }
    Ok(Judges::default())
}

/// With the embedded reader where the contest's own is missing.
#[cfg(feature = "ocr")]
fn embedded(judges: Judges) -> Result<Judges, Box<dyn Error>> {
    let reader = match judges.reader {
        None => std::sync::Arc::new(linocut::score::Reader::embedded()?) as _,
        Some(reader) => reader,
    };
    Ok(Judges { reader: Some(reader), ..judges })
}

#[cfg(not(feature = "ocr"))]
fn embedded(judges: Judges) -> Result<Judges, Box<dyn Error>> {
    if judges.reader.is_none() {
        println!("O(pp-ocr), by a reader that needs no weights, is in builds with `--features ocr`");
    }
    Ok(judges)
}

fn names(parts: &[Part]) -> String {
    parts.iter().map(|part| part.name()).collect::<Vec<_>>().join(", ")
}

/// What was drawn and what is asked about it.
fn entries(arguments: &Arguments) -> Result<Vec<Entry>, Box<dyn Error>> {
    let drawings = arguments.svgs.iter().map(|path| drawing(path)).collect::<Result<Vec<_>, _>>()?;
    let quizzes = match &arguments.questions {
        Some(path) => quizzes(path).map_err(|e| format!("{}: {e}", path.display()))?,
        None => drawings.iter().map(|(id, _)| quiz(id, "")).collect(),
    };
    let is_drawn = |quiz: &Quiz| drawings.iter().any(|(id, _)| *id == quiz.id);
    let quizzes = quizzes.into_iter().filter(is_drawn).collect();
    Ok(join(drawings, quizzes)?)
}

fn drawing(path: &Path) -> Result<(String, String), String> {
    let id = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let svg = std::fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    Ok((id, svg))
}

fn quiz(id: &str, description: &str) -> Quiz {
    Quiz { id: id.to_owned(), description: description.to_owned(), questions: Vec::new() }
}

/// Rows of a CSV that has a line for each question.
fn quizzes(path: &Path) -> Result<Vec<Quiz>, Box<dyn Error>> {
    let mut quizzes: Vec<Quiz> = Vec::new();
    let mut reader = csv::Reader::from_path(path)?;
    for line in reader.deserialize() {
        let (id, description, text, choices, answer): (String, String, String, String, String) = line?;
        let place = quizzes.iter().position(|quiz| quiz.id == id).unwrap_or(quizzes.len());
        if place == quizzes.len() {
            quizzes.push(quiz(&id, &description));
        }
        let asked = parse_choices(&choices).and_then(|choices| question(&text, choices, &answer));
        quizzes[place].questions.push(asked.map_err(|e| format!("row {id}, `{text}`: {e}"))?);
    }
    Ok(quizzes)
}

fn table(rows: &[Row<'_>]) {
    let width = rows.iter().map(|row| row.entry.quiz.id.chars().count()).max().unwrap_or(0).max(4);
    for Row { entry, total, looked } in rows {
        let text = looked.found.text.as_ref().map_or_else(String::new, |text| format!("  read {text:?}"));
        println!("{:width$} {} {}{text}", entry.quiz.id, shown(*total), parts(looked));
    }
    let sum: Option<f64> = rows.iter().map(|row| row.total).sum();
    println!("{:width$} {}", "mean", shown(sum.map(|sum| sum / rows.len() as f64)));
}

fn shown(total: Option<f64>) -> String {
    total.map_or_else(|| "     -".to_owned(), |total| format!("{total:.4}"))
}

fn parts(looked: &Looked) -> String {
    looked.found.named_parts().map(|(name, value)| format!(" {name} {value:.4}")).collect()
}

/// A row for every SVG: as drawn, as rated and asked about, as read.
fn page(rows: &[Row<'_>]) -> Result<image::RgbImage, Box<dyn Error>> {
    let rows = rows.iter().map(cells).collect();
    Ok(Sheet { heading: "What the metric sees".to_owned(), rows, side: 320 }.draw()?)
}

fn cells<'a>(Row { entry, total, looked }: &'a Row<'_>) -> Vec<Cell<'a>> {
    let Entry { quiz, .. } = entry;
    let (found, views) = (&looked.found, &looked.views);
    let cell = |image: &'a image::RgbImage, caption: [String; 3]| Cell {
        image,
        caption: caption.into_iter().filter(|line| !line.is_empty()).collect(),
        marked: false,
    };
    let score = format!("score {} {}", shown(*total).trim(), parts(looked));
    let answers: String = found.answers.iter().map(|answer| format!(" {answer:.2}")).collect();
    let answers = if answers.is_empty() { answers } else { format!("answers{answers}") };
    let text = found.text.as_ref().map_or_else(String::new, |text| format!("read {text:?}"));
    vec![
        cell(&looked.rendered, [quiz.id.clone(), quiz.description.clone(), score]),
        cell(&views.defended, ["defended".to_owned(), answers, String::new()]),
        cell(&views.ocr, ["to be read".to_owned(), text, String::new()]),
    ]
}
