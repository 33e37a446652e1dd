//! A diffusion model as the generator, from the command line.

use std::error::Error;
use std::path::PathBuf;

use clap::Args;
use linocut::FromFn;
use linocut::diffusion::entry::{Entry, entries};
use linocut::diffusion::prompt::Style;
use linocut::diffusion::sdxl::{Sdxl, SdxlOptions, SdxlSource};
use linocut::pipeline::BoxGenerate;
use linocut::{Generate, Prompt, Stop};

#[derive(Args)]
pub(crate) struct ModelArguments {
    /// Diffusion model that makes the pictures, from its files in `$LINOCUT_MODELS`; `--list` names them
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
        let allowed =
            if entry.licence.allows_commercial_use() { "commercial use allowed" } else { "not for commercial use" };
        let unverified = if entry.verified() { "" } else { ", not all facts verified" };
        let Entry { name, repository, steps, guidance, size, .. } = entry;
        println!(
            "{name:30} {steps:3} steps, guidance {guidance}, {size} px  {} ({allowed}){unverified}  {repository}",
            entry.licence.name
        );
    }
}

impl ModelArguments {
    /// The model asked for, if any, loaded.
    pub(crate) fn generator(&self) -> Result<Option<BoxGenerate>, Box<dyn Error>> {
        let Some(name) = &self.model else { return Ok(None) };
        let (entry, style) = (Entry::named(name)?, Style::named(&self.style)?);
        let mut source = SdxlSource::of_entry(entry)?;
        source.loras.extend(self.lora.iter().cloned());
        let model = Sdxl::load(&source, self.options(entry, &style))?;
        let draw = move |prompt: &Prompt, stop: &Stop| {
            let asked = style.apply(&prompt.text);
            Generate::generate(&model, &Prompt::new(asked.prompt, prompt.seed), stop)
        };
        Ok(Some(Box::new(FromFn(draw))))
    }

    fn options(&self, entry: &Entry, style: &Style) -> SdxlOptions {
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
