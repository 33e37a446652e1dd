//! The whole model.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::place::{Part, Resident};
use linocut_nn::weights::Weights;

use super::config::CogView4Config;
use super::text::GlmPrompt;
use super::transformer::CogView4Transformer;
use crate::denoise::{Basis, Denoiser, Encoded, Geometry, Question, Stage};
use crate::folder::ModelFolder;
use crate::lora::Component;
use crate::model_error::{ModelError, require};
use crate::prompt::{WeightedText, plain_text};
use crate::sampler::{Sampler, SamplerError, Schedule};
use crate::text::GlmConfig;
use crate::unet::DeepCache;
use crate::vae::AutoencoderKl;

/// Files without which the model cannot be loaded, weights aside.
const FILES: [&str; 5] = [
    "text_encoder/config.json",
    "tokenizer/tokenizer.json",
    "tokenizer/tokenizer_config.json",
    "transformer/config.json",
    "vae/config.json",
];

/// `CogView4`.
#[derive(Clone, Debug)]
pub struct CogView4 {
    text: GlmPrompt,
    transformer: Part<CogView4Transformer, ModelError>,
    vae: Part<AutoencoderKl, ModelError>,
    basis: Basis,
    /// Latents along the side of a patch.
    patch: usize,
}

impl CogView4 {
    /// Opens a model. `sampler` takes the place of what the folder says.
    ///
    /// # Errors
    ///
    /// As [`Family::open`](crate::family::Family::open).
    pub fn load(folder: &ModelFolder, sampler: Option<Sampler>) -> Result<Self, ModelError> {
        let opened = folder.opened(&FILES)?;
        let (config, glm) =
            (CogView4Config::read(opened.config("transformer"))?, GlmConfig::read(opened.config("text_encoder"))?);
        let (vae, vae_config) = opened.decoder()?;
        let (channels, scale, patch) = (config.in_channels, vae_config.scale(), config.patch_size);
        let is_same = channels == vae_config.latent_channels;
        require(is_same, "in_channels", "the `latent_channels` of the autoencoder", &channels)?;
        let is_read = config.text_embed_dim == glm.shape.hidden_size;
        require(is_read, "text_embed_dim", "the `hidden_size` of the text encoder", &config.text_embed_dim)?;
        let multiple = u32::try_from(scale * patch).unwrap_or(u32::MAX);
        let wire = move |weights: &Weights| CogView4Transformer::load(weights, &config);
        let model = Self {
            text: GlmPrompt::open(&opened, glm)?,
            transformer: opened.part("transformer", (Stage::Denoise, Some(Component::Denoiser)), &[], wire)?,
            vae,
            basis: opened.basis(Geometry { channels, scale, multiple }, sampler)?,
            patch,
        };
        opened.finish()?;
        Ok(model)
    }

    /// The text encoder.
    pub fn text(&self) -> &GlmPrompt {
        &self.text
    }

    fn encode_one(&self, pieces: &[WeightedText]) -> Result<Encoded, ModelError> {
        let states = self.text.encode(&plain_text(pieces))?;
        Ok(Encoded { states, pooled: None }.at(&self.basis.place)?)
    }
}

impl Denoiser for CogView4 {
    fn basis(&self) -> &Basis {
        &self.basis
    }

    fn schedule(
        &self,
        sampler: &Sampler,
        steps: usize,
        [_, _, height, width]: [usize; 4],
    ) -> Result<Schedule, SamplerError> {
        schedule(sampler, steps, (height / self.patch) * (width / self.patch))
    }

    fn encode(
        &self,
        prompt: &[WeightedText],
        negative: Option<&[WeightedText]>,
    ) -> Result<(Encoded, Option<Encoded>), ModelError> {
        Ok((self.encode_one(prompt)?, negative.map(|negative| self.encode_one(negative)).transpose()?))
    }

    /// One after the other, for texts differ in length.
    fn predict(&self, question: &Question<'_>, _: &mut DeepCache, stop: &Stop) -> Result<Tensor, ModelError> {
        let latents = question.latents.to_dtype(self.basis.place.compute())?;
        let transformer = self.transformer.get()?;
        let answer = |at: usize| {
            let (latents, texts) = (&latents.narrow(0, at, 1)?, &question.texts[at..=at]);
            transformer.forward(&Question { latents, texts, ..question.clone() }, stop)
        };
        let answers = (0..question.texts.len()).map(answer).collect::<Result<Vec<_>, ModelError>>()?;
        Ok(Tensor::cat(&answers, 0)?)
    }

    fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        self.vae.get()?.decode_scaled(latents, stop)
    }

    fn parts(&self) -> Vec<(Stage, &dyn Resident)> {
        vec![(Stage::Text, &self.text.encoder), (Stage::Denoise, &self.transformer), (Stage::Decode, &self.vae)]
    }
}

/// Whole timesteps that are told as they are, while the noise levels move with the picture's side.
pub(super) fn schedule(sampler: &Sampler, steps: usize, tokens: usize) -> Result<Schedule, SamplerError> {
    sampler.schedule_whole(steps, sampler.shift_of_side(tokens))
}
