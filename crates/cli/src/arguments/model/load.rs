//! Finds a model's files and loads it with the options that were given.

use std::path::{Path, PathBuf};

use linocut::diffusion::denoise::{DenoiseOptions, Diffusion, Spread};
use linocut::diffusion::entry::Entry;
use linocut::diffusion::family::Family;
use linocut::diffusion::hub::Places;
use linocut::diffusion::prompt::Style;
use linocut::diffusion::sampler::Sampler;
use linocut::diffusion::{ModelError, ModelFolder};
use linocut::nn::LinearKind;
use linocut::nn::candle_core::DType;
use linocut::nn::place::{Placement, Residency, free_bytes};
use linocut::pipeline::BoxGenerate;

use super::ModelArguments;
use crate::arguments::PlaceArguments;
use crate::failure::Failed;
use crate::printer::Printer;

/// Most pictures that are denoised together unless it is asked for: more are hardly faster.
const TOGETHER: usize = 8;
/// Style in which models of which nothing else is known draw best what is to be traced.
pub(super) const STYLE: &str = "flat";
/// Share of what is free on a card that a model may take.
const SHARE: f64 = 0.9;

/// A model that was found, and how it is used.
pub(super) struct Chosen {
    pub(super) name: String,
    pub(super) family: &'static Family,
    pub(super) folder: ModelFolder,
    pub(super) sampler: Option<Sampler>,
    pub(super) options: DenoiseOptions,
}

impl ModelArguments {
    /// The model asked for, if any, opened: that of a folder in the layout of diffusers or of a single file, or one by name, whose files are
    /// looked for in `models` first. Says what memory it takes.
    pub(super) fn generator(
        &self,
        models: Option<PathBuf>,
        place: &PlaceArguments,
        candidates: usize,
        printer: Printer,
    ) -> Result<Option<BoxGenerate>, Failed> {
        let Some(name) = &self.model else {
            place.places((DType::F32, LinearKind::Plain))?;
            return Ok(None);
        };
        let (path, places) = (Path::new(name), Places { models, ..Places::of_environment() });
        let chosen = match path {
            file if file.is_file() => self.of_file(file, &places, printer)?,
            _ if self.base.is_some() || self.prediction.is_some() => {
                return Err(format!(
                    "`--base` and `--prediction` are for a checkpoint in one file, and {name} is none"
                )
                .into());
            }
            folder if folder.is_dir() => self.of_folder(folder)?,
            _ => self.of_name(name, &places)?,
        };
        let places = place.places(chosen.family.published())?;
        let share = candidates.div_ceil(places.len()).max(1);
        let open = |at: &Placement| self.open(&chosen, at, share, place.memory(), printer);
        let opened = places.iter().map(open).collect::<Result<Vec<_>, Failed>>()?;
        Ok(Spread::new(opened).map(|spread| Box::new(spread) as BoxGenerate))
    }

    /// The model in one place, as many of its `candidates` denoised together as there is memory for.
    fn open(
        &self,
        chosen: &Chosen,
        place: &Placement,
        candidates: usize,
        memory: Option<u64>,
        printer: Printer,
    ) -> Result<Diffusion, Failed> {
        let free = || free_bytes(&place.device).map(|free| (free as f64 * SHARE) as u64);
        let limit = memory.or_else(free).unwrap_or(u64::MAX);
        let folder = chosen.folder.clone().placed(place);
        let most = if place.device.is_cpu() { 1 } else { TOGETHER.min(candidates) };
        let (least, most) = self.together.map_or((1, most), |asked| (usize::from(asked), usize::from(asked)));
        let mut batch = most;
        let (diffusion, plan) = loop {
            let options = DenoiseOptions { batch, ..chosen.options.clone() };
            let opened = chosen.family.open_within(&folder, chosen.sampler.as_ref(), &options, limit);
            match opened {
                // Fewer at a time before parts have to take turns.
                Ok((_, plan)) if batch > least && plan.parts.iter().any(|part| part.residency == Residency::Leave) => {}
                Err(ModelError::Fit(_)) if batch > least => {}
                opened => break opened?,
            }
            batch = (batch / 2).max(least);
        };
        printer.note(format_args!("{} takes {plan}", chosen.name));
        Ok(diffusion)
    }

    fn of_folder(&self, folder: &Path) -> Result<Chosen, Failed> {
        let family = Family::of_folder(folder)?;
        let options = self.options(DenoiseOptions::of_folder(folder, family)?, &self.style(STYLE)?);
        let mut files = ModelFolder::of_family(folder, family);
        self.put_files(&mut files);
        Ok(Chosen { name: folder.display().to_string(), family, folder: files, sampler: None, options })
    }

    /// Puts the files that are given in place of a model's own, and on top of it.
    pub(super) fn put_files(&self, folder: &mut ModelFolder) {
        folder.loras.extend(self.lora.iter().cloned());
        folder.text_encoder.clone_from(&self.text_encoder);
        if self.denoiser.is_some() {
            folder.denoiser.clone_from(&self.denoiser);
        }
    }

    fn of_name(&self, name: &str, places: &Places) -> Result<Chosen, Failed> {
        #[cfg(not(feature = "small-model"))]
        if name == "linocut-small" {
            return Err(
                crate::failure::Failure::Feature { what: "model `linocut-small`", feature: "small-model" }.into()
            );
        }
        let others = "a folder in the layout of diffusers, or a checkpoint in one file";
        let entry = Entry::named(name).map_err(|error| format!("{error}, {others}"))?;
        let mut folder = ModelFolder::of_located(self.located(entry, places)?, entry);
        self.put_files(&mut folder);
        entry.check_prediction(&folder)?;
        let options = self.options(DenoiseOptions::of_entry(entry), &self.style(entry.style)?);
        let (name, sampler) = (name.to_owned(), entry.sampler.clone());
        Ok(Chosen { name, family: entry.family, folder, sampler, options })
    }

    /// The model's files on this machine.
    #[cfg(not(feature = "hub"))]
    fn located(&self, entry: &Entry, places: &Places) -> Result<linocut::diffusion::hub::Located, Failed> {
        let hint = |error| format!("{error}; with feature `hub` they are downloaded");
        Ok(entry.locate(places).map_err(hint)?)
    }

    pub(super) fn options(&self, own: DenoiseOptions, style: &Style) -> DenoiseOptions {
        let own = own.in_style(style);
        DenoiseOptions {
            steps: self.steps.map_or(own.steps, usize::from),
            timesteps: if self.steps.is_some() { None } else { own.timesteps.clone() },
            guidance: self.guidance.unwrap_or(own.guidance),
            size: self.size.unwrap_or(own.size),
            negative: self.negative.clone().unwrap_or(own.negative),
            ..own
        }
    }

    /// The style asked for, or else this one.
    pub(super) fn style(&self, usual: &str) -> Result<Style, Failed> {
        Ok(Style::named(self.style.as_deref().unwrap_or(usual))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_to_be_left_out_takes_the_place_of_what_card_and_style_leave_out() {
        let options = |negative: Option<&str>| {
            let arguments = ModelArguments { negative: negative.map(str::to_owned), ..ModelArguments::default() };
            arguments.options(DenoiseOptions::of_entry(Entry::named("ssd-1b").unwrap()), &Style::named("flat").unwrap())
        };
        assert!(options(None).negative.starts_with("ugly, blurry, poor quality, lines"));
        assert_eq!(options(Some("cats")).negative, "cats");
    }
}
