//! Finds a model's files and loads it with the options that were given.

use std::path::{Path, PathBuf};

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
    /// The model asked for, if any, loaded: that of a folder in the layout of diffusers, or one by name, whose files are looked for in
    /// `models` first.
    pub(crate) fn generator(&self, models: Option<PathBuf>) -> Result<Option<BoxGenerate>, Failed> {
        let Some(name) = &self.model else { return Ok(None) };
        let style = Style::named(&self.style)?;
        let folder = Path::new(name);
        let model = if folder.is_dir() { self.of_folder(folder, &style)? } else { self.of_name(name, models, &style)? };
        let draw = move |prompt: &Prompt, stop: &Stop| {
            let asked = style.apply(&prompt.text);
            model.generate(&Prompt::new(asked.prompt, prompt.seed), stop)
        };
        Ok(Some(Box::new(FromFn(draw))))
    }

    fn of_folder(&self, folder: &Path, style: &Style) -> Result<Box<dyn Generate + Send + Sync>, Failed> {
        let family = Family::of_folder(folder)?;
        if family == Family::Sdxl {
            let dtype = ModelFolder::of_family(folder, family).dtype;
            let mut source = SdxlSource { dtype, ..SdxlSource::of_folder(folder) };
            source.loras.extend(self.lora.iter().cloned());
            return Ok(Box::new(Sdxl::load(&source, self.sdxl_options(SdxlOptions::of_folder(folder)?, style))?));
        }
        self.without_lora(&folder.display().to_string())?;
        let options = self.options(DenoiseOptions::of_folder(folder, family)?, style);
        Ok(family.open(&ModelFolder::of_family(folder, family), options)?)
    }

    fn of_name(
        &self,
        name: &str,
        models: Option<PathBuf>,
        style: &Style,
    ) -> Result<Box<dyn Generate + Send + Sync>, Failed> {
        let entry = Entry::named(name).map_err(|error| format!("{error}, or a folder in the layout of diffusers"))?;
        let places = Places { models, ..Places::of_environment() };
        let located = self.located(entry, &places)?;
        if entry.family == Family::Sdxl {
            let mut source = SdxlSource::of_located(located, entry);
            source.loras.extend(self.lora.iter().cloned());
            return Ok(Box::new(Sdxl::load(&source, self.sdxl_options(SdxlOptions::of_entry(entry), style))?));
        }
        self.without_lora(name)?;
        let options = self.options(DenoiseOptions::of_entry(entry), style);
        Ok(entry.open_with(&ModelFolder::of_located(located, entry), options)?)
    }

    fn without_lora(&self, name: &str) -> Result<(), Failed> {
        if self.lora.is_empty() {
            return Ok(());
        }
        Err(format!("`--lora` is for models of the SDXL family, which {name} is not").into())
    }

    /// The model's files on this machine.
    #[cfg(not(feature = "hub"))]
    fn located(&self, entry: &Entry, places: &Places) -> Result<linocut::diffusion::hub::Located, Failed> {
        let hint = |error| format!("{error}; with feature `hub` they are downloaded");
        Ok(places.locate(entry).map_err(hint)?)
    }

    fn options(&self, own: DenoiseOptions, style: &Style) -> DenoiseOptions {
        DenoiseOptions {
            steps: self.steps.map_or(own.steps, usize::from),
            guidance: self.guidance.unwrap_or(own.guidance),
            size: self.size.unwrap_or(own.size),
            negative: self.left_out(&own.negative, style),
            ..own
        }
    }

    fn sdxl_options(&self, own: SdxlOptions, style: &Style) -> SdxlOptions {
        SdxlOptions {
            steps: self.steps.map_or(own.steps, usize::from),
            timesteps: if self.steps.is_some() { None } else { own.timesteps.clone() },
            guidance: self.guidance.unwrap_or(own.guidance),
            size: self.size.unwrap_or(own.size),
            negative: self.left_out(&own.negative, style),
            ..own
        }
    }

    /// What the picture should not show: what was asked to be left out, or else what the model's card and the style leave out.
    fn left_out(&self, own: &str, style: &Style) -> String {
        match &self.negative {
            Some(asked) => asked.clone(),
            None => [own, style.negative].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(negative: Option<&str>) -> ModelArguments {
        ModelArguments { negative: negative.map(str::to_owned), ..ModelArguments::default() }
    }

    #[test]
    fn what_a_card_leaves_out_stays_out_in_every_style() {
        let entry = Entry::named("ssd-1b").unwrap();
        let left_out = |negative, style| {
            arguments(negative).sdxl_options(SdxlOptions::of_entry(entry), &Style::named(style).unwrap()).negative
        };
        assert_eq!(left_out(None, "plain"), "ugly, blurry, poor quality");
        assert!(left_out(None, "flat").starts_with("ugly, blurry, poor quality, lines"));
        assert_eq!(left_out(Some("cats"), "flat"), "cats");
    }
}
