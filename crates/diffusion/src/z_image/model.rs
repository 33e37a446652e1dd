//! The whole model.

use candle_core::{DType, Device, Tensor};
use linocut_core::Stop;

use super::config::ZImageConfig;
use super::transformer::ZImageTransformer;
use crate::denoise::{Denoiser, Geometry};
use crate::folder::ModelFolder;
use crate::model_error::ModelError;
use crate::sampler::{Sampler, SamplerError, Schedule};
use crate::text::{Qwen3, Qwen3Config, WordPieces};
use crate::vae::AutoencoderKl;

/// Files without which the model cannot be loaded, weights aside.
const FILES: [&str; 4] =
    ["text_encoder/config.json", "tokenizer/tokenizer.json", "transformer/config.json", "vae/config.json"];
/// Most tokens of a description with what is put around it.
const TOKENS: usize = 512;

/// Z-Image-Turbo.
#[derive(Clone, Debug)]
pub struct ZImage {
    pieces: WordPieces,
    text: Qwen3,
    transformer: ZImageTransformer,
    vae: AutoencoderKl,
    sampler: Sampler,
    compute: DType,
    device: Device,
}

impl ZImage {
    /// Loads a model. `sampler` takes the place of what the folder says.
    ///
    /// # Errors
    ///
    /// [`ModelError::MissingFiles`] names files that are not there; [`ModelError::Weights`] a tensor that is missing, left over,
    /// of another shape or not finite; [`ModelError::Config`], [`ModelError::Unsupported`] and [`ModelError::Sampler`] a
    /// configuration that cannot be, such as that of another model.
    pub fn load(folder: &ModelFolder, sampler: Option<Sampler>) -> Result<Self, ModelError> {
        folder.require(&FILES)?;
        let weights = folder.weights("transformer")?;
        let transformer = ZImageTransformer::load(&weights, &ZImageConfig::read(&folder.config("transformer"))?)?;
        weights.finish(&[])?;
        let weights = folder.weights("text_encoder")?;
        let text = Qwen3::load(&weights, &Qwen3Config::read(&folder.config("text_encoder"))?)?;
        text.finish(&weights)?;
        Ok(Self {
            pieces: WordPieces::read(&folder.path.join("tokenizer/tokenizer.json"))?,
            text,
            transformer,
            vae: folder.vae()?,
            sampler: sampler.map_or_else(|| folder.sampler(), Ok)?,
            compute: folder.compute(),
            device: folder.device.clone(),
        })
    }

    /// Tokens of a description, put as a question of a user that is about to be answered.
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`](crate::text::TextError::TooLong) beyond 512 tokens.
    pub fn tokenize(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        Ok(self.pieces.encode(&format!("<|im_start|>user\n{text}<|im_end|>\n<|im_start|>assistant\n"), TOKENS)?)
    }
}

impl Denoiser for ZImage {
    /// States of each text: (1, words, length).
    type Text = Vec<Tensor>;

    fn device(&self) -> &Device {
        &self.device
    }

    fn geometry(&self) -> Geometry {
        let (config, scale) = (self.transformer.config(), self.vae.config().scale());
        let multiple = u32::try_from(scale * config.patch()).unwrap_or(u32::MAX);
        Geometry { channels: config.in_channels, scale, multiple }
    }

    fn sampler(&self) -> &Sampler {
        &self.sampler
    }

    fn schedule(&self, sampler: &Sampler, steps: usize) -> Result<Schedule, SamplerError> {
        schedule(sampler, steps)
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Tensor>, ModelError> {
        let states = |text: &&str| Ok(self.text.forward(&self.tokenize(text)?)?.to_dtype(self.compute)?);
        texts.iter().map(states).collect()
    }

    fn predict(&self, latents: &Tensor, timestep: f64, text: &Vec<Tensor>, stop: &Stop) -> Result<Tensor, ModelError> {
        let (latents, time) = (latents.to_dtype(self.compute)?, (1000.0 - timestep) / 1000.0);
        let one = |(at, text): (usize, &Tensor)| self.transformer.forward(&latents.narrow(0, at, 1)?, time, text, stop);
        let answers = text.iter().enumerate().map(one).collect::<Result<Vec<_>, ModelError>>()?;
        Ok(Tensor::cat(&answers, 0)?.neg()?)
    }

    fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        self.vae.decode_until(&self.vae.unscale(&latents.to_dtype(DType::F32)?)?, stop)
    }
}

/// Even noise levels down to none. The reference counts one step more, the last from no noise to none, which does nothing and is
/// not made here.
pub(crate) fn schedule(sampler: &Sampler, steps: usize) -> Result<Schedule, SamplerError> {
    let levels: Vec<f64> = (0..steps).map(|step| 1.0 - step as f64 / steps as f64).collect();
    sampler.schedule_flow(&levels, None, None)
}
