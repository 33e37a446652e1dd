//! Named models: where their files are, how they are sampled, what their licence allows.

mod files;
mod licence;
mod table;

use linocut_nn::Bundle;
use serde::Deserialize;
use thiserror::Error;

use crate::denoise::{DenoiseOptions, Diffusion};
use crate::family::{Family, Millions};
use crate::folder::ModelFolder;
use crate::model_error::{ModelError, read_config};
use crate::sampler::{Prediction, Sampler, SamplerError, Schedule};

pub use files::{Component, File};
pub use licence::{Commercial, Licence};
pub use table::entries;

/// A published model, as its authors say it is to be used.
///
/// ```
/// use linocut_diffusion::entry::Entry;
///
/// let lightning = Entry::named("sdxl-lightning-4step")?;
/// assert_eq!(lightning.schedule()?.timesteps, [999.0, 749.0, 499.0, 249.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// Name, as an option of a command would have it.
    pub name: &'static str,
    /// What it is made of.
    pub family: &'static Family,
    /// Hugging Face repository of the files that make the model; of a model that is part of the program, the package that has them.
    pub repository: &'static str,
    /// Which of its files those are.
    pub weights: Weights,
    /// How it is sampled; none for a model that draws tokens in place of latents.
    pub sampler: Option<Sampler>,
    /// Steps, at least 1: those that it was distilled for, or else those of its card; one for each token of a picture.
    pub steps: usize,
    /// Timesteps that replace those of the schedule; none for most.
    pub timesteps: &'static [f64],
    /// Guidance scale; 1 or less means none, and then a negative prompt does nothing.
    pub guidance: f64,
    /// What its card asks to be left out; empty for nothing.
    pub negative: &'static str,
    /// Style in which descriptions suit it, a name of [`Style::named`](crate::prompt::Style::named).
    pub style: &'static str,
    /// Width and height of the pictures that it was trained for, px.
    pub size: u32,
    /// Weights of networks that are larger or smaller than the family's, by folder.
    pub(crate) other_millions: &'static [(&'static str, Millions)],
    /// Files of weights of networks that are published in more or fewer than the family's, by folder.
    pub(crate) other_shards: &'static [(&'static str, usize)],
    /// Licence of the weights.
    pub licence: Licence,
    /// Facts of this entry that nobody has read in the publisher's own files, by name of the field or in a few words.
    pub unverified: &'static [&'static str],
}

/// What a model publishes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Weights {
    /// A folder for each component.
    Folders {
        /// Whether files of half precision (`.fp16`) are there.
        half: bool,
    },
    /// A denoiser for the components of another repository.
    Denoiser {
        /// The file.
        file: &'static str,
        /// Repository of the other components.
        base: &'static str,
    },
    /// All networks in the same files, beside one configuration, as transformers lays models out.
    Together(&'static [(Component, &'static str)]),
    /// Low-rank changes to the UNet of another repository.
    Lora {
        /// The file.
        file: &'static str,
        /// How much of the changes is added, usually 1.
        scale: f64,
        /// Repository of all components.
        base: &'static str,
    },
    /// Files that are part of the program.
    Bundled(&'static Bundle),
}

