//! `linocut models`: the published diffusion models that `linocut draw --model` knows.

use clap::Args;

use crate::ending::Ending;
use crate::failure::Failed;
use crate::printer::Printer;

/// List the diffusion models that `draw --model` knows: steps, guidance, size, licence
#[derive(Args)]
pub(crate) struct Arguments {}

/// Prints a line for each model, in JSON an object.
#[cfg(feature = "diffusion")]
pub(crate) fn run(_: &Arguments, printer: Printer) -> Result<Ending, Failed> {
    use linocut::diffusion::entry::{Entry, entries};
    use serde_json::json;

    for entry in entries() {
        let Entry { name, repository, steps, guidance, size, licence, unverified, .. } = entry;
        let (allowed, note) = (licence.commercial, if entry.verified() { "" } else { ", not all facts verified" });
        printer.text(format_args!(
            "{name:30} {steps:3} steps, guidance {guidance}, {size} px  {} ({allowed}){note}  {repository}",
            licence.name
        ))?;
        printer.document(&json!({
            "name": name, "repository": repository, "steps": steps, "guidance": guidance, "size": size,
            "licence": licence.name, "commercial": allowed.to_string(), "unverified": unverified,
        }))?;
    }
    Ok(Ending::Done)
}

/// Says what the build lacks.
#[cfg(not(feature = "diffusion"))]
pub(crate) fn run(_: &Arguments, _: Printer) -> Result<Ending, Failed> {
    Err(crate::failure::Failure::Feature { what: "`models`", feature: "diffusion" }.into())
}
