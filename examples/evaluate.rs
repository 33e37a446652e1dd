//! Draws a list of descriptions and says how well: failures, bytes, time, coverage, whether the judge finds a picture's description
//! among others, and text that a reader finds.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "examples talk to the terminal")]

mod cli;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use image::RgbImage;
use linocut::batch::{Row, read_rows};
use linocut::core::derive_seed;
use linocut::finish::Decoy;
use linocut::score::contest::defence::{RandomState, ocr_branch};
use linocut::score::{Judge, METRIC_SIDE, MetricRenderer, PpOcrScore, Reader};
use linocut::{ByteBudget, Candidate, Pipeline, PipelineOptions, Profile, Prompt, Render, Rewrite, Stop, Task, check};

/// Evaluate the standard pipeline on a list of descriptions
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// List to draw: .csv with columns id and description, or .jsonl with an object of both per line
    descriptions: PathBuf,
    /// Lists of further descriptions that the judge picks among; without, the others are of the list that is drawn
    #[arg(long, value_name = "FILE.csv")]
    among: Vec<PathBuf>,
    /// Table to write, a line per picture
    #[arg(long, value_name = "FILE.csv")]
    out: Option<PathBuf>,
    /// Pictures per description, each from its own seed
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    pictures: u16,
    /// Seeds to try per picture; each gives a candidate per tracer and one drawn as vectors
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    candidates: u16,
    /// Seed of everything random
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
}

/// Descriptions beside its own that the judge picks among.
const OTHERS: usize = 7;

/// What pictures are looked at with.
struct Lookers {
    reader: PpOcrScore,
    judge: Judge,
    /// Descriptions to pick from.
    texts: Vec<String>,
}

/// What is known of one picture.
struct Line {
    id: String,
    seed: u64,
    description: String,
    bytes: usize,
    seconds: f64,
    scores: Vec<(String, f64)>,
    coverage: f64,
    /// Whether the judge picks its description among others.
    matched: bool,
    plain: Text,
    decoyed: Text,
}

/// What the reader finds in the picture that the metric would read.
struct Text {
    read: String,
    boxes: usize,
    score: f64,
}

