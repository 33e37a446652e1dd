//! Downloads of a model's missing files, once its licence is accepted.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};
use linocut::diffusion::entry::Entry;
use linocut::diffusion::hub::{Downloaded, Hub, Located, MissingFiles, Places};
use linocut::diffusion::single_file::SingleFile;

use super::ModelArguments;
use crate::failure::Failed;

impl ModelArguments {
    /// The model's files on this machine, to which they are downloaded if its licence is accepted.
    pub(super) fn located(&self, entry: &Entry, places: &Places) -> Result<Located, Failed> {
        let hub = Hub::default();
        let hub = Hub { offline: self.offline || hub.offline, ..hub };
        if let Err(missing) = entry.locate(places)
            && !hub.offline
            && !self.yes
        {
            confirm(entry, &missing)?;
        }
        let bar = bar()?;
        let located = hub.obtain(places, entry, &mut |came| show(&bar, came))?;
        bar.finish_and_clear();
        Ok(located)
    }

    /// Whether files that complete a single file have been downloaded, if the licence of the model that they are of is accepted.
    pub(super) fn is_downloaded(
        &self,
        single: &SingleFile,
        missing: &MissingFiles,
        places: &Places,
    ) -> Result<bool, Failed> {
        let hub = Hub::default();
        let Ok(entry) = Entry::named(missing.model) else { return Ok(false) };
        if self.offline || hub.offline || places.cache.is_none() {
            return Ok(false);
        }
        if !self.yes {
            confirm(entry, missing)?;
        }
        let bar = bar()?;
        hub.complete(places, missing.clone(), &single.wanted(entry), &mut |came| show(&bar, came))?;
        bar.finish_and_clear();
        Ok(true)
    }
}

fn bar() -> Result<ProgressBar, Failed> {
    let template = "{msg} {bar:30.cyan} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
    Ok(ProgressBar::no_length().with_style(ProgressStyle::with_template(template)?))
}

fn show(bar: &ProgressBar, came: Downloaded<'_>) {
    bar.set_length(came.total);
    bar.set_message(came.path.to_owned());
    bar.set_position(came.bytes);
}

/// Shows the licence and asks whether it is accepted.
fn confirm(entry: &Entry, missing: &MissingFiles) -> Result<(), Failed> {
    let Entry { name, licence, .. } = entry;
    if !std::io::stdin().is_terminal() {
        return Err(format!(
            "{missing}; they can be downloaded under the licence {} ({}): pass `--yes` to accept it",
            licence.name, licence.commercial
        )
        .into());
    }
    eprintln!("{name} is not on this machine: {} files are to be downloaded.", missing.files.len());
    for repository in entry.repositories() {
        eprintln!("  https://huggingface.co/{repository}");
    }
    eprint!("Licence: {} ({}). Accept it and download? [y/N] ", licence.name, licence.commercial);
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    if ["y", "yes"].contains(&answer.trim().to_lowercase().as_str()) { Ok(()) } else { Err("not downloaded".into()) }
}
