//! The SDXL family: SDXL, Turbo, Lightning, Flash, Hyper, SSD-1B. Two text encoders, and a UNet that is told pooled text and size.

use candle_core::{DType, Tensor};
use linocut_core::Stop;
use linocut_nn::LinearKind;
use linocut_nn::place::{Part, Resident};
use linocut_nn::weights::Weights;
use serde::Deserialize;

use crate::denoise::{Basis, Denoiser, Encoded, Geometry, Question, Stage};
use crate::family::{CLIP, CLIP_2, Family, TOKENIZER, TOKENIZER_2, UNET, VAE};
use crate::folder::ModelFolder;
use crate::lora::Component;
use crate::model_error::{ModelError, read_config};
use crate::prompt::WeightedText;
use crate::sampler::Sampler;
use crate::text::ClipPrompt;
use crate::unet::{DeepCache, Reuse, UNet, UNetConfig, UNetInput};
use crate::vae::AutoencoderKl;

/// Files without which the model cannot be loaded, weights aside.
const FILES: [&str; 10] = [
    "text_encoder/config.json",
    "text_encoder_2/config.json",
    "tokenizer/merges.txt",
    "tokenizer/tokenizer_config.json",
    "tokenizer/vocab.json",
    "tokenizer_2/merges.txt",
    "tokenizer_2/tokenizer_config.json",
    "tokenizer_2/vocab.json",
    "unet/config.json",
    "vae/config.json",
];

/// SDXL and what is made of it.
pub static FAMILY: Family = Family {
    name: "SDXL",
    class: "StableDiffusionXLPipeline",
    networks: &[CLIP, CLIP_2, UNET, VAE],
    tokenizers: &[TOKENIZER, TOKENIZER_2],
    usual: (30, 5.0, 1024),
    usual_untold: None,
    usual_in: None,
    published: (DType::F16, LinearKind::Plain),
    work: (3_000, 7_500),
    load: |folder, sampler| Ok(Box::new(Sdxl::load(folder, sampler)?)),
    schedule: |sampler, steps, _| sampler.schedule(steps),
};

/// A model of the SDXL family.
#[derive(Clone, Debug)]
pub struct Sdxl {
    prompts: [ClipPrompt; 2],
    unet: Part<UNet, ModelError>,
    vae: Part<AutoencoderKl, ModelError>,
    basis: Basis,
    zeros_for_nothing: bool,
}

/// What `model_index.json` says.
#[derive(Deserialize)]
struct Index {
    #[serde(default = "yes")]
    force_zeros_for_empty_prompt: bool,
}

fn yes() -> bool {
    true
}

impl Sdxl {
    /// Opens a model, each LoRA merged. `sampler` takes the place of what the folder says.
    ///
    /// # Errors
    ///
    /// As [`Family::open`].
    pub fn load(folder: &ModelFolder, sampler: Option<Sampler>) -> Result<Self, ModelError> {
        let opened = folder.opened(&FILES)?;
        let config = UNetConfig::read(opened.config("unet"))?;
        let channels = config.in_channels;
        let wire = move |weights: &Weights| UNet::load(weights, &config);
        let (vae, vae_config) = opened.decoder()?;
        let (scale, index) = (vae_config.scale(), opened.path("model_index.json"));
        let model = Self {
            prompts: [
                opened.clip("text_encoder", "tokenizer", Component::TextEncoder)?,
                opened.clip("text_encoder_2", "tokenizer_2", Component::TextEncoder2)?,
            ],
            unet: opened.part("unet", (Stage::Denoise, Some(Component::Denoiser)), &[], wire)?,
            vae,
            basis: opened
                .basis(Geometry { channels, scale, multiple: u32::try_from(scale).unwrap_or(u32::MAX) }, sampler)?,
            zeros_for_nothing: !index.exists() || read_config::<Index>(&index)?.force_zeros_for_empty_prompt,
        };
        opened.finish()?;
        Ok(model)
    }

    /// The denoiser.
    pub fn unet(&self) -> &Part<UNet, ModelError> {
        &self.unet
    }

    /// The autoencoder, without its encoder.
    pub fn vae(&self) -> &Part<AutoencoderKl, ModelError> {
        &self.vae
    }

    /// The text encoders.
    pub fn prompts(&self) -> &[ClipPrompt; 2] {
        &self.prompts
    }

    /// States of both encoders side by side, (1, 77 x chunks, length); the second one's pooled vector of the first chunk.
    fn encode_rows(&self, pieces: &[WeightedText], rows: usize) -> Result<Encoded, ModelError> {
        let [first, second] = &self.prompts;
        let (first, second) = (first.encode(pieces, rows)?, second.encode(pieces, rows)?);
        let states = Tensor::cat(&[&first.penultimate, &second.penultimate], 2)?.flatten(0, 1)?.unsqueeze(0)?;
        let text = Encoded { states, pooled: Some(second.pooled.narrow(0, 0, 1)?) };
        Ok(text.at(&self.basis.place)?)
    }
}

impl Denoiser for Sdxl {
    fn basis(&self) -> &Basis {
        &self.basis
    }

    /// Both in as many chunks; zeros for nothing, if the model was taught so.
    fn encode(
        &self,
        prompt: &[WeightedText],
        negative: Option<&[WeightedText]>,
    ) -> Result<(Encoded, Option<Encoded>), ModelError> {
        let rows = self.prompts.iter().flat_map(|clip| [Some(prompt), negative].map(|text| (clip, text)));
        let rows = rows.map(|(clip, text)| text.map_or(Ok(1), |text| clip.rows(text)));
        let rows = rows.collect::<Result<Vec<_>, _>>()?.into_iter().max().unwrap_or(1);
        let encoded = self.encode_rows(prompt, rows)?;
        let negative = match negative {
            None => None,
            Some(pieces) if self.zeros_for_nothing && pieces.iter().all(|piece| piece.text.is_empty()) => {
                Some(encoded.zeros_like()?)
            }
            Some(pieces) => Some(self.encode_rows(pieces, rows)?),
        };
        Ok((encoded, negative))
    }

    /// Height and width of the original, top and left of the crop, height and width of the target are told in pixels.
    fn predict(&self, question: &Question<'_>, deep: &mut DeepCache, stop: &Stop) -> Result<Tensor, ModelError> {
        let (width, height) = (question.size.0 as f32, question.size.1 as f32);
        let batch = question.texts.len();
        let sizes = [height, width, 0.0, 0.0, height, width].repeat(batch);
        let sizes = Tensor::from_vec(sizes, (batch, 6), &self.basis.place.device)?;
        let latents = question.latents.to_dtype(self.basis.place.compute())?;
        let (text, pooled) = (question.states()?, question.pooled()?);
        let input = UNetInput {
            latents: &latents,
            timestep: question.timestep,
            text: &text,
            pooled: pooled.as_ref(),
            time_ids: Some(&sizes),
        };
        deep.forward(&*self.unet.get()?, &input, stop)
    }

    fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        self.vae.get()?.decode_scaled(latents, stop)
    }

    fn parts(&self) -> Vec<(Stage, &dyn Resident)> {
        let [first, second] = &self.prompts;
        vec![
            (Stage::Text, &first.encoder),
            (Stage::Text, &second.encoder),
            (Stage::Denoise, &self.unet),
            (Stage::Decode, &self.vae),
        ]
    }

    fn weighs(&self) -> bool {
        true
    }

    fn check_reuse(&self, reuse: Reuse) -> Result<(), ModelError> {
        if reuse.interval == 1 { Ok(()) } else { self.unet.get()?.check_reuse(reuse) }
    }
}
