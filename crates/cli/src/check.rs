//! `linocut check`: whether SVG files are valid, and what is wrong where.

use std::fs::File;
use std::hint::black_box;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use linocut::constraints::{Invalid, Profile, Violation, check, check_bytes};
use linocut::list::{JsonLine, JsonLines, from_json};
use serde_json::{Value, json};

use crate::ending::Ending;
use crate::failure::{Failed, Failure};
use crate::files;
use crate::printer::Printer;

/// Check SVG files against the contest's constraints
#[derive(Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct Arguments {
    /// SVG files
    files: Vec<PathBuf>,
    /// JSON Lines with a text `svg` each; prints one line of JSON for each that is not blank, in order
    #[arg(long, value_name = "FILE")]
    jsonl: Option<PathBuf>,
    /// Byte limit of an SVG
    #[arg(long, value_name = "N", default_value_t = Profile::CONTEST.max_bytes)]
    bytes: usize,
    /// Instead of verdicts, print how long one pass over all SVGs takes, the best of 20
    #[arg(long)]
    time: bool,
}

/// How many were checked, how many of them are not valid, and of how many lines no SVG could be read.
#[derive(Default)]
struct Count {
    checked: usize,
    invalid: usize,
    unread: usize,
}

impl Count {
    fn add(&mut self, is_valid: bool) {
        self.checked += 1;
        self.invalid += usize::from(!is_valid);
    }
}

/// Prints a verdict for every file and line.
pub(crate) fn run(arguments: &Arguments, printer: Printer) -> Result<Ending, Failed> {
    let profile = Profile { max_bytes: arguments.bytes, ..Profile::CONTEST };
    if arguments.time {
        return time(arguments, &profile, printer);
    }
    let count = verdicts(arguments, &profile, printer)?;
    if count.invalid > 0 {
        eprintln!("{} of {} not valid", count.invalid, count.checked);
    }
    if count.unread == count.checked {
        return Ok(Ending::Unread);
    }
    Ok(Ending::Done.with_found(count.invalid > 0))
}

fn verdicts(arguments: &Arguments, profile: &Profile, printer: Printer) -> Result<Count, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut count = Count::default();
    for path in &arguments.files {
        let verdict = check_bytes(&files::read(path)?, profile).map(drop);
        if printer.json {
            writeln!(out, "{}", json_of_file(path, &verdict))?;
        } else {
            write_text(&mut out, path, &verdict)?;
        }
        count.add(verdict.is_ok());
    }
    if let Some(path) = &arguments.jsonl {
        let before = count.checked;
        for line in lines(path)? {
            let JsonLine { number, text, .. } = line.map_err(Failure::io("read", path))?;
            let violations = match svg(&text) {
                Ok(svg) => check(&svg, profile)
                    .err()
                    .map_or_else(Vec::new, |found| found.violations.iter().map(described).collect()),
                Err(reason) => {
                    count.unread += 1;
                    vec![json!({ "message": reason })]
                }
            };
            let is_valid = violations.is_empty();
            writeln!(out, "{}", json!({ "row": number, "valid": is_valid, "violations": violations }))?;
            count.add(is_valid);
        }
        if count.checked == before {
            return Err(Failure::NoRows { path: path.clone() });
        }
    }
    out.flush()?;
    Ok(count)
}

/// A line for a valid file, or a line for each violation.
fn write_text(out: &mut impl Write, path: &Path, verdict: &Result<(), Invalid>) -> io::Result<()> {
    let path = path.display();
    match verdict {
        Ok(()) => writeln!(out, "{path}: valid"),
        Err(invalid) => invalid.violations.iter().try_for_each(|violation| writeln!(out, "{path}:{violation}")),
    }
}

fn json_of_file(path: &Path, verdict: &Result<(), Invalid>) -> Value {
    let violations = verdict.as_ref().err().map_or(&[][..], |invalid| &invalid.violations);
    let violations: Vec<Value> = violations.iter().map(described).collect();
    json!({ "file": path, "valid": verdict.is_ok(), "violations": violations })
}

fn described(violation: &Violation) -> Value {
    let Violation { line, column, element, attribute, .. } = violation;
    let message = violation.to_string();
    json!({ "line": line, "column": column, "element": element, "attribute": attribute, "message": message })
}

fn lines(path: &Path) -> Result<JsonLines<BufReader<File>>, Failure> {
    let file = File::open(path).map_err(Failure::io("read", path))?;
    Ok(JsonLines::new(BufReader::new(file)))
}

/// The SVG of a JSON line, or why there is none.
fn svg(line: &[u8]) -> Result<String, String> {
    let mut value: Value = from_json(line).map_err(|error| format!("the line is no JSON: {error}"))?;
    match value.get_mut("svg").map(Value::take) {
        Some(Value::String(text)) => Ok(text),
        _ => Err("the line is no JSON object with a text `svg`".to_owned()),
    }
}

/// Prints how long checking takes.
fn time(arguments: &Arguments, profile: &Profile, printer: Printer) -> Result<Ending, Failed> {
    let mut texts = arguments.files.iter().map(|path| files::read(path)).collect::<Result<Vec<_>, _>>()?;
    if let Some(path) = &arguments.jsonl {
        let rows = lines(path)?.collect::<Result<Vec<_>, _>>().map_err(Failure::io("read", path))?;
        texts.extend(rows.iter().filter_map(|line| svg(&line.text).ok()).map(String::into_bytes));
    }
    let pass = |_| {
        let start = Instant::now();
        texts.iter().for_each(|text| drop(black_box(check_bytes(black_box(text), profile))));
        start.elapsed()
    };
    let milliseconds = (0..20).map(pass).min().unwrap_or_default().as_secs_f64() * 1e3;
    let (count, bytes) = (texts.len(), texts.iter().map(Vec::len).sum::<usize>());
    printer.text(format_args!("{count} texts, {bytes} bytes, {milliseconds:.3} ms"))?;
    printer.document(&json!({ "texts": count, "bytes": bytes, "milliseconds": milliseconds }))?;
    Ok(Ending::Done)
}
