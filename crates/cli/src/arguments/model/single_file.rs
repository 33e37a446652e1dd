//! A checkpoint in one file, and what completes it.

use std::path::Path;

use clap::ValueEnum;
use linocut::diffusion::ModelError;
use linocut::diffusion::entry::Entry;
use linocut::diffusion::hub::Places;
use linocut::diffusion::sampler::Prediction;
use linocut::diffusion::single_file::{Base, Completed, SingleFile};

use super::ModelArguments;
use super::load::{Chosen, STYLE};
use crate::failure::Failed;
use crate::printer::Printer;

/// What a network predicts.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Predicted {
    /// The noise.
    Epsilon,
    /// The velocity from picture to noise.
    V,
}

impl ModelArguments {
    /// The model of a single file. Says of what kind it is and what completes it.
    pub(super) fn of_file(&self, file: &Path, places: &Places, printer: Printer) -> Result<Chosen, Failed> {
        let single = match self.prediction {
            None => SingleFile::open(file)?,
            Some(Predicted::Epsilon) => SingleFile::open(file)?.predicting(Prediction::Epsilon),
            Some(Predicted::V) => SingleFile::open(file)?.predicting(Prediction::V),
        };
        let single = if self.text_encoder.is_some() { single.with_text_encoder_apart() } else { single };
        let base = self.base()?;
        let completed = self.completed(&single, &base, places)?;
        let (name, kind) = (file.display().to_string(), single.kind());
        let from = completed.folder.files.path();
        let predicts = match completed.sampler.prediction {
            Prediction::Epsilon => "noise (epsilon)",
            Prediction::V => "velocities (v)",
            Prediction::Sample => "clean latents",
            Prediction::Flow => "flow",
        };
        printer
            .note(format_args!("{name} is {kind} and predicts {predicts}; its tokenizers are from {}", from.display()));
        let style = self.style(if let Base::Named(entry) = base { entry.style } else { STYLE })?;
        let Completed { family, mut folder, sampler, options } = completed;
        self.put_files(&mut folder);
        Ok(Chosen { name, family, folder, sampler: Some(sampler), options: self.options(options, &style) })
    }

    /// What was asked to complete a single file.
    fn base(&self) -> Result<Base, Failed> {
        let Some(name) = &self.base else { return Ok(Base::Usual) };
        let folder = Path::new(name);
        if folder.is_dir() {
            return Ok(Base::Folder(folder.into()));
        }
        let entry = Entry::named(name).map_err(|error| format!("{error}, or a folder in the layout of diffusers"))?;
        Ok(Base::Named(entry))
    }

    /// A single file with all that it lacks, which is downloaded if that is possible and allowed.
    fn completed(&self, single: &SingleFile, base: &Base, places: &Places) -> Result<Completed, Failed> {
        match single.completed(base, places) {
            Err(ModelError::Incomplete { file, kind, missing }) => {
                if self.is_downloaded(single, &missing, places)? {
                    return Ok(single.completed(base, places)?);
                }
                let error = ModelError::Incomplete { file, kind, missing };
                Err(format!("{error}; `--base` names another model or a folder that has them").into())
            }
            completed => Ok(completed?),
        }
    }

    /// Whether missing files have been downloaded.
    #[cfg(not(feature = "hub"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "with downloads it needs both")]
    fn is_downloaded(
        &self,
        _: &SingleFile,
        _: &linocut::diffusion::hub::MissingFiles,
        _: &Places,
    ) -> Result<bool, Failed> {
        Ok(false)
    }
}
