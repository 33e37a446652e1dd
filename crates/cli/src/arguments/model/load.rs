//! Finds a model's files and loads it with the options that were given.

use std::path::PathBuf;

use linocut::diffusion::ModelFolder;
use linocut::diffusion::denoise::DenoiseOptions;
use linocut::diffusion::entry::{Entry, Family};
use linocut::diffusion::hub::Places;
use linocut::diffusion::prompt::Style;
use linocut::diffusion::sdxl::{Sdxl, SdxlOptions, SdxlSource};
use linocut::pipeline::BoxGenerate;
use linocut::{FromFn, Generate, Prompt, Stop};

use super::ModelArguments;
use crate::failure::Failed;

impl ModelArguments {
    /// The model asked for, if any, loaded. Its files are looked for in this folder first.
    pub(crate) fn generator(&self, models: Option<PathBuf>) -> Result<Option<BoxGenerate>, Failed> {
        let Some(name) = &self.model else { return Ok(None) };
        let (entry, style) = (Entry::named(name)?, Style::named(&self.style)?);
        let places = Places { models, ..Places::of_environment() };
        let located = self.located(entry, &places)?;
        let model: Box<dyn Generate + Send + Sync> = if entry.family == Family::Sdxl {
            let mut source = SdxlSource::of_located(located, entry);
            source.loras.extend(self.lora.iter().cloned());
            Box::new(Sdxl::load(&source, self.sdxl_options(entry, &style))?)
        } else if self.lora.is_empty() {
            entry.open_with(&ModelFolder::of_located(located, entry), self.options(entry, &style))?
        } else {
            return Err(format!("`--lora` is for models of the SDXL family, which {name} is not").into());
        };
        let draw = move |prompt: &Prompt, stop: &Stop| {
            let asked = style.apply(&prompt.text);
            model.generate(&Prompt::new(asked.prompt, prompt.seed), stop)
        };
        Ok(Some(Box::new(FromFn(draw))))
    }

    /// The model's files on this machine.
    #[cfg(not(feature = "hub"))]
    fn located(&self, entry: &Entry, places: &Places) -> Result<linocut::diffusion::hub::Located, Failed> {
        let hint = |error| format!("{error}; with feature `hub` they are downloaded");
        Ok(places.locate(entry).map_err(hint)?)
    }

    fn options(&self, entry: &Entry, style: &Style) -> DenoiseOptions {
        let own = DenoiseOptions::of_entry(entry);
        DenoiseOptions {
            steps: self.steps.map_or(own.steps, usize::from),
            guidance: self.guidance.unwrap_or(own.guidance),
            size: self.size.unwrap_or(own.size),
            negative: self.negative.clone().unwrap_or_else(|| style.negative.to_owned()),
            ..own
        }
    }

    fn sdxl_options(&self, entry: &Entry, style: &Style) -> SdxlOptions {
        let own = SdxlOptions::of_entry(entry);
        SdxlOptions {
            steps: self.steps.map_or(own.steps, usize::from),
            timesteps: if self.steps.is_some() { None } else { own.timesteps.clone() },
            guidance: self.guidance.unwrap_or(own.guidance),
            size: self.size.unwrap_or(own.size),
            negative: self.negative.clone().unwrap_or_else(|| style.negative.to_owned()),
            ..own
        }
    }
}
