//! Stable Diffusion 1.5 and 2.1: one text encoder, a UNet that is told nothing but time and text, four channels of latents.

use candle_core::{DType, Device, Tensor};
use linocut_core::Stop;

use crate::denoise::{Denoiser, Geometry};
use crate::folder::ModelFolder;
use crate::model_error::ModelError;
use crate::sampler::Sampler;
use crate::text::{ClipPrompt, ClipTokenizer};
use crate::unet::{UNet, UNetConfig, UNetInput};
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

/// Stable Diffusion 1.5 or 2.1, or another model of the same layout.
#[derive(Clone, Debug)]
pub struct StableDiffusion {
    prompts: ClipPrompt,
    unet: UNet,
    vae: AutoencoderKl,
    sampler: Sampler,
    compute: DType,
    device: Device,
}

impl StableDiffusion {
    /// Loads a model. `sampler` takes the place of what the folder says, which may be one that is not here: 1.5 is published with
    /// PNDM.
    ///
    /// # Errors
    ///
    /// [`ModelError::MissingFiles`] names files that are not there; [`ModelError::Weights`] a tensor that is missing, left over,
    /// of another shape or not finite; [`ModelError::Config`], [`ModelError::Unsupported`] and [`ModelError::Sampler`] a
    /// configuration that cannot be, such as that of another model.
    pub fn load(folder: &ModelFolder, sampler: Option<Sampler>) -> Result<Self, ModelError> {
        folder.require(&FILES)?;
        let weights = folder.weights("unet")?;
        let config = UNetConfig::read(&folder.config("unet"))?;
        if config.is_told_size() {
            let actual = format!("{:?}", config.addition_embed_type);
            return Err(ModelError::Unsupported { field: "addition_embed_type", expected: "null", actual });
        }
        let unet = UNet::load(&weights, &config)?;
        weights.finish(&[])?;
        Ok(Self {
            prompts: ClipPrompt {
                tokenizer: ClipTokenizer::read(&folder.path.join("tokenizer"))?,
                encoder: folder.clip("text_encoder")?,
            },
            unet,
            vae: folder.vae()?,
            sampler: sampler.map_or_else(|| folder.sampler(), Ok)?,
            compute: folder.compute(),
            device: folder.device.clone(),
        })
    }

    /// The denoiser.
    pub fn unet(&self) -> &UNet {
        &self.unet
    }

    /// The text encoder.
    pub fn prompts(&self) -> &ClipPrompt {
        &self.prompts
    }
}

impl Denoiser for StableDiffusion {
    /// States of the last layer, normed: (texts, 77 x chunks, length).
    type Text = Tensor;

    fn device(&self) -> &Device {
        &self.device
    }

    fn geometry(&self) -> Geometry {
        let (channels, scale) = (self.unet.config().in_channels, self.vae.config().scale());
        Geometry { channels, scale, multiple: u32::try_from(scale).unwrap_or(u32::MAX) }
    }

    fn sampler(&self) -> &Sampler {
        &self.sampler
    }

    fn encode(&self, texts: &[&str]) -> Result<Tensor, ModelError> {
        let mut rows = 1;
        for text in texts {
            rows = rows.max(self.prompts.tokenize(text, 1)?.len());
        }
        let states = |text: &&str| Ok(self.prompts.encode(text, rows)?.last.flatten(0, 1)?.unsqueeze(0)?);
        let states = texts.iter().map(states).collect::<Result<Vec<_>, ModelError>>()?;
        Ok(Tensor::cat(&states, 0)?.to_dtype(self.compute)?)
    }

    fn predict(&self, latents: &Tensor, timestep: f64, text: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        let latents = latents.to_dtype(self.compute)?;
        let input = UNetInput { latents: &latents, timestep, text, pooled: None, time_ids: None };
        self.unet.forward_until(&input, stop)
    }

    fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        self.vae.decode_until(&self.vae.unscale(&latents.to_dtype(DType::F32)?)?, stop)
    }
}
