//! A diffusion model that makes the pictures, if one is asked for.

#[cfg(feature = "hub")]
mod download;
#[cfg(all(feature = "serve", feature = "diffusion"))]
mod installed;
#[cfg(feature = "diffusion")]
mod load;
#[cfg(feature = "diffusion")]
mod single_file;

#[cfg(all(feature = "serve", feature = "diffusion"))]
pub(crate) use installed::{installed, open};

use std::path::PathBuf;

use clap::Args;
use linocut::Pipeline;
use linocut::pipeline::Named;

use super::{CandidateArguments, PlaceArguments, WeightArguments};
use crate::failure::Failed;
use crate::printer::Printer;

#[cfg(feature = "diffusion")]
#[derive(Args, Default)]
#[command(next_help_heading = "Diffusion model")]
pub(crate) struct ModelArguments {
    /// Model that makes the pictures: a name of `linocut models`, whose files are in the folder of weights or the cache of Hugging
    /// Face, a folder in the layout of diffusers, or a checkpoint of Stable Diffusion in one file, safetensors or `.ckpt`
    #[arg(long, value_name = "NAME|DIR|FILE")]
    model: Option<String>,
    /// What a checkpoint in one file lacks, tokenizers and scheduler, is from this named model or folder [default: that of its kind]
    #[arg(long, value_name = "NAME|DIR", requires = "model")]
    base: Option<String>,
    /// What the network of a checkpoint in one file predicts [default: as the file or its base says; of Stable Diffusion 2 `v`]
    #[arg(long, value_name = "KIND", value_enum, requires = "model")]
    prediction: Option<single_file::Predicted>,
    /// Let pictures of the composer compete with those of the model or the writer
    #[arg(long)]
    composer: bool,
    /// Steps in place of the model's own
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    steps: Option<u16>,
    /// Guidance in place of the model's own; 1 or less means none
    #[arg(long, value_name = "G")]
    guidance: Option<f64>,
    /// Pictures that are denoised together [default: 1; on a card as many as there is memory for, at most 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    together: Option<u16>,
    /// Width and height of the picture in px, multiples of 8
    #[arg(long, value_name = "WxH", value_parser = size)]
    size: Option<(u32, u32)>,
    /// What the picture should not show; has an effect only with guidance above 1
    #[arg(long, value_name = "TEXT")]
    negative: Option<String>,
    /// Weights of the denoiser in place of the model's own: safetensors; of FLUX.1 also as Black Forest Labs name them, GGUF, or packed by nunchaku
    #[arg(long, value_name = "FILE")]
    denoiser: Option<PathBuf>,
    /// Weights of the large text encoder (T5, Qwen 3, GLM 4) in place of the model's own: safetensors or GGUF
    #[arg(long, value_name = "FILE")]
    text_encoder: Option<PathBuf>,
    /// Low-rank adaptation (LoRA) to merge, and its scale; may be repeated
    #[arg(long, value_name = "FILE:SCALE", value_parser = lora)]
    lora: Vec<(PathBuf, f64)>,
    /// Style that the description is put in: plain, flat, cartoon, poster, ... [default: flat, or what suits the named model]
    #[arg(long, value_name = "NAME")]
    style: Option<String>,
    /// Accept the model's licence: missing files are downloaded without asking
    #[cfg(feature = "hub")]
    #[arg(long)]
    yes: bool,
    /// Download nothing
    #[cfg(feature = "hub")]
    #[arg(long)]
    offline: bool,
}

#[cfg(not(feature = "diffusion"))]
#[derive(Args)]
pub(crate) struct ModelArguments {
    /// Named so that asking for a model says what the build lacks.
    #[arg(long, hide = true)]
    model: Option<String>,
    #[arg(long, hide = true)]
    composer: bool,
}

impl ModelArguments {
    /// Whether neither a model's pictures nor the composer's compete with what a writer draws.
    pub(crate) fn leaves_out_all_else(&self) -> bool {
        self.model.is_none() && !self.composer
    }

    /// A pipeline of the composer with the model's pictures in place of the composer's, or beside them, if a model is asked for.
    pub(crate) fn drawn(
        &self,
        mut pipeline: Pipeline,
        weights: &WeightArguments,
        place: &PlaceArguments,
        candidates: &CandidateArguments,
        printer: Printer,
    ) -> Result<Pipeline, Failed> {
        let generator = self.generator(weights.folder(), place, candidates.count(), printer)?;
        let (Some(name), Some(generator)) = (&self.model, generator) else { return Ok(pipeline) };
        if !self.composer {
            pipeline.generators.clear();
            pipeline.drawers.clear();
        }
        pipeline.generators.insert(0, Named::new(name, generator));
        Ok(pipeline)
    }
}

#[cfg(not(feature = "diffusion"))]
impl ModelArguments {
    /// No model.
    ///
    /// # Errors
    ///
    /// [`Failure::Feature`](crate::failure::Failure) if one is asked for.
    fn generator(
        &self,
        _: Option<PathBuf>,
        _: &PlaceArguments,
        _: usize,
        _: Printer,
    ) -> Result<Option<linocut::pipeline::BoxGenerate>, Failed> {
        let lacking = |what, feature| Err(crate::failure::Failure::Feature { what, feature }.into());
        match self.model.as_deref() {
            Some("linocut-small") => lacking("model `linocut-small`", "small-model"),
            Some(_) => lacking("`--model`", "diffusion"),
            None => Ok(None),
        }
    }
}

#[cfg(feature = "diffusion")]
fn size(text: &str) -> Result<(u32, u32), String> {
    let sides = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    sides.ok_or_else(|| format!("`{text}` is not WIDTHxHEIGHT in px"))
}

#[cfg(feature = "diffusion")]
fn lora(text: &str) -> Result<(PathBuf, f64), String> {
    let parts = text.rsplit_once(':').and_then(|(file, scale)| Some((PathBuf::from(file), scale.parse().ok()?)));
    parts.ok_or_else(|| format!("`{text}` is not FILE:SCALE"))
}
