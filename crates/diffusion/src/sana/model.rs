//! The whole model.

use candle_core::Tensor;
use linocut_core::Stop;
use linocut_nn::place::{Part, Resident};
use linocut_nn::weights::Weights;

use super::config::SanaConfig;
use super::text::SanaText;
use super::transformer::SanaTransformer;
use crate::denoise::{Basis, Denoiser, Encoded, Geometry, Question, Stage};
use crate::folder::ModelFolder;
use crate::lora::Component;
use crate::model_error::{ModelError, require};
use crate::prompt::{WeightedText, plain_text};
use crate::sampler::Sampler;
use crate::unet::DeepCache;
use crate::vae::{AutoencoderDc, AutoencoderDcConfig};

/// Files without which the model cannot be loaded, weights aside.
const FILES: [&str; 4] =
    ["text_encoder/config.json", "tokenizer/tokenizer.json", "transformer/config.json", "vae/config.json"];

/// SANA or SANA-Sprint.
#[derive(Clone, Debug)]
pub struct Sana {
    text: SanaText,
    transformer: Part<SanaTransformer, ModelError>,
    vae: Part<AutoencoderDc, ModelError>,
    basis: Basis,
    is_told_guidance: bool,
}

impl Sana {
    /// Opens a model. `sampler` takes the place of what the folder says.
    ///
    /// # Errors
    ///
    /// As [`Family::open`](crate::family::Family::open).
    pub fn load(folder: &ModelFolder, sampler: Option<Sampler>) -> Result<Self, ModelError> {
        let opened = folder.opened(&FILES)?;
        let config = SanaConfig::read(opened.config("transformer"))?;
        let decoder = AutoencoderDcConfig::read(opened.config("vae"))?;
        let (channels, scale, is_told_guidance) = (config.in_channels, decoder.scale(), config.guidance_embeds);
        let is_same = channels == decoder.latent_channels;
        require(is_same, "in_channels", "the `latent_channels` of the autoencoder", &channels)?;
        let multiple = u32::try_from(scale * config.patch_size).unwrap_or(u32::MAX);
        let text = SanaText::open(&opened, config.caption_channels)?;
        let wire = move |weights: &Weights| SanaTransformer::load(weights, &config);
        let wire_decoder = move |weights: &Weights| AutoencoderDc::load_decoder(weights, &decoder);
        let model = Self {
            text,
            transformer: opened.part("transformer", (Stage::Denoise, Some(Component::Denoiser)), &[], wire)?,
            vae: opened.part("vae", (Stage::Decode, None), &["encoder."], wire_decoder)?,
            basis: opened.basis(Geometry { channels, scale, multiple }, sampler)?,
            is_told_guidance,
        };
        opened.finish()?;
        Ok(model)
    }

    /// The same model, in which other lines stand before a description; none for none. Default:
    /// [`INSTRUCTION`](super::INSTRUCTION).
    #[must_use]
    pub fn with_instruction(mut self, lines: &[&str]) -> Self {
        self.text = self.text.with_instruction(lines);
        self
    }

    /// The text encoder with its tokenizer.
    pub fn text(&self) -> &SanaText {
        &self.text
    }

    fn told(&self, tokens: (Vec<u32>, Vec<u32>)) -> Result<Encoded, ModelError> {
        Ok(Encoded { states: self.text.states(tokens)?, pooled: None }.at(&self.basis.place)?)
    }
}

impl Denoiser for Sana {
    fn basis(&self) -> &Basis {
        &self.basis
    }

    fn encode(
        &self,
        prompt: &[WeightedText],
        negative: Option<&[WeightedText]>,
    ) -> Result<(Encoded, Option<Encoded>), ModelError> {
        let negative = negative.map(|negative| self.told(self.text.tokenize_plain(&plain_text(negative))?));
        Ok((self.told(self.text.tokenize(&plain_text(prompt))?)?, negative.transpose()?))
    }

    /// Pictures of one text together: texts differ in length.
    fn predict(&self, question: &Question<'_>, _: &mut DeepCache, stop: &Stop) -> Result<Tensor, ModelError> {
        let latents = question.latents.to_dtype(self.basis.place.compute())?;
        let (transformer, told) = (self.transformer.get()?, (question.timestep, question.guidance));
        let (mut answers, mut first) = (Vec::new(), 0);
        for texts in question.texts.chunk_by(|a, b| std::ptr::eq(*a, *b)) {
            let pictures = latents.narrow(0, first, texts.len())?;
            answers.push(transformer.forward(&pictures, told, &texts[0].states, stop)?);
            first += texts.len();
        }
        Ok(Tensor::cat(&answers, 0)?)
    }

    fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        self.vae.get()?.decode_scaled(latents, stop)
    }

    fn parts(&self) -> Vec<(Stage, &dyn Resident)> {
        vec![(Stage::Text, &self.text.encoder), (Stage::Denoise, &self.transformer), (Stage::Decode, &self.vae)]
    }

    fn is_told_guidance(&self) -> bool {
        self.is_told_guidance
    }
}
