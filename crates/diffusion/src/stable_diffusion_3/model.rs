//! The whole model.

use candle_core::{D, DType, Device, Tensor};
use linocut_core::Stop;

use super::config::TransformerConfig;
use super::transformer::Transformer;
use crate::denoise::{Denoiser, Geometry};
use crate::folder::ModelFolder;
use crate::model_error::ModelError;
use crate::sampler::Sampler;
use crate::text::{ClipPrompt, ClipTokenizer, T5, T5Config, TextError, WordPieces};
use crate::vae::AutoencoderKl;

/// Files without which the model cannot be loaded, weights aside.
const FILES: [&str; 13] = [
    "scheduler/scheduler_config.json",
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
/// A copy of the embeddings that some files carry.
const TIED: &str = "encoder.embed_tokens.weight";
/// Tokens that T5 is given; more are cut off, as in the reference.
const T5_TOKENS: usize = 256;
/// Most tokens that are looked at before that.
const MOST_TOKENS: usize = 600;
/// Padding of T5's vocabulary.
const T5_PAD: u32 = 0;
/// End of a text in T5's vocabulary.
const T5_END: u32 = 1;

/// Stable Diffusion 3.5.
#[derive(Clone, Debug)]
pub struct StableDiffusion3 {
    prompts: [ClipPrompt; 2],
    pieces: WordPieces,
    t5: T5,
    transformer: Transformer,
    vae: AutoencoderKl,
    sampler: Sampler,
    compute: DType,
    device: Device,
}

/// One or two encoded texts.
#[derive(Clone, Debug)]
pub struct Text {
    /// States of both encoders of CLIP side by side, then those of T5: (texts, 77 + 256, length).
    pub states: Tensor,
    /// Pooled vectors of both encoders of CLIP: (texts, length).
    pub pooled: Tensor,
}

impl StableDiffusion3 {
    /// Loads a model. `sampler` takes the place of what the folder says.
    ///
    /// # Errors
    ///
    /// [`ModelError::MissingFiles`] names files that are not there; [`ModelError::Weights`] a tensor that is missing, left over,
    /// of another shape or not finite; [`ModelError::Config`], [`ModelError::Unsupported`] and [`ModelError::Sampler`] a
    /// configuration that cannot be, such as that of another model.
    pub fn load(folder: &ModelFolder, sampler: Option<Sampler>) -> Result<Self, ModelError> {
        folder.require(&FILES)?;
        let clip = |tokenizer: &str, encoder: &str| -> Result<ClipPrompt, ModelError> {
            let tokenizer = ClipTokenizer::read(&folder.path.join(tokenizer))?;
            Ok(ClipPrompt { tokenizer, encoder: folder.clip(encoder)? })
        };
        let weights = folder.weights("transformer")?;
        let transformer = Transformer::load(&weights, &TransformerConfig::read(&folder.config("transformer"))?)?;
        weights.finish(&[])?;
        let weights = folder.weights("text_encoder_3")?;
        let t5 = T5::load(&weights, &T5Config::read(&folder.config("text_encoder_3"))?)?;
        weights.finish(&[TIED])?;
        Ok(Self {
            prompts: [clip("tokenizer", "text_encoder")?, clip("tokenizer_2", "text_encoder_2")?],
            pieces: WordPieces::read(&folder.path.join("tokenizer_3/tokenizer.json"))?,
            t5,
            transformer,
            vae: folder.vae()?,
            sampler: sampler.map_or_else(|| folder.sampler(), Ok)?,
            compute: folder.compute(),
            device: folder.device.clone(),
        })
    }

    /// Tokens of a description for T5: cut or padded to 256.
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`] beyond 600 tokens.
    pub fn tokenize_for_t5(&self, text: &str) -> Result<Vec<u32>, TextError> {
        let mut tokens = self.pieces.encode(text, MOST_TOKENS)?;
        if tokens.len() > T5_TOKENS {
            tokens.truncate(T5_TOKENS - 1);
            tokens.push(T5_END);
        }
        tokens.resize(T5_TOKENS, T5_PAD);
        Ok(tokens)
    }

    /// CLIP sees the first 77 tokens.
    fn encode_one(&self, text: &str) -> Result<Text, ModelError> {
        let [first, second] = &self.prompts;
        let (first, second) = (first.encode(text, 1)?, second.encode(text, 1)?);
        let clip = Tensor::cat(&[&first.penultimate, &second.penultimate], D::Minus1)?.narrow(0, 0, 1)?;
        let t5 = self.t5.forward(&self.tokenize_for_t5(text)?)?;
        let (short, long) = (clip.dim(D::Minus1)?, t5.dim(D::Minus1)?);
        let clip = clip.pad_with_zeros(D::Minus1, 0, long.saturating_sub(short))?;
        let pooled = Tensor::cat(&[&first.pooled, &second.pooled], D::Minus1)?.narrow(0, 0, 1)?;
        Ok(Text { states: Tensor::cat(&[&clip, &t5], 1)?, pooled })
    }
}

impl Denoiser for StableDiffusion3 {
    type Text = Text;

    fn device(&self) -> &Device {
        &self.device
    }

    fn geometry(&self) -> Geometry {
        let (config, scale) = (self.transformer.config(), self.vae.config().scale());
        let multiple = u32::try_from(scale * config.patch_size).unwrap_or(u32::MAX);
        Geometry { channels: config.in_channels, scale, multiple }
    }

    fn sampler(&self) -> &Sampler {
        &self.sampler
    }

    fn encode(&self, texts: &[&str]) -> Result<Text, ModelError> {
        let encoded = texts.iter().map(|text| self.encode_one(text)).collect::<Result<Vec<_>, _>>()?;
        let together = |of: fn(&Text) -> &Tensor| {
            let rows: Vec<&Tensor> = encoded.iter().map(of).collect();
            Tensor::cat(&rows, 0)?.to_dtype(self.compute)
        };
        Ok(Text { states: together(|text| &text.states)?, pooled: together(|text| &text.pooled)? })
    }

    fn predict(&self, latents: &Tensor, timestep: f64, text: &Text, stop: &Stop) -> Result<Tensor, ModelError> {
        self.transformer.forward(&latents.to_dtype(self.compute)?, timestep, text, stop)
    }

    fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        self.vae.decode_until(&self.vae.unscale(&latents.to_dtype(DType::F32)?)?, stop)
    }
}
