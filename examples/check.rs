//! Says whether SVG files are valid, and what is wrong where.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "examples talk to the terminal")]

mod cli;

use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use linocut::constraints::{Invalid, Profile, Violation, check, check_bytes};
use serde_json::{Value, json};

/// Check SVG files against the contest's rules
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
struct Arguments {
    /// SVG files
    files: Vec<PathBuf>,
    /// JSON lines with a text `svg` each; prints one line of JSON for each, in order
    #[arg(long, value_name = "FILE")]
    jsonl: Option<PathBuf>,
    /// Most bytes of an SVG
    #[arg(long, value_name = "N", default_value_t = Profile::CONTEST.max_bytes)]
    bytes: usize,
    /// Instead of verdicts, print how long one pass over all SVGs takes, the best of 20
    #[arg(long)]
    time: bool,
}

/// How many were checked and how many of them are not valid.
#[derive(Default)]
struct Count {
    checked: usize,
    invalid: usize,
}

fn main() -> ExitCode {
    cli::main(run)
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let profile = Profile { max_bytes: arguments.bytes, ..Profile::CONTEST };
    if arguments.time {
        return time(&arguments, &profile);
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut count = Count::default();
    for path in &arguments.files {
        count.add(verdict(&mut out, path, &check_bytes(&read(path)?, &profile).map(drop))?);
    }
    if let Some(path) = &arguments.jsonl {
        for line in lines(path)? {
            count.add(answer(&mut out, &line?, &profile)?);
        }
    }
    out.flush()?;
    if count.invalid == 0 { Ok(()) } else { Err(format!("{} of {} not valid", count.invalid, count.checked).into()) }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|e| format!("cannot read {}: {e}", path.display()))
}

fn lines(path: &Path) -> Result<impl Iterator<Item = std::io::Result<Vec<u8>>> + use<>, String> {
    let file = File::open(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    Ok(BufReader::new(file).split(b'\n'))
}

/// The SVG of a JSON line.
fn svg(line: &[u8]) -> Option<String> {
    match serde_json::from_slice::<Value>(line).ok()?.get_mut("svg")?.take() {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Prints how long checking takes.
fn time(arguments: &Arguments, profile: &Profile) -> Result<(), Box<dyn Error>> {
    let mut texts = arguments.files.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    if let Some(path) = &arguments.jsonl {
        let rows = lines(path)?.collect::<Result<Vec<_>, _>>()?;
        texts.extend(rows.iter().filter_map(|line| svg(line)).map(String::into_bytes));
    }
    let pass = |_| {
        let start = Instant::now();
        texts.iter().for_each(|text| drop(black_box(check_bytes(black_box(text), profile))));
        start.elapsed()
    };
    let best = (0..20).map(pass).min().unwrap_or_default();
    let bytes: usize = texts.iter().map(Vec::len).sum();
    println!("{} texts, {bytes} bytes, {:.3} ms", texts.len(), best.as_secs_f64() * 1e3);
    Ok(())
}

impl Count {
    fn add(&mut self, is_valid: bool) {
        self.checked += 1;
        self.invalid += usize::from(!is_valid);
    }
}

/// Prints the verdict on a file, a line for each violation.
fn verdict(out: &mut impl Write, path: &Path, verdict: &Result<(), Invalid>) -> std::io::Result<bool> {
    let path = path.display();
    match verdict {
        Ok(()) => writeln!(out, "{path}: valid")?,
        Err(invalid) => invalid.violations.iter().try_for_each(|violation| writeln!(out, "{path}:{violation}"))?,
    }
    Ok(verdict.is_ok())
}

/// Prints the verdict on the SVG of a JSON line. A line that has none is not valid.
fn answer(out: &mut impl Write, line: &[u8], profile: &Profile) -> std::io::Result<bool> {
    let violations = match svg(line).map(|text| check(&text, profile)) {
        Some(Ok(_)) => Vec::new(),
        Some(Err(invalid)) => invalid.violations.iter().map(described).collect(),
        None => vec![json!({ "message": "the line is no JSON object with a text `svg`" })],
    };
    writeln!(out, "{}", json!({ "valid": violations.is_empty(), "violations": violations }))?;
    Ok(violations.is_empty())
}

fn described(violation: &Violation) -> Value {
    let Violation { line, column, element, attribute, .. } = violation;
    let message = violation.to_string();
    json!({ "line": line, "column": column, "element": element, "attribute": attribute, "message": message })
}
