//! The page of results: what was found first, then command, machine and table.

use std::fmt::Write as _;
use std::fs;

use super::figure::{Figure, Interval, time};
use crate::Failure;
use crate::workspace::{output, program};

/// The benchmarks that the first sentence is about, each with the words for what it does.
const FINDINGS: [(&str, &str); 4] = [
    ("draw a description/1 seed", "drawing a description from one seed takes"),
    ("trace, BudgetTracer/full/384 px", "tracing a picture of 384 px"),
    ("render for the metric/grid of 384", "rendering an SVG for the metric"),
    ("check/10,000 bytes", "checking one of 10,000 bytes"),
];

/// The whole page.
pub(super) fn page(figures: &[Figure]) -> Result<String, Failure> {
    let mut page = String::from("# How long does each stage take?\n\n");
    writeln!(page, "{}\n", finding(figures))?;
    writeln!(
        page,
        "**Command.** `cargo xtask benches` runs every benchmark of the workspace for two seconds, one after the other, and writes this\n\
         page. `cargo xtask benches NAME` runs those whose name contains NAME and prints their rows.\n"
    )?;
    writeln!(page, "**Machine.** {}, {} threads; {}; {}.\n", processor(), threads(), rustc()?, date()?)?;
    writeln!(page, "The median of {} benchmarks, with its 95 % confidence interval.\n", figures.len())?;
    page.push_str(&table(figures));
    Ok(page)
}

/// One sentence about the benchmarks that matter most, of those that were run.
fn finding(figures: &[Figure]) -> String {
    let of = |id: &str| figures.iter().find(|figure| figure.benchmark.full_id == id);
    let clauses: Vec<String> = FINDINGS
        .iter()
        .filter_map(|(id, words)| Some(format!("{words} {}", time(of(id)?.median.point_estimate))))
        .collect();
    match clauses.split_last() {
        None => format!("{} benchmarks ran.", figures.len()),
        Some((last, [])) => format!("On one thread, {last}."),
        Some((last, rest)) => format!("On one thread, {} and {last}.", rest.join(", ")),
    }
}

/// A row for each benchmark.
pub(super) fn table(figures: &[Figure]) -> String {
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
    use super::super::figure::Estimate;
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
        let figures = [figure("trace/384 px", 41_500_000.0, "null"), figure("write", 2_000.0, r#"{"Bytes":10000}"#)];
        let table = table(&figures);
        let rows: Vec<_> = table.lines().skip(2).collect();
        assert_eq!(rows[0], "| trace/384 px | 41.5 ms | 37.4 ms to 45.6 ms |  |");
        assert_eq!(rows[1], "| write | 2.00 µs | 1.80 µs to 2.20 µs | 5.00 GB/s |");
    }

    #[test]
    fn the_finding_names_what_was_run() {
        let [draw, trace, _, check] = FINDINGS.map(|(id, _)| id);
        let figures = [figure(draw, 1.5e9, "null"), figure(trace, 2e9, "null"), figure(check, 5e4, "null")];
        assert_eq!(
            finding(&figures),
            "On one thread, drawing a description from one seed takes 1.50 s, tracing a picture of 384 px 2.00 s and checking one of \
             10,000 bytes 50.0 µs."
        );
        assert_eq!(finding(&[figure("other", 1.0, "null")]), "1 benchmarks ran.");
    }
}
