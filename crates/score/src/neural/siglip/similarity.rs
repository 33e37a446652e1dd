//! The contest's first metric: how likely a picture and a description belong together.

use std::borrow::Cow;

use candle_core::{Device, Tensor};
use image::RgbImage;
use linocut_core::{Score, Scores, StageError, Subject};
use linocut_nn::Location;
use linocut_nn::place::Placement;

use super::canonical::canonical;
use super::config::SiglipConfig;
use super::model::Siglip;
use crate::neural::batches::in_batches;
use crate::neural::clip::{UNUSED, unit};
use crate::neural::pixel_values::PixelValues;
use crate::neural::tokens::Tokens;
use crate::neural::tower_config;
use crate::neural::tower_error::TowerError;

/// The token that SigLIP's tokenizer pads with.
const PADDING: u32 = 1;

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
    /// Loads `config.json`, `preprocessor_config.json`, `tokenizer.json` and the weights of a folder. `place` says where they are to live: a device alone stands for f32 there.
    ///
    /// # Errors
    ///
    /// [`TowerError`] names the file that is missing or wrong.
    pub fn load(folder: impl Into<Location>, place: impl Into<Placement>) -> Result<Self, TowerError> {
        let (folder, place) = (folder.into(), place.into());
        let config: SiglipConfig = tower_config::read(&folder, "siglip")?;
        let weights = folder.weights(&place)?;
        let model = Siglip::load(&weights, &config)?;
        weights.finish(&UNUSED)?;
        let pixels = PixelValues::read(folder.clone(), PixelValues::siglip(config.vision_config.image_size as u32))?;
        let tokens = Tokens::read(&folder, config.text_config.max_position_embeddings, PADDING)?;
        Ok(Self { model, pixels, tokens, device: place.device })
    }

    /// How each picture fits each text, one row for each picture. Texts are made [`canonical`] first.
    ///
    /// # Errors
    ///
    /// [`TowerError`] for a picture without pixels.
    pub fn likelihoods(&self, pictures: &[&RgbImage], texts: &[&str]) -> Result<Vec<Vec<Likelihood>>, TowerError> {
        let pictures = self.model.vision.pooled(&self.pixels.tensor(pictures, &self.device)?)?;
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
        let found = self.all_scores(std::slice::from_ref(subject))?;
        Ok(found.into_iter().next().unwrap_or_else(|| scores(Likelihood { cosine: 0.0, probability: 0.0 })))
    }

    /// The scores of some pictures in one pass of each tower. Of equal descriptions, as candidates of one prompt have them, one
    /// is embedded.
    fn all_scores(&self, subjects: &[Subject<'_>]) -> Result<Vec<Scores>, TowerError> {
        let pictures: Vec<&RgbImage> = subjects.iter().map(|subject| subject.image).collect();
        let (mut texts, mut which): (Vec<&str>, Vec<usize>) = (Vec::new(), Vec::new());
        for subject in subjects {
            let text = subject.prompt.text.as_str();
            let place = texts.iter().position(|known| *known == text);
            which.push(place.unwrap_or(texts.len()));
            if place.is_none() {
                texts.push(text);
            }
        }
        let texts: Vec<String> = texts.into_iter().map(|text| format!("SVG illustration of {text}")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let rows = self.likelihoods(&pictures, &texts)?;
        Ok(rows.iter().zip(which).map(|(row, text)| scores(row[text])).collect())
    }
}

fn scores(found: Likelihood) -> Scores {
    Scores { total: found.probability, parts: vec![(Cow::Borrowed("cosine"), found.cosine)] }
}

impl Score for SiglipSimilarity {
    fn score(&self, subject: &Subject<'_>) -> Result<Scores, StageError> {
        self.scores(subject).map_err(|error| StageError::new("score", error))
    }

    fn score_batch(&self, subjects: &[Subject<'_>]) -> Vec<Result<Scores, StageError>> {
        in_batches(subjects, |subjects| self.all_scores(subjects), |subject| self.score(subject))
    }
}
