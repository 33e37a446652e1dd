//! `linocut models`: the published diffusion models that `linocut draw --model` knows.

use clap::Args;

use crate::arguments::PlaceArguments;
use crate::ending::Ending;
use crate::failure::Failed;
use crate::printer::Printer;

/// List the diffusion models that `draw --model` knows: steps, guidance, size, licence, and the memory that a picture takes
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: PlaceArguments,
}

/// Prints a line for each model, in JSON an object.
#[cfg(feature = "diffusion")]
pub(crate) fn run(arguments: &Arguments, printer: Printer) -> Result<Ending, Failed> {
    use linocut::diffusion::entry::{Entry, entries};
    use serde_json::json;

    for entry in entries() {
        let Entry { name, repository, steps, guidance, size, licence, unverified, .. } = entry;
        let memory = memory(entry, &arguments.place)?;
        let (allowed, note) = (licence.commercial, if entry.verified() { "" } else { ", not all facts verified" });
        printer.text(format_args!(
            "{name:30} {steps:3} steps, guidance {guidance}, {size} px, {}  {} ({allowed}){note}  {repository}",
            memory.1, licence.name
        ))?;
        printer.document(&json!({
            "name": name, "repository": repository, "steps": steps, "guidance": guidance, "size": size,
            "memory": memory.0, "licence": licence.name, "commercial": allowed.to_string(), "unverified": unverified,
        }))?;
    }
    Ok(Ending::Done)
}

/// The most memory, in bytes and in words, that a picture by a model takes in the place asked for; that it cannot fit, if so.
#[cfg(feature = "diffusion")]
fn memory(entry: &linocut::diffusion::entry::Entry, place: &PlaceArguments) -> Result<(Option<u64>, String), Failed> {
    use linocut::diffusion::denoise::DenoiseOptions;
    use linocut::diffusion::{ModelError, Placements};

    let limit = place.memory().unwrap_or(u64::MAX);
    let place = place.places(entry.family.published())?.into_iter().next().unwrap_or_default();
    let (places, options) = (Placements::all(&place), DenoiseOptions::of_entry(entry));
    match entry.fit(&places, &options, limit) {
        Ok((_, plan)) => Ok((Some(plan.peak()), plan.to_string())),
        Err(ModelError::Fit(fit)) => {
            Ok((None, format!("does not fit: {:.1} GB at the least", fit.least.peak() as f64 / 1e9)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Says what the build lacks.
#[cfg(not(feature = "diffusion"))]
pub(crate) fn run(_: &Arguments, _: Printer) -> Result<Ending, Failed> {
    Err(crate::failure::Failure::Feature { what: "`models`", feature: "diffusion" }.into())
}
