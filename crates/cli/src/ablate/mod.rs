//! `linocut ablate`: whether a finishing touch changes the scores, by the same descriptions drawn without it and with it.

mod difference;
mod measure;
mod study;
mod table;
mod touch;

use std::path::PathBuf;

use clap::Args;
use linocut::batch::Row;
use linocut::report::interval_plot;

use crate::arguments::{SeedArguments, ThreadArguments};
use crate::ending::Ending;
use crate::failure::{Failed, Failure};
use crate::files;
use crate::lists;
use crate::outputs::{self, Output};
use crate::printer::Printer;
use crate::progress::Progress;
use difference::Report;
use measure::Measure;
use study::{Case, study};
use touch::Touch;

/// Score descriptions without and with finishing touches: paired differences with 95 % intervals
///
/// Each description is drawn once without a touch and once with each, from the same seeds. The differences of a description's
/// pictures are averaged first, so that a pair is a description; the interval is a bootstrap over them.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Descriptions: .csv with columns id and description, or .jsonl with an object of both per line
    #[arg(required = true, value_name = "LIST")]
    lists: Vec<PathBuf>,
    /// Finishing touches
    #[arg(long, alias = "rewrite", value_name = "A,B", value_delimiter = ',', default_values_t = Touch::STANDARD)]
    touches: Vec<Touch>,
    /// Most descriptions to draw [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    count: Option<u16>,
    /// Seeds to try for each picture; each gives a candidate per tracer and one drawn as vectors. The best of all is made again
    /// with more work, of two or more seeds the best two
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    candidates: u16,
    /// Score drafts, which take a tenth of the time, instead of making the best again with more work
    #[arg(long)]
    drafts: bool,
    /// Pictures per description, each from its own seed
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    pictures: u16,
    /// Table to write, with the values of every picture
    #[arg(long, value_name = "FILE.csv")]
    out: Option<PathBuf>,
    /// Plot of the differences to write
    #[arg(long, value_name = "FILE.png")]
    plot: Option<PathBuf>,
    #[command(flatten)]
    seed: SeedArguments,
    #[command(flatten)]
    threads: ThreadArguments,
}

/// Draws and scores everything, then compares.
pub(crate) fn run(arguments: &Arguments, printer: Printer) -> Result<Ending, Failed> {
    let rows = rows(arguments)?;
    let table = arguments.out.iter().map(|path| ("table", path.as_path()));
    let written: Vec<Output<'_>> = table.chain(arguments.plot.iter().map(|path| ("plot", path.as_path()))).collect();
    outputs::check(&written, &arguments.lists.iter().map(PathBuf::as_path).collect::<Vec<_>>())?;
    let cases = Case::all(&rows, arguments.pictures, arguments.seed.seed);
    let measure = Measure::new(arguments.candidates.into(), arguments.drafts)?;
    let progress = Progress::of_items(cases.len() as u64)?;
    let studied = study(&cases, &arguments.touches, &measure, arguments.threads.count(), &progress);
    if studied.found.is_empty() && progress.interrupted() {
        return Ok(progress.finish_empty(printer));
    }
    let ending = progress.finish();
    let differences = difference::differences(&arguments.touches, &studied.found, arguments.seed.seed);
    if let Some(path) = &arguments.out {
        table::write(path, &arguments.touches, &studied.found)?;
    }
    if let Some(path) = &arguments.plot {
        let page = interval_plot("Score with the touch less score without", &difference::plotted(&differences));
        files::write_picture(path, &page.map_err(Failure::io("write", path))?)?;
    }
    let failed = !studied.failures.is_empty();
    let written = [&arguments.out, &arguments.plot].into_iter().flatten().cloned().collect();
    printer.report(&Report {
        differences,
        failures: studied.failures,
        written,
        cut_short: ending == Ending::CutShort,
    })?;
    Ok(ending.of_rows(&rows, failed))
}

/// The rows of all lists; of equal descriptions the first.
fn rows(arguments: &Arguments) -> Result<Vec<Row>, Failed> {
    let mut rows: Vec<Row> = Vec::new();
    for path in &arguments.lists {
        for row in lists::rows(path)? {
            if row.error.is_some() || !rows.iter().any(|known| known.description == row.description) {
                rows.push(row);
            }
        }
    }
    rows.truncate(arguments.count.map_or(usize::MAX, usize::from));
    Ok(rows)
}
