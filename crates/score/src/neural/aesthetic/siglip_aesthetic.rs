//! Ratings by SigLIP: aesthetic-predictor v2.5.

use std::path::Path;

use candle_core::Tensor;
use linocut_nn::Location;
use linocut_nn::place::Placement;

use super::predictor::{PictureTower, Predictor};
use crate::neural::clip::UNUSED;
use crate::neural::pixel_values::PixelValues;
use crate::neural::siglip::{SiglipConfig, SiglipVision};
use crate::neural::tower_config;
use crate::neural::tower_error::TowerError;

/// SigLIP's picture tower with the linear head of aesthetic-predictor v2.5.
pub type SiglipAesthetic = Predictor<SiglipVision>;

impl PictureTower for SiglipVision {
    fn vectors(&self, pixel_values: &Tensor) -> candle_core::Result<Tensor> {
        self.pooled(pixel_values)
    }
}

impl Predictor<SiglipVision> {
    /// Loads SigLIP's folder (`config.json`, `preprocessor_config.json`, weights) and the head's file. `place` says where they are to live: a device alone stands for f32 there.
    ///
    /// # Errors
    ///
    /// [`TowerError`] names the file that is missing or wrong.
    pub fn load(
        folder: impl Into<Location>,
        head: impl AsRef<Path>,
        place: impl Into<Placement>,
    ) -> Result<Self, TowerError> {
        let (folder, place) = (folder.into(), place.into());
        let config: SiglipConfig = tower_config::read(&folder, "siglip")?;
        let weights = folder.weights(&place)?;
        let tower = SiglipVision::load(&weights.pp("vision_model"), &config.vision_config)?;
        weights.finish(&["text_model.", "logit_scale", "logit_bias", UNUSED[1]])?;
        let pixels = PixelValues::read(folder, PixelValues::siglip(config.vision_config.image_size as u32))?;
        Self::new(tower, pixels, (head.as_ref(), config.vision_config.hidden_size), &place.device)
    }
}
