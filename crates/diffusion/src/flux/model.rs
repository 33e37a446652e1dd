//! The whole model.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::place::{Part, Resident};
use linocut_nn::weights::Weights;

use super::config::FluxConfig;
use super::packed::named;
use super::transformer::FluxTransformer;
use crate::denoise::{Basis, Denoiser, Encoded, Geometry, Question, Stage};
use crate::folder::ModelFolder;
use crate::lora::Component;
use crate::model_error::{ModelError, require};
use crate::prompt::{WeightedText, plain_text};
use crate::sampler::{Sampler, SamplerError, Schedule};
use crate::text::{ClipPrompt, T5Prompt};
use crate::unet::DeepCache;
use crate::vae::AutoencoderKl;

/// Files without which the model cannot be loaded, weights aside.
const FILES: [&str; 8] = [
    "text_encoder/config.json",
    "text_encoder_2/config.json",
    "tokenizer/merges.txt",
    "tokenizer/tokenizer_config.json",
    "tokenizer/vocab.json",
    "tokenizer_2/tokenizer.json",
    "transformer/config.json",
    "vae/config.json",
];
/// Tokens of a description for T5 in models that are told the guidance.
const TOKENS: usize = 512;
/// Tokens in models that are not: those of few steps.
const FEW_TOKENS: usize = 256;

/// FLUX.1.
#[derive(Clone, Debug)]
pub struct Flux {
    prompt: ClipPrompt,
    t5: T5Prompt,
    transformer: Part<FluxTransformer, ModelError>,
    vae: Part<AutoencoderKl, ModelError>,
    basis: Basis,
    is_told_guidance: bool,
}

impl Flux {
    /// Opens a model. `sampler` takes the place of what the folder says.
    ///
    /// # Errors
    ///
    /// As [`Family::open`](crate::family::Family::open).
    pub fn load(folder: &ModelFolder, sampler: Option<Sampler>) -> Result<Self, ModelError> {
        let opened = folder.opened(&FILES)?;
        let config = FluxConfig::read(opened.config("transformer"))?;
        let (vae, vae_config) = opened.decoder()?;
        let (channels, scale, is_told_guidance) = (config.channels(), vae_config.scale(), config.guidance_embeds);
        let is_same = channels == vae_config.latent_channels;
        require(is_same, "in_channels", "four times the `latent_channels` of the autoencoder", &config.in_channels)?;
        let multiple = u32::try_from(2 * scale).unwrap_or(u32::MAX);
        let geometry = Geometry { channels, scale, multiple };
        let tokens = if is_told_guidance { TOKENS } else { FEW_TOKENS };
        let wire = move |weights: &Weights| FluxTransformer::load(weights, &config);
        let model = Self {
            prompt: opened.clip("text_encoder", "tokenizer", Component::TextEncoder)?,
            t5: T5Prompt::open(&opened, "text_encoder_2", "tokenizer_2", tokens)?,
            transformer: opened.denoiser("transformer", named, wire)?,
            vae,
            basis: opened.basis(geometry, sampler)?,
            is_told_guidance,
        };
        opened.finish()?;
        Ok(model)
    }

    /// The same model, in which T5 is given so many tokens of a description, at least 1. Default: 512, or 256 for a model that is not told
    /// the guidance.
    #[must_use]
    pub fn with_tokens(mut self, tokens: usize) -> Self {
        self.t5.length = tokens.max(1);
        self
    }

    /// CLIP's text encoder, of which the pooled vector is used.
    pub fn prompt(&self) -> &ClipPrompt {
        &self.prompt
    }

    /// T5's encoder.
    pub fn t5(&self) -> &T5Prompt {
        &self.t5
    }

    /// States of T5, and CLIP's pooled vector of the first 77 tokens.
    fn encode_one(&self, pieces: &[WeightedText]) -> Result<Encoded, ModelError> {
        let text = plain_text(pieces);
        let (states, pooled) = (self.t5.encode(&text)?, self.prompt.encode_first(&text)?.pooled);
        Ok(Encoded { states, pooled: Some(pooled) }.at(&self.basis.place)?)
    }
}

impl Denoiser for Flux {
    fn basis(&self) -> &Basis {
        &self.basis
    }

    fn schedule(
        &self,
        sampler: &Sampler,
        steps: usize,
        [_, _, height, width]: [usize; 4],
    ) -> Result<Schedule, SamplerError> {
        schedule(sampler, steps, (height / 2) * (width / 2))
    }

    fn encode(
        &self,
        prompt: &[WeightedText],
        negative: Option<&[WeightedText]>,
    ) -> Result<(Encoded, Option<Encoded>), ModelError> {
        Ok((self.encode_one(prompt)?, negative.map(|negative| self.encode_one(negative)).transpose()?))
    }

    fn predict(&self, question: &Question<'_>, _: &mut DeepCache, stop: &Stop) -> Result<Tensor, ModelError> {
        let latents = question.latents.to_dtype(self.basis.place.compute())?;
        self.transformer.get()?.forward(&Question { latents: &latents, ..question.clone() }, stop)
    }

    fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        self.vae.get()?.decode_scaled(latents, stop)
    }

    fn parts(&self) -> Vec<(Stage, &dyn Resident)> {
        vec![
            (Stage::Text, &self.prompt.encoder),
            (Stage::Text, &self.t5.encoder),
            (Stage::Denoise, &self.transformer),
            (Stage::Decode, &self.vae),
        ]
    }

    fn is_told_guidance(&self) -> bool {
        self.is_told_guidance
    }
}

/// Even noise levels, moved by the picture's tokens where the sampler asks for that.
pub(super) fn schedule(sampler: &Sampler, steps: usize, tokens: usize) -> Result<Schedule, SamplerError> {
    sampler.schedule_even(steps, sampler.shift_of_size(tokens))
}