impl Entry {
    /// The entry of a name.
    ///
    /// # Errors
    ///
    /// [`EntryError`] for another name.
    pub fn named(name: &str) -> Result<&'static Self, EntryError> {
        let found = entries().iter().find(|entry| entry.name == name);
        found.ok_or_else(|| EntryError { name: name.to_owned() })
    }

    /// Opens the model to be used as its publisher says, its parts where `folder` says: see [`ModelFolder::of_located`].
    ///
    /// # Errors
    ///
    /// As [`Family::open`].
    pub fn open(&self, folder: &ModelFolder) -> Result<Diffusion, ModelError> {
        self.check_prediction(folder)?;
        self.family.open(folder, self.sampler.clone(), DenoiseOptions::of_entry(self))
    }

    /// Checks that what the folder's scheduler says of the network's predictions is what the entry says: other weights under the same name
    /// would be sampled to garish pictures. A folder without that file passes, and so do models whose own file is beside the folder.
    ///
    /// # Errors
    ///
    /// [`ModelError::Prediction`] if they differ.
    pub fn check_prediction(&self, folder: &ModelFolder) -> Result<(), ModelError> {
        let file = folder.files.join("scheduler/scheduler_config.json");
        let Some(sampler) = &self.sampler else { return Ok(()) };
        if !file.exists() || !matches!(self.weights, Weights::Folders { .. }) {
            return Ok(());
        }
        let Predicts { prediction_type } = read_config(&file)?;
        let expected = match sampler.prediction {
            Prediction::Epsilon => "epsilon",
            Prediction::V => "v_prediction",
            Prediction::Sample => "sample",
            Prediction::Flow => return Ok(()),
        };
        match prediction_type {
            Some(actual) if actual != expected => {
                Err(ModelError::Prediction { file: file.path(), model: self.name, expected, actual })
            }
            _ => Ok(()),
        }
    }

    /// Whether every fact of the entry was read in the publisher's own files.
    #[must_use]
    pub const fn verified(&self) -> bool {
        self.unverified.is_empty()
    }

    /// The schedule of the entry's own steps.
    ///
    /// # Errors
    ///
    /// Of the entries of [`entries`] only for those without a sampler, [`SamplerError::NotDenoised`]; else as [`Sampler::schedule_at`] and
    /// [`Sampler::schedule`].
    pub fn schedule(&self) -> Result<Schedule, SamplerError> {
        match self.timesteps {
            [] => self.evenly(self.steps),
            timesteps => self.sampler.as_ref().ok_or(SamplerError::NotDenoised)?.schedule_at(timesteps),
        }
    }

    /// The schedule of another number of steps. The entry's own number gives the entry's own schedule.
    ///
    /// # Errors
    ///
    /// As [`Entry::schedule`].
    pub fn schedule_of(&self, steps: usize) -> Result<Schedule, SamplerError> {
        if steps == self.steps {
            return self.schedule();
        }
        self.evenly(steps)
    }

    fn evenly(&self, steps: usize) -> Result<Schedule, SamplerError> {
        let sampler = self.sampler.as_ref().ok_or(SamplerError::NotDenoised)?;
        (self.family.schedule)(sampler, steps, (self.size, self.size))
    }
}

/// What a scheduler's configuration says of predictions.
#[derive(Deserialize)]
struct Predicts {
    prediction_type: Option<String>,
}

/// There is no entry of that name.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("there is no model {name}, expected one of {}", names())]
pub struct EntryError {
    /// The name asked for.
    pub name: String,
}

fn names() -> String {
    entries().iter().map(|entry| entry.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_found() {
        for (place, entry) in entries().iter().enumerate() {
            let found = entries().iter().position(|other| other.name == entry.name);
            assert_eq!(found, Some(place));
            assert!(std::ptr::eq(Entry::named(entry.name).unwrap(), entry));
        }
        let error = Entry::named("dall-e").unwrap_err();
        assert!(error.to_string().contains("there is no model dall-e, expected one of sdxl-base, sdxl-turbo"));
    }

    #[test]
    fn every_entry_has_a_schedule_of_its_steps() {
        let (denoised, others): (Vec<_>, Vec<_>) = entries().iter().partition(|entry| entry.sampler.is_some());
        for entry in denoised {
            assert_eq!(entry.schedule().unwrap().steps(), entry.steps, "{}", entry.name);
            assert_eq!(entry.schedule_of(entry.steps).unwrap(), entry.schedule().unwrap());
        }
        assert!(others.iter().all(|entry| matches!(entry.schedule_of(3), Err(SamplerError::NotDenoised))));
    }

    #[test]
    fn sizes_are_whole_latents() {
        assert!(entries().iter().all(|entry| entry.size % 8 == 0 && entry.size >= 256));
    }

    #[test]
    fn a_negative_prompt_comes_with_guidance() {
        assert!(entries().iter().all(|entry| entry.negative.is_empty() || entry.guidance > 1.0));
    }
}
