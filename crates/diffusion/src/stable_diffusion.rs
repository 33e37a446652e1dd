//! Stable Diffusion 1.5 and 2.1: one text encoder, a UNet that is told nothing but time and text, four channels of latents.

use candle_core::{DType, Tensor};
use linocut_core::Stop;
use linocut_nn::LinearKind;
use linocut_nn::place::{Part, Resident};
use linocut_nn::weights::Weights;

use crate::denoise::{Basis, Denoiser, Encoded, Geometry, Question, Stage};
use crate::family::{CLIP, Family, Millions, TOKENIZER, VAE, unet};
use crate::folder::ModelFolder;
use crate::lora::Component;
use crate::model_error::ModelError;
use crate::prompt::WeightedText;
use crate::sampler::Sampler;
use crate::text::ClipPrompt;
use crate::unet::{DeepCache, Reuse, UNet, UNetConfig, UNetInput};
use crate::vae::AutoencoderKl;

/// Files without which the model cannot be loaded, weights aside.
const FILES: [&str; 6] = [
    "text_encoder/config.json",
    "tokenizer/merges.txt",
    "tokenizer/tokenizer_config.json",
    "tokenizer/vocab.json",
    "unet/config.json",
    "vae/config.json",
];

/// Stable Diffusion 1.5, and 2.1 with a larger text encoder.
pub static FAMILY: Family = Family {
    name: "Stable Diffusion",
    class: "StableDiffusionPipeline",
    networks: &[CLIP, unet(Millions::with_kernels(270.0, 589.5, 521.6)), VAE],
    tokenizers: &[TOKENIZER],
    usual: (25, 7.5, 512),
    usual_untold: None,
    usual_in: None,
    published: (DType::F16, LinearKind::Plain),
    work: (3_000, 7_500),
    load: |folder, sampler| Ok(Box::new(StableDiffusion::load(folder, sampler)?)),
    schedule: |sampler, steps, _| sampler.schedule(steps),
};

/// Stable Diffusion 1.5 or 2.1, or another model of the same layout.
#[derive(Clone, Debug)]
pub struct StableDiffusion {
    prompts: ClipPrompt,
    unet: Part<UNet, ModelError>,
    vae: Part<AutoencoderKl, ModelError>,
    basis: Basis,
}

impl StableDiffusion {
    /// Opens a model. `sampler` takes the place of what the folder says, which may be one that is not here: 1.5 is published with
    /// PNDM.
    ///
    /// # Errors
    ///
    /// As [`Family::open`]; [`ModelError::Unsupported`] for a UNet that is told the picture's size.
    pub fn load(folder: &ModelFolder, sampler: Option<Sampler>) -> Result<Self, ModelError> {
        let opened = folder.opened(&FILES)?;
        let config = UNetConfig::read(opened.config("unet"))?;
        if config.is_told_size() {
            let actual = format!("{:?}", config.addition_embed_type);
            return Err(ModelError::Unsupported { field: "addition_embed_type", expected: "null", actual });
        }
        let channels = config.in_channels;
        let wire = move |weights: &Weights| UNet::load(weights, &config);
        let (vae, vae_config) = opened.decoder()?;
        let scale = vae_config.scale();
        let model = Self {
            prompts: opened.clip("text_encoder", "tokenizer", Component::TextEncoder)?,
            unet: opened.part("unet", (Stage::Denoise, Some(Component::Denoiser)), &[], wire)?,
            vae,
            basis: opened
                .basis(Geometry { channels, scale, multiple: u32::try_from(scale).unwrap_or(u32::MAX) }, sampler)?,
        };
        opened.finish()?;
        Ok(model)
    }

    /// The denoiser.
    pub fn unet(&self) -> &Part<UNet, ModelError> {
        &self.unet
    }

    /// The text encoder.
    pub fn prompts(&self) -> &ClipPrompt {
        &self.prompts
    }

    /// States of the last layer, normed: (1, 77 x chunks, length).
    fn encode_rows(&self, pieces: &[WeightedText], rows: usize) -> Result<Encoded, ModelError> {
        let states = self.prompts.encode(pieces, rows)?.last.flatten(0, 1)?.unsqueeze(0)?;
        Ok(Encoded { states, pooled: None }.at(&self.basis.place)?)
    }
}

impl Denoiser for StableDiffusion {
    fn basis(&self) -> &Basis {
        &self.basis
    }

    /// Both in as many chunks.
    fn encode(
        &self,
        prompt: &[WeightedText],
        negative: Option<&[WeightedText]>,
    ) -> Result<(Encoded, Option<Encoded>), ModelError> {
        let rows = negative.map_or(Ok(1), |negative| self.prompts.rows(negative))?.max(self.prompts.rows(prompt)?);
        let negative = negative.map(|negative| self.encode_rows(negative, rows)).transpose()?;
        Ok((self.encode_rows(prompt, rows)?, negative))
    }

    fn predict(&self, question: &Question<'_>, deep: &mut DeepCache, stop: &Stop) -> Result<Tensor, ModelError> {
        let (latents, text) = (question.latents.to_dtype(self.basis.place.compute())?, question.states()?);
        let timestep = question.timestep;
        let input = UNetInput { latents: &latents, timestep, text: &text, pooled: None, time_ids: None };
        deep.forward(&*self.unet.get()?, &input, stop)
    }

    fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        self.vae.get()?.decode_scaled(latents, stop)
    }

    fn parts(&self) -> Vec<(Stage, &dyn Resident)> {
        vec![(Stage::Text, &self.prompts.encoder), (Stage::Denoise, &self.unet), (Stage::Decode, &self.vae)]
    }

    fn weighs(&self) -> bool {
        true
    }

    fn check_reuse(&self, reuse: Reuse) -> Result<(), ModelError> {
        if reuse.interval == 1 { Ok(()) } else { self.unet.get()?.check_reuse(reuse) }
    }
}
