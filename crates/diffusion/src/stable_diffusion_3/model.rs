//! The whole model.

use candle_core::{D, Tensor};
use linocut_core::Stop;
use linocut_nn::place::{Part, Resident};
use linocut_nn::weights::Weights;

use super::config::TransformerConfig;
use super::transformer::Transformer;
use crate::denoise::{Basis, Denoiser, Encoded, Geometry, Question, Stage};
use crate::folder::ModelFolder;
use crate::lora::Component;
use crate::model_error::ModelError;
use crate::prompt::{WeightedText, plain_text};
use crate::sampler::Sampler;
use crate::text::{ClipPrompt, T5Prompt, TextError};
use crate::unet::DeepCache;
use crate::vae::AutoencoderKl;

/// Files without which the model cannot be loaded, weights aside.
const FILES: [&str; 12] = [
    "text_encoder/config.json",
    "text_encoder_2/config.json",
    "text_encoder_3/config.json",
    "tokenizer/merges.txt",
    "tokenizer/tokenizer_config.json",
    "tokenizer/vocab.json",
    "tokenizer_2/merges.txt",
    "tokenizer_2/tokenizer_config.json",
    "tokenizer_2/vocab.json",
    "tokenizer_3/tokenizer.json",
    "transformer/config.json",
    "vae/config.json",
];
/// Tokens that T5 is given; more are cut off, as in the reference.
const T5_TOKENS: usize = 256;

/// Stable Diffusion 3.5.
#[derive(Clone, Debug)]
pub struct StableDiffusion3 {
    prompts: [ClipPrompt; 2],
    t5: T5Prompt,
    transformer: Part<Transformer, ModelError>,
    vae: Part<AutoencoderKl, ModelError>,
    basis: Basis,
}

impl StableDiffusion3 {
    /// Opens a model. `sampler` takes the place of what the folder says.
    ///
    /// # Errors
    ///
    /// As [`Family::open`](crate::family::Family::open).
    pub fn load(folder: &ModelFolder, sampler: Option<Sampler>) -> Result<Self, ModelError> {
        let opened = folder.opened(&FILES)?;
        let config = TransformerConfig::read(opened.config("transformer"))?;
        let (vae, vae_config) = opened.decoder()?;
        let scale = vae_config.scale();
        let multiple = u32::try_from(scale * config.patch_size).unwrap_or(u32::MAX);
        let geometry = Geometry { channels: config.in_channels, scale, multiple };
        let wire = move |weights: &Weights| Transformer::load(weights, &config);
        let model = Self {
            prompts: [
                opened.clip("text_encoder", "tokenizer", Component::TextEncoder)?,
                opened.clip("text_encoder_2", "tokenizer_2", Component::TextEncoder2)?,
            ],
            t5: T5Prompt::open(&opened, "text_encoder_3", "tokenizer_3", T5_TOKENS)?,
            transformer: opened.part("transformer", (Stage::Denoise, Some(Component::Denoiser)), &[], wire)?,
            vae,
            basis: opened.basis(geometry, sampler)?,
        };
        opened.finish()?;
        Ok(model)
    }

    /// Tokens of a description for T5: cut or padded to 256.
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`] beyond 600 tokens.
    pub fn tokenize_for_t5(&self, text: &str) -> Result<Vec<u32>, TextError> {
        self.t5.tokenize(text)
    }

    /// States of both encoders of CLIP side by side, then those of T5: (1, 77 + 256, length). CLIP sees the first 77 tokens.
    fn encode_one(&self, pieces: &[WeightedText]) -> Result<Encoded, ModelError> {
        let text = plain_text(pieces);
        let [first, second] = &self.prompts;
        let (first, second) = (first.encode_first(&text)?, second.encode_first(&text)?);
        let clip = Tensor::cat(&[&first.penultimate, &second.penultimate], D::Minus1)?;
        let t5 = self.t5.encode(&text)?;
        let (short, long) = (clip.dim(D::Minus1)?, t5.dim(D::Minus1)?);
        let clip = clip.to_dtype(t5.dtype())?.pad_with_zeros(D::Minus1, 0, long.saturating_sub(short))?;
        let pooled = Tensor::cat(&[&first.pooled, &second.pooled], D::Minus1)?;
        Ok(Encoded { states: Tensor::cat(&[&clip, &t5], 1)?, pooled: Some(pooled) }.at(&self.basis.place)?)
    }
}

impl Denoiser for StableDiffusion3 {
    fn basis(&self) -> &Basis {
        &self.basis
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
        let (states, pooled) = (question.states()?, question.pooled()?);
        self.transformer.get()?.forward(&latents, question.timestep, (&states, pooled.as_ref()), stop)
    }

    fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        self.vae.get()?.decode_scaled(latents, stop)
    }

    fn parts(&self) -> Vec<(Stage, &dyn Resident)> {
        let [first, second] = &self.prompts;
        vec![
            (Stage::Text, &first.encoder),
            (Stage::Text, &second.encoder),
            (Stage::Text, &self.t5.encoder),
            (Stage::Denoise, &self.transformer),
            (Stage::Decode, &self.vae),
        ]
    }
}