fn main() -> ExitCode {
    cli::main(run)
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let rows = read_rows(&arguments.descriptions)?;
    let standard = Pipeline::standard();
    let options = PipelineOptions { candidates: arguments.candidates.into(), ..standard.options };
    let pipeline = Pipeline { options, ..standard };
    let mut texts: Vec<String> = rows.iter().map(|row| row.description.clone()).collect();
    for path in &arguments.among {
        texts.extend(read_rows(path)?.into_iter().map(|row| row.description));
    }
    let lookers = Lookers { reader: PpOcrScore::new(Reader::embedded()?), judge: Judge::embedded()?, texts };
    let total = rows.len() * usize::from(arguments.pictures);
    let bar = indicatif::ProgressBar::new(total as u64);
    let (mut lines, mut failures) = (Vec::with_capacity(total), Vec::new());
    for (row, picture) in rows.iter().flat_map(|row| (0..u64::from(arguments.pictures)).map(move |i| (row, i))) {
        match evaluate(&pipeline, &lookers, row, derive_seed(arguments.seed, picture)) {
            Ok(line) => lines.push(line),
            Err(error) => failures.push(format!("{}: {error}", row.id)),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    if let Some(path) = &arguments.out {
        write(path, &lines)?;
    }
    failures.iter().for_each(|failure| println!("{failure}"));
    tell(&lines, failures.len());
    Ok(())
}

fn evaluate(pipeline: &Pipeline, lookers: &Lookers, row: &Row, seed: u64) -> Result<Line, Box<dyn Error>> {
    let prompt = Prompt::new(row.description.as_str(), seed);
    let outcome = pipeline.run(&prompt, &Stop::never())?;
    let best = outcome.best();
    check(best.svg.as_str(), &Profile::CONTEST)?;
    Ok(Line {
        id: row.id.clone(),
        seed,
        description: row.description.clone(),
        bytes: best.svg.byte_count(),
        seconds: outcome.elapsed.as_secs_f64(),
        scores: best.scores.parts.iter().map(|(name, value)| (name.to_string(), *value)).collect(),
        coverage: best.scores.part("coverage").unwrap_or(0.0),
        matched: lookers.matched(&best.image, &prompt)?,
        plain: text(&lookers.reader, &best.image, seed)?,
        decoyed: text(&lookers.reader, &with_decoy(best)?, seed)?,
    })
}

impl Lookers {
    /// Whether the judge finds the description the likeliest of eight, the others drawn by the prompt's seed.
    fn matched(&self, image: &RgbImage, prompt: &Prompt) -> Result<bool, Box<dyn Error>> {
        let seen = self.judge.embed_picture(image)?;
        let fit = |text: &str| {
            Ok::<_, Box<dyn Error>>(self.judge.embed_text(text)?.map_or(0.5, |text| self.judge.fit(&seen, &text)))
        };
        let own = fit(&prompt.text)?;
        let others: Vec<&String> = self.texts.iter().filter(|text| **text != prompt.text).collect();
        let mut drawn: Vec<usize> = Vec::with_capacity(OTHERS);
        for draw in 1.. {
            if drawn.len() == OTHERS.min(others.len()) {
                break;
            }
            let index = (derive_seed(prompt.seed, draw) % others.len() as u64) as usize;
            if !drawn.contains(&index) {
                drawn.push(index);
            }
        }
        let others = drawn.into_iter().map(|index| fit(others[index])).collect::<Result<Vec<_>, _>>()?;
        Ok(others.into_iter().all(|other| other < own))
    }
}

/// The same drawing with a decoy, as the metric would render it; a decoy may take more bytes than the budget here.
fn with_decoy(candidate: &Candidate) -> Result<RgbImage, Box<dyn Error>> {
    let decoy = Decoy::default();
    let stop = Stop::never();
    let budget = ByteBudget::new(candidate.svg.byte_count() + decoy.reserve());
    let drawing =
        decoy.rewrite(candidate.drawing.clone(), &Task { seed: candidate.origin.seed, ..Task::new(budget, &stop) })?;
    Ok(MetricRenderer.render(&drawing.write(), METRIC_SIDE, METRIC_SIDE)?)
}

fn text(reader: &PpOcrScore, image: &RgbImage, seed: u64) -> Result<Text, Box<dyn Error>> {
    let seen = ocr_branch(image, &mut RandomState::new(seed as u32))?;
    let read = reader.reader.text(&seen)?;
    Ok(Text { boxes: reader.reader.boxes(&seen)?.len(), score: reader.of_text(&read), read })
}

fn write(path: &Path, lines: &[Line]) -> Result<(), Box<dyn Error>> {
    let mut table =
        csv::Writer::from_path(path).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    table.write_record([
        "id",
        "seed",
        "description",
        "bytes",
        "seconds",
        "coverage",
        "matched",
        "text",
        "boxes",
        "decoyed text",
        "decoyed boxes",
        "scores",
    ])?;
    for line in lines {
        let scores =
            line.scores.iter().map(|(name, value)| format!("{name} {value:.4}")).collect::<Vec<_>>().join("; ");
        table.write_record([
            line.id.clone(),
            line.seed.to_string(),
            line.description.clone(),
            line.bytes.to_string(),
            format!("{:.3}", line.seconds),
            format!("{:.3}", line.coverage),
            line.matched.to_string(),
            line.plain.read.clone(),
            line.plain.boxes.to_string(),
            line.decoyed.read.clone(),
            line.decoyed.boxes.to_string(),
            scores,
        ])?;
    }
    Ok(table.flush()?)
}

fn tell(lines: &[Line], failures: usize) {
    println!("| | |\n|---|---|");
    println!("| pictures | {} |", lines.len());
    println!("| failures | {failures} |");
    println!(
        "| bytes, median and most | {:.0}, {:.0} |",
        median(lines, |line| line.bytes as f64),
        most(lines, |line| line.bytes as f64)
    );
    println!(
        "| seconds, median and most | {:.2}, {:.2} |",
        median(lines, |line| line.seconds),
        most(lines, |line| line.seconds)
    );
    println!(
        "| coverage, median and mean | {:.3}, {:.3} |",
        median(lines, |line| line.coverage),
        mean(lines, |line| line.coverage)
    );
    let matched = 100.0 * mean(lines, |line| f64::from(u8::from(line.matched)));
    println!("| picked among {} by the judge | {matched:.1} % |", OTHERS + 1);
    for (name, of) in [("without", (|line| &line.plain) as fn(&Line) -> &Text), ("with", |line| &line.decoyed)] {
        let share = |holds: fn(&Text) -> bool| 100.0 * mean(lines, |line| f64::from(u8::from(holds(of(line)))));
        println!("| {name} decoy: text recognised | {:.1} % |", share(|text| !text.read.is_empty()));
        println!("| {name} decoy: O(pp-ocr) below 1 | {:.1} % |", share(|text| text.score < 1.0));
        println!("| {name} decoy: boxes a picture | {:.2} |", mean(lines, |line| of(line).boxes as f64));
    }
}

fn mean(lines: &[Line], of: impl Fn(&Line) -> f64) -> f64 {
    lines.iter().map(of).sum::<f64>() / lines.len().max(1) as f64
}

fn most(lines: &[Line], of: impl Fn(&Line) -> f64) -> f64 {
    lines.iter().map(of).fold(0.0, f64::max)
}

/// The middle value, of an even number the upper one; 0 of none.
fn median(lines: &[Line], of: impl Fn(&Line) -> f64) -> f64 {
    let mut values: Vec<f64> = lines.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
