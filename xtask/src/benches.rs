//! Runs the benchmarks briefly and puts their figures into one table, `docs/results/benches.md`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::Failure;
use crate::workspace::{cargo, execute, output, program, root};

/// Packages with benchmarks, and the features that these need.
const PACKAGES: [(&str, &str); 3] = [("linocut-benches", ""), ("linocut-nn", ""), ("linocut-score", "neural")];
/// How long criterion measures: enough for a median within a few percent, 4 minutes for all.
const SHORT: [&str; 6] = ["--warm-up-time", "0.3", "--measurement-time", "1", "--sample-size", "10"];
const PAGE: &str = "docs/results/benches.md";

/// What criterion says of a benchmark.
#[derive(Debug, Deserialize)]
struct Benchmark {
    full_id: String,
    throughput: Option<Throughput>,
}

/// How much one iteration works through.
#[derive(Debug, Deserialize)]
enum Throughput {
    Bytes(u64),
    BytesDecimal(u64),
    Elements(u64),
    Bits(u64),
}

#[derive(Debug, Deserialize)]
struct Estimates {
    median: Estimate,
}

/// Nanoseconds an iteration.
#[derive(Debug, Deserialize)]
struct Estimate {
    point_estimate: f64,
    confidence_interval: Interval,
}

#[derive(Debug, Deserialize)]
struct Interval {
    lower_bound: f64,
    upper_bound: f64,
}

/// A row of the table.
#[derive(Debug)]
struct Figure {
    benchmark: Benchmark,
    median: Estimate,
}

/// Runs all benchmarks, or those whose name holds this text, and writes the table if all ran.
pub(crate) fn run(name: Option<&str>) -> Result<(), Failure> {
    let folder = target()?.join("criterion");
    if name.is_none() && folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    for (package, features) in PACKAGES {
        let mut bench = cargo();
        bench.args(["bench", "--locked", "--package", package, "--benches", "--features", features, "--"]);
        execute(bench.args(SHORT).arg("--noplot").args(name))?;
    }
    let mut figures = figures(&folder)?;
    figures.sort_by(|a, b| a.benchmark.full_id.cmp(&b.benchmark.full_id));
    if name.is_some() {
        print!("{}", table(&figures));
        return Ok(());
    }
    fs::write(root().join(PAGE), page(&figures)?)?;
    println!("wrote {PAGE}");
    Ok(())
}

/// Where cargo builds.
fn target() -> Result<PathBuf, Failure> {
    let text = output(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&text)?;
    Ok(metadata["target_directory"].as_str().ok_or("cargo names no target folder")?.into())
}

/// All figures below a folder: those of `new`, criterion's last run.
fn figures(folder: &Path) -> Result<Vec<Figure>, Failure> {
    let mut figures = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        if path.file_name().is_some_and(|name| name == "new") && path.join("benchmark.json").is_file() {
            let benchmark = serde_json::from_slice(&fs::read(path.join("benchmark.json"))?)?;
            let Estimates { median } = serde_json::from_slice(&fs::read(path.join("estimates.json"))?)?;
            figures.push(Figure { benchmark, median });
        } else {
            figures.extend(self::figures(&path)?);
        }
    }
    Ok(figures)
}

fn page(figures: &[Figure]) -> Result<String, Failure> {
    let mut page = String::from("# How long does each stage take?\n\n");
    writeln!(
        page,
        "Medians of {} benchmarks, one after the other, with the interval that holds the median at 95 %.\n",
        figures.len()
    )?;
    writeln!(page, "**Command.** `cargo xtask benches` runs `cargo bench` for a second each and writes this page.\n")?;
    writeln!(page, "**Machine.** {}, {} threads; {}; {}.\n", processor(), threads(), rustc()?, date()?)?;
    page.push_str(&table(figures));
    Ok(page)
}

fn table(figures: &[Figure]) -> String {
    let mut table = String::from("| benchmark | median | 95 % interval | throughput |\n|---|---|---|---|\n");
    for Figure { benchmark, median } in figures {
        let Interval { lower_bound, upper_bound } = median.confidence_interval;
        let rate = benchmark.throughput.as_ref().map_or_else(String::new, |it| it.per_second(median.point_estimate));
        let row = format!(
            "| {} | {} | {} to {} | {rate} |\n",
            benchmark.full_id.replace('|', "\\|"),
            time(median.point_estimate),
            time(lower_bound),
            time(upper_bound)
        );
        table.push_str(&row);
    }
    table
}

impl Throughput {
    /// The rate for an iteration of so many nanoseconds.
    fn per_second(&self, nanoseconds: f64) -> String {
        let rate = |count: u64| count as f64 / (nanoseconds * 1e-9);
        match self {
            Self::Bytes(count) | Self::BytesDecimal(count) => format!("{} MB/s", three_digits(rate(*count) / 1e6)),
            Self::Bits(count) => format!("{} Mbit/s", three_digits(rate(*count) / 1e6)),
            Self::Elements(count) => format!("{} M elements/s", three_digits(rate(*count) / 1e6)),
        }
    }
}

/// A time in the unit that keeps it between 1 and 1,000.
fn time(nanoseconds: f64) -> String {
    let units = [(1e9, "s"), (1e6, "ms"), (1e3, "µs")];
    let (scale, unit) = units.into_iter().find(|(scale, _)| nanoseconds >= *scale).unwrap_or((1.0, "ns"));
    format!("{} {unit}", three_digits(nanoseconds / scale))
}

/// Three significant digits, without an exponent.
fn three_digits(value: f64) -> String {
    let decimals = match value {
        value if value >= 100.0 => 0,
        value if value >= 10.0 => 1,
        value if value >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.decimals$}")
}

/// The processor's name, where the system tells it.
fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name =
        text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ").map(|it| it.1.to_owned()));
    name.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn rustc() -> Result<String, Failure> {
    Ok(output(program("rustc").arg("--version"))?.trim().to_owned())
}

/// Today, as `2026-11-26`.
fn date() -> Result<String, Failure> {
    Ok(output(program("date").arg("+%F"))?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(id: &str, nanoseconds: f64, throughput: &str) -> Figure {
        let benchmark = format!(r#"{{"full_id":"{id}","throughput":{throughput}}}"#);
        let interval = Interval { lower_bound: nanoseconds * 0.9, upper_bound: nanoseconds * 1.1 };
        Figure {
            benchmark: serde_json::from_str(&benchmark).unwrap(),
            median: Estimate { point_estimate: nanoseconds, confidence_interval: interval },
        }
    }

    #[test]
    fn a_row_has_times_in_readable_units_and_its_throughput() {
        let table =
            table(&[figure("trace/384 px", 41_500_000.0, "null"), figure("write", 2_000.0, r#"{"Bytes":10000}"#)]);
        let rows: Vec<_> = table.lines().skip(2).collect();
        assert_eq!(rows[0], "| trace/384 px | 41.5 ms | 37.4 ms to 45.6 ms |  |");
        assert_eq!(rows[1], "| write | 2.00 µs | 1.80 µs to 2.20 µs | 5000 MB/s |");
    }

    #[test]
    fn times_keep_three_digits() {
        let times = [0.5, 12.34, 999.4, 1_000.0, 1.5e9].map(time);
        assert_eq!(times, ["0.500 ns", "12.3 ns", "999 ns", "1.00 µs", "1.50 s"]);
    }
}
