//! What completes a single file: tokenizers, the scheduler, networks that it lacks.

use linocut_nn::Location;
use linocut_nn::repositories::Places;

use super::file::SingleFile;
use crate::denoise::{DenoiseOptions, Diffusion};
use crate::entry::{Component, Entry, File};
use crate::family::Family;
use crate::folder::{ModelFolder, SCHEDULER, read_sampler};
use crate::hub::{MissingFiles, best_folder};
use crate::model_error::ModelError;
use crate::sampler::Sampler;

/// Where what a single file lacks is from.
#[derive(Clone, Debug, Default)]
pub enum Base {
    /// The first of the named models of the same kind whose tokenizers are on this machine. The file is sampled as the kind's usual model.
    #[default]
    Usual,
    /// A named model, as which the file is also sampled. Its own UNet or low-rank changes do not count.
    Named(&'static Entry),
    /// A folder in the layout of diffusers, whose scheduler counts, and whose configurations do where it has them.
    Folder(Location),
}

/// A single file with all that it lacks.
#[derive(Clone, Debug)]
pub struct Completed {
    /// The family of the model.
    pub family: &'static Family,
    /// Its files; change them before the model is opened.
    pub folder: ModelFolder,
    /// How it is sampled.
    pub sampler: Sampler,
    /// How it is usually used.
    pub options: DenoiseOptions,
}

impl Completed {
    /// Opens the model.
    ///
    /// # Errors
    ///
    /// As [`Family::open`].
    pub fn open(self) -> Result<Diffusion, ModelError> {
        self.family.open(&self.folder, Some(self.sampler), self.options)
    }
}

impl SingleFile {
    /// The file with the tokenizers, the scheduler and the networks that it lacks, from its base.
    ///
    /// # Errors
    ///
    /// [`ModelError::Incomplete`] names what is nowhere and where it was looked for; [`ModelError::OtherBase`] for a base of another kind;
    /// [`ModelError::Io`] and [`ModelError::Config`] for a folder whose files cannot be read.
    pub fn completed(&self, base: &Base, places: &Places) -> Result<Completed, ModelError> {
        match base {
            Base::Usual => self.of_entry(self.found(self.usual(), places)?, self.usual(), false),
            Base::Named(entry) => {
                self.check_kind(entry)?;
                self.of_entry(self.found(entry, places)?, entry, false)
            }
            Base::Folder(folder) => self.of_folder(folder, self.usual()),
        }
    }

    /// The folder of a named model that has what this file lacks, or else the first of one of the same kind.
    fn found(&self, entry: &Entry, places: &Places) -> Result<Location, ModelError> {
        self.located(entry, places).or_else(|missing| {
            let mut others = self.bases().iter().filter_map(|name| Entry::named(name).ok());
            let other = others.find_map(|other| self.located(other, places).ok());
            let (file, kind) = (self.file().to_owned(), self.kind());
            other.ok_or_else(|| ModelError::Incomplete { file, kind, missing: Box::new(missing) })
        })
    }

    /// Files of a named model that this file needs besides: its tokenizers, and networks that are not in it.
    #[must_use]
    pub fn wanted(&self, entry: &Entry) -> Vec<File> {
        let repository = entry.repositories().first().copied();
        let is_wanted = |file: &File| Some(file.repository) == repository && self.lacks(file);
        entry.files().into_iter().filter(is_wanted).collect()
    }

    /// The folder of a named model that has what this file lacks.
    fn located(&self, entry: &Entry, places: &Places) -> Result<Location, MissingFiles> {
        let repository = entry.repositories().first().copied().unwrap_or(entry.repository);
        let (wanted, looked) = (self.wanted(entry), places.folders(repository));
        match best_folder(places, repository, &wanted.iter().collect::<Vec<_>>()) {
            Some((folder, missing)) if missing.is_empty() => Ok(folder.into()),
            Some((_, files)) => Err(MissingFiles { model: entry.name, files, looked }),
            None => Err(MissingFiles { model: entry.name, files: wanted, looked }),
        }
    }

    /// Whether a file of a named model is for something that this file lacks: a tokenizer or a network.
    fn lacks(&self, file: &File) -> bool {
        match file.component {
            Component::Tokenizer | Component::Tokenizer2 | Component::Tokenizer3 => true,
            Component::Scheduler | Component::Lora => false,
            Component::TextEncoder3 if self.has_text_encoder_apart() => false,
            _ => {
                !self.networks().any(|folder| file.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
            }
        }
    }

    /// Whether a named model has the tokenizers of this kind: it is one of those that are known to, or made of one.
    fn check_kind(&self, entry: &Entry) -> Result<(), ModelError> {
        let made_of = entry.repositories().first().copied();
        let mut known = self.bases().iter().filter_map(|name| Entry::named(name).ok());
        if made_of.is_some() && known.any(|base| base.repositories().first().copied() == made_of) {
            return Ok(());
        }
        Err(self.other_base(entry.name, entry.family))
    }

    fn other_base(&self, base: &str, family: &Family) -> ModelError {
        let (file, kind) = (self.file().to_owned(), self.kind());
        ModelError::OtherBase { file, kind, base: base.to_owned(), actual: family.name }
    }

    fn of_entry(&self, folder: Location, entry: &Entry, yields: bool) -> Result<Completed, ModelError> {
        let Some(sampler) = &entry.sampler else { return Err(self.other_base(entry.name, entry.family)) };
        let sampler = self.sampled(sampler);
        let options = DenoiseOptions::of_entry(entry);
        let size = self.side(&sampler).map_or(options.size, |side| (side, side));
        let options = DenoiseOptions { sampler: Some(sampler.clone()), size, ..options };
        Ok(Completed { family: self.family(), folder: self.folder(folder, yields), sampler, options })
    }

    fn of_folder(&self, base: &Location, usual: &Entry) -> Result<Completed, ModelError> {
        if base.join("model_index.json").exists() {
            let family = Family::of_folder(base.clone())?;
            if family != self.family() {
                return Err(self.other_base(&base.path().display().to_string(), family));
            }
        }
        let usual = self.of_entry(base.clone(), usual, true)?;
        let scheduler = base.join(SCHEDULER);
        let sampler = if scheduler.exists() { self.asked_of(read_sampler(&scheduler)?) } else { usual.sampler };
        let options = if self.family().is_configured(base) {
            DenoiseOptions::of_folder(base.clone(), self.family())?
        } else {
            usual.options
        };
        let options = DenoiseOptions { sampler: Some(sampler.clone()), ..options };
        Ok(Completed { options, sampler, ..usual })
    }

    fn folder(&self, base: Location, yields: bool) -> ModelFolder {
        ModelFolder { single: Some(self.yielding(yields)), ..ModelFolder::of_family(base, self.family()) }
    }
}
