//! The whole model.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::place::{Part, Resident};
use linocut_nn::weights::Weights;

use super::config::ZImageConfig;
use super::transformer::ZImageTransformer;
use crate::denoise::{Basis, Denoiser, Encoded, Geometry, Question, Stage};
use crate::folder::ModelFolder;
use crate::lora::Component;
use crate::model_error::ModelError;
use crate::prompt::{WeightedText, plain_text};
use crate::sampler::{Sampler, SamplerError, Schedule};
use crate::text::{QWEN3_GGUF, Qwen3, Qwen3Config, WordPieces};
use crate::unet::DeepCache;
use crate::vae::AutoencoderKl;

/// Files without which the model cannot be loaded, weights aside.
const FILES: [&str; 4] =
    ["text_encoder/config.json", "tokenizer/tokenizer.json", "transformer/config.json", "vae/config.json"];
/// Tokens of a description with what is put around it; more are cut off, as in the reference.
const TOKENS: usize = 512;

/// Z-Image-Turbo.
#[derive(Clone, Debug)]
pub struct ZImage {
    pieces: WordPieces,
    text: Part<Qwen3, ModelError>,
    transformer: Part<ZImageTransformer, ModelError>,
    vae: Part<AutoencoderKl, ModelError>,
    basis: Basis,
}

impl ZImage {
    /// Opens a model. `sampler` takes the place of what the folder says.
    ///
    /// # Errors
    ///
    /// As [`Family::open`](crate::family::Family::open).
    pub fn load(folder: &ModelFolder, sampler: Option<Sampler>) -> Result<Self, ModelError> {
        let opened = folder.opened(&FILES)?;
        let config = ZImageConfig::read(opened.config("transformer"))?;
        let text = Qwen3Config::read(opened.config("text_encoder"))?;
        let (vae, vae_config) = opened.decoder()?;
        let scale = vae_config.scale();
        let multiple = u32::try_from(scale * config.patch()).unwrap_or(u32::MAX);
        let geometry = Geometry { channels: config.in_channels, scale, multiple };
        let wire = move |weights: &Weights| ZImageTransformer::load(weights, &config);
        let wire_text = move |weights: &Weights| Qwen3::load(weights, &text);
        let model = Self {
            pieces: WordPieces::read(opened.path("tokenizer/tokenizer.json"))?,
            text: opened.text("text_encoder", &QWEN3_GGUF, wire_text)?,
            transformer: opened.part("transformer", (Stage::Denoise, Some(Component::Denoiser)), &[], wire)?,
            vae,
            basis: opened.basis(geometry, sampler)?,
        };
        opened.finish()?;
        Ok(model)
    }

    /// Tokens of a description, put as a question of a user that is about to be answered; the first 512.
    ///
    /// # Errors
    ///
    /// [`TextError::Encode`](crate::text::TextError::Encode) if the tokenizer fails.
    pub fn tokenize(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        let asked = format!("<|im_start|>user\n{text}<|im_end|>\n<|im_start|>assistant\n");
        Ok(self.pieces.encode_first(&asked, TOKENS)?)
    }

    fn encode_one(&self, pieces: &[WeightedText]) -> Result<Encoded, ModelError> {
        let states = self.text.get()?.forward(&self.tokenize(&plain_text(pieces))?)?;
        Ok(Encoded { states, pooled: None }.at(&self.basis.place)?)
    }
}

impl Denoiser for ZImage {
    fn basis(&self) -> &Basis {
        &self.basis
    }

    fn schedule(&self, sampler: &Sampler, steps: usize, _: [usize; 4]) -> Result<Schedule, SamplerError> {
        schedule(sampler, steps)
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
        let (transformer, time) = (self.transformer.get()?, (1000.0 - question.timestep) / 1000.0);
        let one =
            |(at, text): (usize, &&Encoded)| transformer.forward(&latents.narrow(0, at, 1)?, time, &text.states, stop);
        let answers = question.texts.iter().enumerate().map(one).collect::<Result<Vec<_>, ModelError>>()?;
        Ok(Tensor::cat(&answers, 0)?.neg()?)
    }

    fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        self.vae.get()?.decode_scaled(latents, stop)
    }

    fn parts(&self) -> Vec<(Stage, &dyn Resident)> {
        vec![(Stage::Text, &self.text), (Stage::Denoise, &self.transformer), (Stage::Decode, &self.vae)]
    }
}

/// The reference counts one step more, the last from no noise to none, which does nothing and is not made here.
pub(crate) fn schedule(sampler: &Sampler, steps: usize) -> Result<Schedule, SamplerError> {
    sampler.schedule_even(steps, None)
}
