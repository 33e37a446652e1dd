//! Named models whose files are on this machine.

use std::path::PathBuf;

use linocut::diffusion::entry::entries;
use linocut::diffusion::hub::Places;
use linocut::pipeline::BoxGenerate;

use super::ModelArguments;
use crate::arguments::PlaceArguments;
use crate::failure::Failed;
use crate::printer::Printer;

/// The names of the models whose files are in this folder, in the cache of Hugging Face or in the command itself.
pub(crate) fn installed(models: Option<PathBuf>) -> Vec<&'static str> {
    let places = Places { models, ..Places::of_environment() };
    entries().iter().filter(|entry| entry.locate(&places).is_ok()).map(|entry| entry.name).collect()
}

/// Opens one of them as `draw --model` would.
pub(crate) fn open(name: &str, models: Option<PathBuf>) -> Result<BoxGenerate, Failed> {
    let arguments = ModelArguments {
        model: Some(name.to_owned()),
        #[cfg(feature = "hub")]
        offline: true,
        ..ModelArguments::default()
    };
    let opened = arguments.generator(models, &PlaceArguments::default(), 1, Printer { json: false })?;
    opened.ok_or_else(|| format!("model `{name}` has no place to run").into())
}
