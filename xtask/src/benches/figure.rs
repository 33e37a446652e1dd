//! What criterion wrote about a benchmark: its name, the median time and how much one iteration works through.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::Failure;

/// A benchmark and how long it takes.
#[derive(Debug)]
pub(super) struct Figure {
    pub(super) benchmark: Benchmark,
    pub(super) median: Estimate,
}

/// `benchmark.json`.
#[derive(Debug, Deserialize)]
pub(super) struct Benchmark {
    pub(super) full_id: String,
    pub(super) throughput: Option<Throughput>,
}

/// How much one iteration works through: one of these, or a kind that no benchmark here uses.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Throughput {
    bytes: Option<u64>,
    elements: Option<u64>,
}

/// `estimates.json`.
#[derive(Debug, Deserialize)]
struct Estimates {
    median: Estimate,
}

/// Nanoseconds an iteration, with the interval that holds the true value with a confidence of 95 %.
#[derive(Debug, Deserialize)]
pub(super) struct Estimate {
    pub(super) point_estimate: f64,
    pub(super) confidence_interval: Interval,
}

#[derive(Debug, Deserialize)]
pub(super) struct Interval {
    pub(super) lower_bound: f64,
    pub(super) upper_bound: f64,
}

/// All figures below criterion's folder: those of each benchmark's folder `new`, its last run.
pub(super) fn read(folder: &Path) -> Result<Vec<Figure>, Failure> {
    let mut figures = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        if path.ends_with("new") && path.join("benchmark.json").is_file() {
            let benchmark = serde_json::from_slice(&fs::read(path.join("benchmark.json"))?)?;
            let Estimates { median } = serde_json::from_slice(&fs::read(path.join("estimates.json"))?)?;
            figures.push(Figure { benchmark, median });
        } else {
            figures.extend(read(&path)?);
        }
    }
    Ok(figures)
}

impl Throughput {
    /// Units a second for an iteration of this many nanoseconds.
    pub(super) fn per_second(&self, nanoseconds: f64) -> String {
        let (count, unit) = match (self.bytes, self.elements) {
            (Some(bytes), _) => (bytes, "B/s"),
            (None, Some(elements)) => (elements, "elements/s"),
            (None, None) => return String::new(),
        };
        let rate = count as f64 / (nanoseconds * 1e-9);
        let scales = [(1e9, "G"), (1e6, "M"), (1e3, "k")];
        let (scale, prefix) = scales.into_iter().find(|(scale, _)| rate >= *scale).unwrap_or((1.0, ""));
        format!("{} {prefix}{unit}", three_digits(rate / scale))
    }
}

/// A time in the unit that keeps it between 1 and 1,000.
pub(super) fn time(nanoseconds: f64) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_and_a_readable_unit() {
        let times = [0.5, 12.34, 999.4, 1_000.0, 1.5e9].map(time);
        assert_eq!(times, ["0.500 ns", "12.3 ns", "999 ns", "1.00 µs", "1.50 s"]);
    }

    #[test]
    fn throughput_is_read_as_criterion_writes_it_and_shown_a_second() {
        let shown = |json: &str| serde_json::from_str::<Throughput>(json).unwrap().per_second(2_000.0);
        assert_eq!(shown(r#"{"Bytes":10000}"#), "5.00 GB/s");
        assert_eq!(shown(r#"{"Elements":1}"#), "500 kelements/s");
        assert_eq!(shown(r#"{"Bits":8}"#), "", "a kind that is not used");
    }

    #[test]
    fn figures_are_found_in_nested_folders_and_only_those_of_the_last_run() {
        let folder = std::env::temp_dir().join(format!("linocut-xtask-{}", std::process::id()));
        let estimate =
            r#"{"median":{"point_estimate":2.0,"confidence_interval":{"lower_bound":1.0,"upper_bound":3.0}}}"#;
        for run in ["new", "base"] {
            let run = folder.join("group/bench").join(run);
            fs::create_dir_all(&run).unwrap();
            fs::write(run.join("benchmark.json"), r#"{"full_id":"group/bench","throughput":null}"#).unwrap();
            fs::write(run.join("estimates.json"), estimate).unwrap();
        }
        let figures = read(&folder);
        fs::remove_dir_all(&folder).unwrap();
        let figures = figures.unwrap();
        assert_eq!(figures.len(), 1);
        assert_eq!(figures[0].benchmark.full_id, "group/bench");
        assert_eq!(figures[0].median.confidence_interval.upper_bound, 3.0);
    }
}
