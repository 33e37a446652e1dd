//! A diffusion model as the generator, from the command line.

use std::error::Error;
#[cfg(feature = "hub")]
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;
#[cfg(feature = "hub")]
use indicatif::{ProgressBar, ProgressStyle};
use linocut::FromFn;
use linocut::diffusion::ModelFolder;
use linocut::diffusion::denoise::DenoiseOptions;
use linocut::diffusion::entry::{Entry, Family, entries};
#[cfg(feature = "hub")]
use linocut::diffusion::hub::{Downloaded, Hub, MissingFiles};
use linocut::diffusion::hub::{Located, Places};
use linocut::diffusion::prompt::Style;
use linocut::diffusion::sdxl::{Sdxl, SdxlOptions, SdxlSource};
use linocut::pipeline::BoxGenerate;
use linocut::{Generate, Prompt, Stop};

#[derive(Args)]
pub(crate) struct ModelArguments {
    /// Diffusion model that makes the pictures, from its files in `$LINOCUT_MODELS` or the cache of Hugging Face; `--list` names them
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// List the models: steps, guidance, size, licence
    #[arg(long)]
    pub(crate) list: bool,
    /// Steps in place of the model's own
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    steps: Option<u16>,
    /// Guidance in place of the model's own; 1 or less is none
    #[arg(long, value_name = "G")]
    guidance: Option<f64>,
    /// Width and height of the picture in px, multiples of 8
    #[arg(long, value_name = "WxH", value_parser = size)]
    size: Option<(u32, u32)>,
    /// What the picture should not show; of account above guidance 1
    #[arg(long, value_name = "TEXT")]
    negative: Option<String>,
    /// Low-rank changes to merge and how much of them
    #[arg(long, value_name = "FILE:SCALE", value_parser = lora)]
    lora: Vec<(PathBuf, f64)>,
    /// Style that the description is put in: flat, cartoon, poster, ...
    #[arg(long, value_name = "NAME", default_value = "flat")]
    style: String,
    /// Accept the model's licence: what is missing is downloaded without asking
    #[cfg(feature = "hub")]
    #[arg(long)]
    yes: bool,
    /// Download nothing
    #[cfg(feature = "hub")]
    #[arg(long)]
    offline: bool,
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let sides = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    sides.ok_or_else(|| format!("`{text}` is not WIDTHxHEIGHT in px"))
}

fn lora(text: &str) -> Result<(PathBuf, f64), String> {
    let parts = text.rsplit_once(':').and_then(|(file, scale)| Some((PathBuf::from(file), scale.parse().ok()?)));
    parts.ok_or_else(|| format!("`{text}` is not FILE:SCALE"))
}

/// The models with what their publishers say of them.
pub(crate) fn list() {
    for entry in entries() {
        let allowed = entry.licence.commercial;
        let unverified = if entry.verified() { "" } else { ", not all facts verified" };
        let Entry { name, repository, steps, guidance, size, .. } = entry;
        println!(
            "{name:30} {steps:3} steps, guidance {guidance}, {size} px  {} ({allowed}){unverified}  {repository}",
            entry.licence.name
        );
    }
}

/// Shows the licence and asks whether it is accepted.
#[cfg(feature = "hub")]
fn confirm(entry: &Entry, missing: &MissingFiles) -> Result<(), Box<dyn Error>> {
    let Entry { name, licence, .. } = entry;
    if !std::io::stdin().is_terminal() {
        return Err(format!(
            "{missing}; they can be downloaded under the licence {} ({}): pass --yes to accept it",
            licence.name, licence.commercial
        )
        .into());
    }
    println!("{name} is not on this machine: {} files are to be downloaded.", missing.files.len());
    for repository in entry.repositories() {
        println!("  https://huggingface.co/{repository}");
    }
    print!("Licence: {} ({}). Accept it and download? [y/N] ", licence.name, licence.commercial);
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    if ["y", "yes"].contains(&answer.trim().to_lowercase().as_str()) { Ok(()) } else { Err("not downloaded".into()) }
}

impl ModelArguments {
    /// The model asked for, if any, loaded.
    pub(crate) fn generator(&self) -> Result<Option<BoxGenerate>, Box<dyn Error>> {
        let Some(name) = &self.model else { return Ok(None) };
        let (entry, style) = (Entry::named(name)?, Style::named(&self.style)?);
        let located = self.located(entry)?;
        let model: Box<dyn Generate + Send + Sync> = if entry.family == Family::Sdxl {
            let mut source = SdxlSource::of_located(located, entry);
            source.loras.extend(self.lora.iter().cloned());
            Box::new(Sdxl::load(&source, self.sdxl_options(entry, &style))?)
        } else if self.lora.is_empty() {
            entry.open_with(&ModelFolder::of_located(located, entry), self.options(entry, &style))?
        } else {
            return Err(format!("--lora is for models of SDXL's family, not for {name}").into());
        };
        let draw = move |prompt: &Prompt, stop: &Stop| {
            let asked = style.apply(&prompt.text);
            model.generate(&Prompt::new(asked.prompt, prompt.seed), stop)
        };
        Ok(Some(Box::new(FromFn(draw))))
    }

    /// The model's files on this machine.
    #[cfg(not(feature = "hub"))]
    fn located(&self, entry: &Entry) -> Result<Located, Box<dyn Error>> {
        let hint = |error| format!("{error}; with feature `hub` they are downloaded");
        Ok(Places::of_environment().locate(entry).map_err(hint)?)
    }

    /// The model's files on this machine, where they are downloaded to if its licence is accepted.
    #[cfg(feature = "hub")]
    fn located(&self, entry: &Entry) -> Result<Located, Box<dyn Error>> {
        let (places, hub) = (Places::of_environment(), Hub::default());
        let hub = Hub { offline: self.offline || hub.offline, ..hub };
        if let Err(missing) = places.locate(entry)
            && !hub.offline
            && !self.yes
        {
            confirm(entry, &missing)?;
        }
        let bar = ProgressBar::no_length().with_style(ProgressStyle::with_template(
            "{msg} {bar:30.cyan} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
        )?);
        let located = hub.obtain(&places, entry, &mut |came: Downloaded<'_>| {
            bar.set_length(came.total);
            bar.set_message(came.path.to_owned());
            bar.set_position(came.bytes);
        })?;
        bar.finish_and_clear();
        Ok(located)
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
