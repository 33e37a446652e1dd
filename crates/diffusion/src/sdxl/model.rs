//! The whole model.

use std::fs;

use candle_core::{DType, Device};
use linocut_nn::weights::{Adapt, Weights};
use serde::Deserialize;

use super::options::SdxlOptions;
use super::source::SdxlSource;
use crate::lora::{Component, Lora};
use crate::model_error::{ModelError, read_config};
use crate::sampler::Sampler;
use crate::text::{ClipText, ClipTextConfig, ClipTokenizer, PromptEncoder};
use crate::unet::{UNet, UNetConfig};
use crate::vae::{AutoencoderKl, AutoencoderKlConfig};

/// A tensor of whole numbers that old files of text encoders carry and nobody needs.
const POSITION_IDS: &str = "text_model.embeddings.position_ids";

/// A model of the SDXL family, ready to draw.
#[derive(Clone, Debug)]
pub struct Sdxl {
    /// How pictures are made by [`Generate`](linocut_core::Generate).
    pub options: SdxlOptions,
    pub(super) prompts: PromptEncoder,
    pub(super) unet: UNet,
    pub(super) vae: AutoencoderKl,
    pub(super) sampler: Sampler,
    pub(super) zeros_for_nothing: bool,
    pub(super) compute: DType,
    pub(super) device: Device,
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
    /// Loads a model, each LoRA merged.
    ///
    /// # Errors
    ///
    /// [`ModelError::MissingFiles`] names files that are not there; [`ModelError::Weights`] a tensor that is missing, left over,
    /// of another shape or not finite; [`ModelError::Lora`] keys that fit nothing; [`ModelError::Config`],
    /// [`ModelError::Unsupported`] and [`ModelError::Sampler`] a configuration that cannot be.
    pub fn load(source: &SdxlSource, options: SdxlOptions) -> Result<Self, ModelError> {
        let missing = source.missing();
        if !missing.is_empty() {
            return Err(ModelError::MissingFiles { folder: source.folder.clone(), missing });
        }
        let loras = source.loras.iter().map(|(file, scale)| Lora::open(file, *scale)).collect::<Result<Vec<_>, _>>()?;
        let parts = Parts { source, loras: &loras };
        let model = Self {
            options,
            prompts: parts.prompts()?,
            unet: parts.unet()?,
            vae: parts.vae()?,
            sampler: parts.sampler()?,
            zeros_for_nothing: parts.zeros_for_nothing()?,
            compute: if source.device.is_cpu() { DType::F32 } else { source.dtype },
            device: source.device.clone(),
        };
        loras.iter().try_for_each(Lora::finish)?;
        Ok(model)
    }

    /// The denoiser.
    pub fn unet(&self) -> &UNet {
        &self.unet
    }

    /// The autoencoder.
    pub fn vae(&self) -> &AutoencoderKl {
        &self.vae
    }

    /// The text encoders.
    pub fn prompts(&self) -> &PromptEncoder {
        &self.prompts
    }

    /// How the model's folder says that latents are sampled.
    pub fn sampler(&self) -> &Sampler {
        &self.sampler
    }
}

struct Parts<'a> {
    source: &'a SdxlSource,
    loras: &'a [Lora],
}

impl Parts<'_> {
    fn prompts(&self) -> Result<PromptEncoder, ModelError> {
        let tokenizer = |part: &str| ClipTokenizer::read(&self.source.folder.join(part));
        Ok(PromptEncoder {
            tokenizers: [tokenizer("tokenizer")?, tokenizer("tokenizer_2")?],
            encoders: [
                self.text("text_encoder", Component::TextEncoder)?,
                self.text("text_encoder_2", Component::TextEncoder2)?,
            ],
        })
    }

    fn text(&self, part: &str, component: Component) -> Result<ClipText, ModelError> {
        let folder = self.source.folder.join(part);
        let weights = Weights::open(&folder, self.source.dtype, &self.source.device)?;
        let weights = weights.adapted(self.adapters(component));
        let text = ClipText::load(&weights, &ClipTextConfig::read(&folder.join("config.json"))?)?;
        weights.finish(&[POSITION_IDS])?;
        Ok(text)
    }

    fn unet(&self) -> Result<UNet, ModelError> {
        let folder = self.source.folder.join("unet");
        let file = self.source.unet.as_ref().unwrap_or(&folder);
        let weights = Weights::open(file, self.source.dtype, &self.source.device)?;
        let weights = weights.adapted(self.adapters(Component::UNet));
        let unet = UNet::load(&weights, &UNetConfig::read(&folder.join("config.json"))?)?;
        weights.finish(&[])?;
        Ok(unet)
    }

    fn vae(&self) -> Result<AutoencoderKl, ModelError> {
        let folder = self.source.folder.join("vae");
        let file = self.source.vae.as_ref().unwrap_or(&folder);
        let weights = Weights::open(file, DType::F32, &self.source.device)?;
        let vae = AutoencoderKl::load(&weights, &AutoencoderKlConfig::read(&folder.join("config.json"))?)?;
        weights.finish(&[])?;
        Ok(vae)
    }

    fn sampler(&self) -> Result<Sampler, ModelError> {
        let file = self.source.folder.join("scheduler/scheduler_config.json");
        let text = fs::read_to_string(&file).map_err(|source| ModelError::Io { file: file.clone(), source })?;
        Sampler::from_json(&text).map_err(|source| ModelError::Sampler { file, source: Box::new(source) })
    }

    fn zeros_for_nothing(&self) -> Result<bool, ModelError> {
        let file = self.source.folder.join("model_index.json");
        if !file.exists() {
            return Ok(true);
        }
        Ok(read_config::<Index>(&file)?.force_zeros_for_empty_prompt)
    }

    fn adapters(&self, component: Component) -> Vec<std::sync::Arc<dyn Adapt>> {
        self.loras.iter().map(|lora| lora.adapter(component)).collect()
    }
}
