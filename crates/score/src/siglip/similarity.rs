//! The contest's first metric: how likely a picture and a description belong together.

use std::borrow::Cow;
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use image::RgbImage;
use linocut_core::{Score, Scores, StageError, Subject};
use linocut_nn::weights::Weights;

use super::canonical::canonical;
use super::config::SiglipConfig;
use super::model::Siglip;
use crate::clip::unit;
use crate::pixel_values::PixelValues;
use crate::tokens::Tokens;
use crate::tower_config;
use crate::tower_error::TowerError;

/// The token that SigLIP's tokenizer pads with.
const PADDING: u32 = 1;

/// Tensors that old files hold and no model uses.
const UNUSED: [&str; 2] = ["text_model.embeddings.position_ids", "vision_model.embeddings.position_ids"];

/// SigLIP from a published folder, for pictures and texts.
#[derive(Clone, Debug)]
pub struct SiglipSimilarity {
    model: Siglip,
    pixels: PixelValues,
    tokens: Tokens,
    device: Device,
}

/// How a picture and a text fit.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Likelihood {
    /// Cosine of their vectors, -1 to 1.
    pub cosine: f64,
    /// The probability that they belong together: the sigmoid of the scaled cosine plus the learnt bias.
    pub probability: f64,
}

impl SiglipSimilarity {
    /// Loads `config.json`, `preprocessor_config.json`, `tokenizer.json` and the weights of a folder.
    ///
    /// # Errors
    ///
    /// [`TowerError`] names the file that is missing or wrong.
    pub fn load(folder: impl AsRef<Path>, device: &Device) -> Result<Self, TowerError> {
        let folder = folder.as_ref();
        let config: SiglipConfig = tower_config::read(folder, "siglip")?;
        let weights = Weights::open(folder, DType::F32, device)?;
        let model = Siglip::load(&weights, &config)?;
        weights.finish(&UNUSED)?;
        let pixels = PixelValues::read(folder, PixelValues::siglip(config.vision_config.image_size as u32))?;
        let tokens = Tokens::read(folder, config.text_config.max_position_embeddings, PADDING)?;
        Ok(Self { model, pixels, tokens, device: device.clone() })
    }

    /// How each picture fits each text, one row for each picture. Texts are made [`canonical`] first.
    ///
    /// # Errors
    ///
    /// [`TowerError`] for a picture without pixels.
    pub fn likelihoods(&self, pictures: &[&RgbImage], texts: &[&str]) -> Result<Vec<Vec<Likelihood>>, TowerError> {
        let pixels = self.pixels.tensor(pictures, &self.device)?;
        let pictures = self.model.vision.forward(&pixels)?.pooled;
        let pictures = pictures.ok_or_else(|| candle_core::Error::Msg("the picture tower has no head".to_owned()))?;
        let texts: Vec<String> = texts.iter().map(|text| canonical(text)).collect();
        let texts = self.model.text.forward(&self.tokens.encode(&texts, &self.device)?)?;
        self.rows(&pictures, &texts)
    }

    fn rows(&self, pictures: &Tensor, texts: &Tensor) -> Result<Vec<Vec<Likelihood>>, TowerError> {
        let cosines = unit(pictures)?.matmul(&unit(texts)?.t()?)?.to_vec2::<f32>()?;
        let logits = self.model.logits(pictures, texts)?.to_vec2::<f32>()?;
        let likelihood = |(cosine, logit): (f32, f32)| Likelihood {
            cosine: f64::from(cosine),
            probability: 1.0 / (1.0 + (-f64::from(logit)).exp()),
        };
        let row = |(cosines, logits): (Vec<f32>, Vec<f32>)| cosines.into_iter().zip(logits).map(likelihood).collect();
        Ok(cosines.into_iter().zip(logits).map(row).collect())
    }

    /// The contest's first metric: the probability that the picture belongs to `SVG illustration of {description}`. Parts:
    /// `cosine`.
    ///
    /// # Errors
    ///
    /// [`TowerError`] for a picture without pixels.
    pub fn scores(&self, subject: &Subject<'_>) -> Result<Scores, TowerError> {
        let text = format!("SVG illustration of {}", subject.prompt.text);
        let found = self.likelihoods(&[subject.image], &[&text])?;
        let found = found.first().and_then(|row| row.first()).copied();
        let Likelihood { cosine, probability } = found.unwrap_or(Likelihood { cosine: 0.0, probability: 0.0 });
        Ok(Scores { total: probability, parts: vec![(Cow::Borrowed("cosine"), cosine)] })
    }
}

impl Score for SiglipSimilarity {
    fn score(&self, subject: &Subject<'_>) -> Result<Scores, StageError> {
        self.scores(subject).map_err(|error| StageError::new("score", error))
    }
}
