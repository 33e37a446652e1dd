//! The aesthetic part of the contest's metric.

use std::borrow::Cow;
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use image::RgbImage;
use linocut_core::{Score, Scores, StageError, Subject};
use linocut_nn::weights::Weights;

use super::linear_head::LinearHead;
use crate::clip::{ClipConfig, ClipVision, UNUSED};
use crate::pixel_values::PixelValues;
use crate::tower_config;
use crate::tower_error::TowerError;

/// CLIP's picture tower with the linear head `sac+logos+ava1-l14-linearMSE`.
///
/// # Source
///
/// Final metric of the contest, step 4: CLIP ViT-L/14, vector of length 1, linear head, divided by 10.
#[derive(Clone, Debug)]
pub struct ClipAesthetic {
    tower: ClipVision,
    pixels: PixelValues,
    head: LinearHead,
    device: Device,
}

impl ClipAesthetic {
    /// Loads CLIP's folder (`config.json`, `preprocessor_config.json`, weights) and the head's file.
    ///
    /// # Errors
    ///
    /// [`TowerError`] names the file that is missing or wrong.
    pub fn load(folder: impl AsRef<Path>, head: impl AsRef<Path>, device: &Device) -> Result<Self, TowerError> {
        let folder = folder.as_ref();
        let config: ClipConfig = tower_config::read(folder, "clip")?;
        let weights = Weights::open(folder, DType::F32, device)?;
        let tower = ClipVision::load(&weights, &config.vision_config, config.projection_dim)?;
        let others = ["text_model.", "text_projection.", "logit_scale", UNUSED[1]];
        weights.finish(&others)?;
        let pixels = PixelValues::read(folder, PixelValues::clip(config.vision_config.image_size as u32))?;
        let head = LinearHead::read(head, config.projection_dim)?;
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
        let vectors = self.tower.forward(&self.pixels.tensor(pictures, &self.device)?)?;
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
        self.head.forward(&self.tower.forward(pixel_values)?)
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

impl Score for ClipAesthetic {
    fn score(&self, subject: &Subject<'_>) -> Result<Scores, StageError> {
        self.scores(subject).map_err(|error| StageError::new("score", error))
    }
}
