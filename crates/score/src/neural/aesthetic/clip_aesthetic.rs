//! The aesthetic part of the contest's metric.

use std::path::Path;

use candle_core::Tensor;
use linocut_nn::Location;
use linocut_nn::place::Placement;

use super::predictor::{PictureTower, Predictor};
use crate::neural::clip::{ClipConfig, ClipVision, UNUSED};
use crate::neural::pixel_values::PixelValues;
use crate::neural::tower_config;
use crate::neural::tower_error::TowerError;

/// CLIP's picture tower with the linear head `sac+logos+ava1-l14-linearMSE`.
///
/// # Source
///
/// Step 4 of the contest's metric: CLIP ViT-L/14, vector of length 1, linear head, divided by 10.
pub type ClipAesthetic = Predictor<ClipVision>;

impl PictureTower for ClipVision {
    fn vectors(&self, pixel_values: &Tensor) -> candle_core::Result<Tensor> {
        self.forward(pixel_values)
    }
}

impl Predictor<ClipVision> {
    /// Loads CLIP's folder (`config.json`, `preprocessor_config.json`, weights) and the head's file. `place` says where they are to live: a device alone stands for f32 there.
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
        let config: ClipConfig = tower_config::read(&folder, "clip")?;
        let weights = folder.weights(&place)?;
        let tower = ClipVision::load(&weights, &config.vision_config, config.projection_dim)?;
        let others = ["text_model.", "text_projection.", "logit_scale", UNUSED[1]];
        weights.finish(&others)?;
        let pixels = PixelValues::read(folder, PixelValues::clip(config.vision_config.image_size as u32))?;
        Self::new(tower, pixels, (head.as_ref(), config.projection_dim), &place.device)
    }
}
