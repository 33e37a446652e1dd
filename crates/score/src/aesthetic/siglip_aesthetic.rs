//! Ratings by SigLIP: aesthetic-predictor v2.5.

use std::borrow::Cow;
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use image::RgbImage;
use linocut_core::{Score, Scores, StageError, Subject};
use linocut_nn::weights::Weights;

use super::linear_head::LinearHead;
use crate::pixel_values::PixelValues;
use crate::siglip::{SiglipConfig, SiglipVision};
use crate::tower_config;
use crate::tower_error::TowerError;

/// SigLIP's picture tower with the linear head of aesthetic-predictor v2.5.
#[derive(Clone, Debug)]
pub struct SiglipAesthetic {
    tower: SiglipVision,
    pixels: PixelValues,
    head: LinearHead,
    device: Device,
}

impl SiglipAesthetic {
    /// Loads SigLIP's folder (`config.json`, `preprocessor_config.json`, weights) and the head's file.
    ///
    /// # Errors
    ///
    /// [`TowerError`] names the file that is missing or wrong.
    pub fn load(folder: impl AsRef<Path>, head: impl AsRef<Path>, device: &Device) -> Result<Self, TowerError> {
        let folder = folder.as_ref();
        let config: SiglipConfig = tower_config::read(folder, "siglip")?;
        let weights = Weights::open(folder, DType::F32, device)?;
        let tower = SiglipVision::load(&weights.pp("vision_model"), &config.vision_config)?;
        weights.finish(&["text_model.", "logit_scale", "logit_bias", "vision_model.embeddings.position_ids"])?;
        let pixels = PixelValues::read(folder, PixelValues::siglip(config.vision_config.image_size as u32))?;
        let head = LinearHead::read(head, config.vision_config.hidden_size)?;
        Ok(Self { tower, pixels, head, device: device.clone() })
    }

    /// The rating of each picture, about 1 to 10.
    ///
    /// # Errors
    ///
    /// [`TowerError`] for a picture without pixels.
    pub fn rate(&self, pictures: &[&RgbImage]) -> Result<Vec<f64>, TowerError> {
        if pictures.is_empty() {
            return Ok(Vec::new());
        }
        let states = self.tower.forward(&self.pixels.tensor(pictures, &self.device)?)?;
        let vectors =
            states.pooled.ok_or_else(|| candle_core::Error::Msg("the picture tower has no head".to_owned()))?;
        Ok(vectors.to_vec2::<f32>()?.iter().map(|vector| self.head.rate(vector)).collect())
    }

    /// The ratings of pictures as pixel values, with a gradient with respect to them and none of the weights.
    ///
    /// # Shapes
    ///
    /// - `pixel_values`: (pictures, 3, side, side), as [`PixelValues::tensor`] makes them
    /// - result: (pictures)
    ///
    /// # Errors
    ///
    /// When the pictures have another size.
    pub fn rate_pixels(&self, pixel_values: &Tensor) -> candle_core::Result<Tensor> {
        self.head.forward(&self.vectors(pixel_values)?)
    }

    fn vectors(&self, pixel_values: &Tensor) -> candle_core::Result<Tensor> {
        let pooled = self.tower.forward(pixel_values)?.pooled;
        pooled.ok_or_else(|| candle_core::Error::Msg("the picture tower has no head".to_owned()))
    }

    /// A tenth of the rating, not clipped.
    ///
    /// # Errors
    ///
    /// [`TowerError`] for a picture without pixels.
    pub fn scores(&self, subject: &Subject<'_>) -> Result<Scores, TowerError> {
        let rating = self.rate(&[subject.image])?.first().copied().unwrap_or(0.0);
        Ok(Scores { total: rating / 10.0, parts: vec![(Cow::Borrowed("rating"), rating)] })
    }
}

impl Score for SiglipAesthetic {
    fn score(&self, subject: &Subject<'_>) -> Result<Scores, StageError> {
        self.scores(subject).map_err(|error| StageError::new("score", error))
    }
}
