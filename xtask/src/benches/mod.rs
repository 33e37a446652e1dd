//! Runs the benchmarks briefly and puts their figures into one table, `docs/results/benches.md`.

mod figure;
mod page;

use std::fs;

use crate::Failure;
use crate::workspace::{Metadata, cargo, execute, root};

/// Packages with benchmarks, and the features that these need.
const PACKAGES: [(&str, &str); 4] =
    [("linocut-benches", ""), ("linocut-language", ""), ("linocut-nn", ""), ("linocut-score", "neural")];
/// How long criterion measures: enough for a median within a few percent, a few minutes for all.
const SHORT: [&str; 6] = ["--warm-up-time", "0.2", "--measurement-time", "1", "--sample-size", "10"];
const PAGE: &str = "docs/results/benches.md";

/// Runs all benchmarks and writes the page, or runs those whose name contains this text and prints their table.
pub(crate) fn run(name: Option<&str>) -> Result<(), Failure> {
    let folder = Metadata::read(&["--no-deps"])?.target_directory.join("criterion");
    if name.is_none() && folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    for (package, features) in PACKAGES {
        let mut bench = cargo();
        bench.args(["bench", "--locked", "--package", package, "--benches", "--features", features, "--"]);
        execute(bench.args(SHORT).arg("--noplot").args(name))?;
    }
    let mut figures = figure::read(&folder)?;
    figures.retain(|figure| name.is_none_or(|name| figure.benchmark.full_id.contains(name)));
    figures.sort_by(|a, b| a.benchmark.full_id.cmp(&b.benchmark.full_id));
    if name.is_some() {
        print!("{}", page::table(&figures));
        return Ok(());
    }
    fs::write(root().join(PAGE), page::page(&figures)?)?;
    println!("wrote {PAGE}");
    Ok(())
}
