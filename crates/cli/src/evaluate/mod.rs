//! `linocut evaluate`: how well a list of descriptions is drawn, by failures, bytes, time, coverage, whether the judge finds a
//! picture's description among others, and the text that OCR finds.

#[cfg(all(feature = "judge", feature = "ocr"))]
mod evaluated;
#[cfg(all(feature = "judge", feature = "ocr"))]
mod lookers;
#[cfg(all(feature = "judge", feature = "ocr"))]
mod run;
#[cfg(all(feature = "judge", feature = "ocr"))]
mod summary;
#[cfg(all(feature = "judge", feature = "ocr"))]
mod task;

use std::path::PathBuf;

use clap::Args;

use crate::arguments::{CandidateArguments, ModelArguments, PlaceArguments, SeedArguments, WeightArguments};
#[cfg(all(feature = "judge", feature = "ocr"))]
pub(crate) use run::run;

#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Suite {
    Objects,
}

/// Evaluate the standard pipeline, or a model in it, on a list of descriptions
#[derive(Args)]
pub(crate) struct Arguments {
    /// List to draw: .csv with columns id and description, or .jsonl with an object of both per line
    #[arg(required_unless_present = "suite")]
    descriptions: Option<PathBuf>,
    /// Descriptions to draw in place of a list. `objects`: six kinds (one thing, two, counted, coloured, placed, each in a colour), each
    /// description told from seven that differ from it in one respect
    #[arg(long, value_name = "NAME", conflicts_with_all = ["descriptions", "among"])]
    suite: Option<Suite>,
    /// Descriptions of each kind of the suite
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u16).range(1..=60))]
    each: u16,
    /// Lists of further descriptions that the judge picks among [default: the others of the list that is drawn]
    #[arg(long, value_name = "FILE.csv")]
    among: Vec<PathBuf>,
    /// Table to write, a line per picture
    #[arg(long, value_name = "FILE.csv")]
    out: Option<PathBuf>,
    /// Pictures per description, each from its own seed
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    pictures: u16,
    #[command(flatten)]
    candidates: CandidateArguments,
    #[command(flatten)]
    seed: SeedArguments,
    #[command(flatten)]
    weights: WeightArguments,
    #[command(flatten)]
    model: ModelArguments,
    #[command(flatten)]
    place: PlaceArguments,
}

/// Says what the build lacks.
#[cfg(not(all(feature = "judge", feature = "ocr")))]
pub(crate) fn run(_: &Arguments, _: crate::printer::Printer) -> Result<crate::ending::Ending, crate::failure::Failed> {
    Err(crate::failure::Failure::Feature { what: "`evaluate`", feature: "judge,ocr" }.into())
}
